// left_test.go: what is said of calls whose line ends, against what has left of
// them.

package bell

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

// deaf is a line whose peer greets, and then takes what is written only when it
// is told to: until then the writing of a frame hangs.
type deaf struct {
	messages chan string
	writing  chan struct{} // a frame hangs
	takes    chan struct{} // closed: no more
	mu       sync.Mutex
	took     []string
	goodbye  int
	once     sync.Once
}

func (d *deaf) Dial(context.Context) (seam.Wire, seam.LineEnd) {
	return d, seam.LineEnd{}
}

func (d *deaf) Read() ([]byte, seam.LineEnd, bool) {
	message, more := <-d.messages
	return []byte(message), seam.LineEnd{Text: "over"}, more
}

func (d *deaf) Write(frame []byte) bool {
	if strings.Contains(string(frame), `"connect"`) {
		d.messages <- `{"id":1,"connect":{}}`
		return true
	}
	select {
	case d.writing <- struct{}{}:
	default:
	}
	<-d.takes
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, line := range strings.Split(string(frame), "\n") {
		_, name, _ := strings.Cut(line, `"method":"`)
		name, _, _ = strings.Cut(name, `"`)
		d.took = append(d.took, name)
	}
	return true
}

func (d *deaf) Goodbye(code int) {
	d.mu.Lock()
	d.goodbye = code
	d.mu.Unlock()
	d.Abort()
}
func (d *deaf) Abort()             { d.once.Do(func() { close(d.messages) }) }
func (d *deaf) HeardAt() time.Time { return time.Time{} }
func (d *deaf) Behind() bool       { return false }

// onDeaf gives a client whose three calls, of a frame each, hang in the first
// one's writing; ended gives how a call ended.
func onDeaf(t *testing.T) (client *Client, wire *deaf, ended func(int) error) {
	t.Helper()
	wire = &deaf{messages: make(chan string, 4), writing: make(chan struct{}, 1),
		takes: make(chan struct{})}
	client = NewClient(testService, "ws://host", "token", "42",
		WithReconnectDelays(time.Minute, time.Minute))
	made, wrong := newLink(&client.options, client.voice, client.url, client.token,
		"42")
	if wrong != "" {
		t.Fatal(wrong)
	}
	made.transport = wire
	client.line = made
	var ends [3]chan error
	text := []byte(`"` + strings.Repeat("x", 40000) + `"`)
	for n := range ends {
		ends[n] = make(chan error, 1)
		go func() {
			_, err := client.Call(context.Background(), fmt.Sprint("m", n), text)
			ends[n] <- err
		}()
		eventually(t, "the call waits", func() bool {
			made.mu.Lock()
			defer made.mu.Unlock()
			return made.session.Calls() == n+1
		})
	}
	made.open()
	<-wire.writing
	return client, wire, func(n int) error { return <-ends[n] }
}

func wantSent(t *testing.T, err error, status Status, sent Sent) {
	t.Helper()
	if known := wantStatus(t, err, status); known != nil && known.Sent != sent {
		t.Errorf("sent is %v: %v", known.Sent, err)
	}
}

// What is said not to be sent stays here, whatever the server says last: only
// the frame that was on its way may leave before the goodbye.
func TestNotSentNeverLeaves(t *testing.T) {
	for name, each := range map[string]struct {
		words  string
		status Status
		code   int
	}{
		"no UTF-8": {"{\"id\":2,\"rpc\":{\"data\":\"\xff\"", StatusDisconnected, 1007},
		"nonsense": {`{"id":`, StatusDisconnected, 0},
		"for good": {`{"push":{"disconnect":{"code":3500,"reason":"no"}}}`,
			StatusTerminal, 0},
	} {
		t.Run(name, func(t *testing.T) {
			client, wire, ended := onDeaf(t)
			wire.messages <- each.words
			wantSent(t, ended(0), each.status, SentUnknown)
			wantSent(t, ended(1), each.status, SentNo)
			wantSent(t, ended(2), each.status, SentNo)
			close(wire.takes)
			client.Disconnect()
			wire.mu.Lock()
			defer wire.mu.Unlock()
			if !slices.Equal(wire.took, []string{"m0"}) || wire.goodbye != each.code {
				t.Errorf("%v left, goodbye with %d", wire.took, wire.goodbye)
			}
		})
	}
}

// A client that is closed says goodbye behind what it had begun to send: calls
// that may leave with it end as such.
func TestWhatWasTakenLeavesBeforeTheGoodbye(t *testing.T) {
	client, wire, ended := onDeaf(t)
	gone := make(chan struct{})
	go func() {
		client.Disconnect()
		close(gone)
	}()
	for n := range 3 {
		wantSent(t, ended(n), StatusClosed, SentUnknown)
	}
	close(wire.takes)
	<-gone
	wire.mu.Lock()
	defer wire.mu.Unlock()
	if !slices.Equal(wire.took, []string{"m0", "m1", "m2"}) ||
		wire.goodbye != normalClosure {
		t.Errorf("%v left, goodbye with %d", wire.took, wire.goodbye)
	}
}

// A call whose time passes before its command left is told that.
func TestLateBeforeItLeft(t *testing.T) {
	client, wire, ended := onDeaf(t)
	_, err := try(client, 1, Deadline(20*time.Millisecond))
	wantSent(t, err, StatusDeadline, SentNo)
	if known, is := err.(*Error); is &&
		known.Message != "ask: not sent within 20 ms" {
		t.Error(known.Message)
	}
	close(wire.takes)
	client.Disconnect()
	for n := range 3 {
		wantSent(t, ended(n), StatusClosed, SentUnknown)
	}
}
