// fault_test.go: what went wrong in programs before this runtime had a line of
// its own: a test each.

package bell

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// A good call leaves nothing behind, nor do cancels and broken lines.
func TestNothingIsLeftOfCalls(t *testing.T) {
	goods, cuts, cancels := 5000, 50, 500
	if os.Getenv("BELLPULL_LEAKS") == "all" { // by hand: it takes its time
		goods, cuts, cancels = 100000, 1000, 10000
	}
	var cutting atomic.Bool
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.RPC == nil {
			return false
		}
		if cutting.Load() {
			l.cut()
			return true
		}
		if string(said.RPC.Data) == `{"n":-1}` {
			return true
		}
		return echo(l, said)
	})
	client := open(t, url)
	if _, err := try(client, 1); err != nil {
		t.Fatal(err)
	}
	before, _ := running()
	for n := range goods {
		if _, err := try(client, int64(n), Deadline(time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	wantNothingLeft(t, before)
	for range cancels {
		ctx, cancel := context.WithCancel(context.Background())
		time.AfterFunc(0, cancel)
		err := client.Invoke(ctx, ask, askParams{-1}, &askResult{}, Deadline(-1))
		wantStatus(t, err, StatusCancelled)
	}
	wantNothingLeft(t, before)
	cutting.Store(true)
	for range cuts {
		_, err := try(client, 1)
		wantStatus(t, err, StatusDisconnected)
	}
	cutting.Store(false)
	if _, err := try(client, 1); err != nil {
		t.Fatal(err)
	}
	wantNothingLeft(t, before)
}

// Many calls in flight are no goroutines of ours.
func TestGoroutinesDoNotGrowWithCalls(t *testing.T) {
	var held atomic.Int32
	url, _ := serve(t, func(_ *peer, said *command) bool {
		if said.RPC != nil {
			held.Add(1)
		}
		return said.RPC != nil
	})
	client := open(t, url)
	if err := client.Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	before, _ := running()
	const count = 500
	var wait sync.WaitGroup
	for range count {
		wait.Add(1)
		go func() {
			defer wait.Done()
			_, err := try(client, 1)
			wantStatus(t, err, StatusClosed)
		}()
	}
	eventually(t, "all calls came", func() bool { return held.Load() == count })
	// what a test before this one left to a timer may still end
	eventually(t, "no more goroutines than calls", func() bool {
		now, _ := running()
		return now <= before+count
	})
	client.Disconnect()
	wait.Wait()
}

// A server that does not read: calls end by their deadlines and contexts, the
// queue is bounded, and Disconnect returns.
func TestServerThatDoesNotRead(t *testing.T) {
	stop := make(chan struct{})
	server := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			socket, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			_, _, _ = socket.Read(r.Context())
			_ = socket.Write(r.Context(), websocket.MessageText,
				[]byte(`{"id":1,"connect":{}}`))
			<-stop
			_ = socket.CloseNow()
		}))
	defer server.Close()
	defer close(stop)
	client := open(t, "ws"+strings.TrimPrefix(server.URL, "http"),
		WithLimits(Limits{QueueBytes: 1 << 20}))
	if err := client.Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	params := []byte(`"` + strings.Repeat("x", 60000) + `"`)
	brief, over := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer over()
	_, err := client.Call(brief, "big", params)
	wantStatus(t, err, StatusDeadline)
	// They wait until the sockets and the queue are full.
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	ends := make(chan error)
	begun := 0
	for err = nil; StatusOf(err) != StatusLimit && begun < 3000; begun++ {
		go func() {
			_, err := client.Call(ctx, "big", params)
			ends <- err
		}()
		select {
		case err = <-ends:
			wantStatus(t, err, StatusLimit)
		case <-time.After(time.Millisecond):
		}
	}
	wantStatus(t, err, StatusLimit)
	cancel()
	for range begun - 1 {
		switch err := <-ends; StatusOf(err) {
		case StatusCancelled, StatusLimit:
		default:
			t.Errorf("a call ended with %v", err)
		}
	}
	client.Disconnect()
}

// answers is a server whose first answer to connect is this.
func answers(t *testing.T, first string) string {
	t.Helper()
	var count atomic.Int32
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.Connect != nil && count.Add(1) == 1 {
			l.say("%s", first)
			return true
		}
		return echo(l, said)
	})
	return url
}

// Whatever a peer sends, the process lives and the client dials anew.
func TestNonsenseEndsNoProcess(t *testing.T) {
	for _, first := range []string{`{"id":1}`, `{"id":1,"connect":null}`, `{"id":1,"connect":[]}`,
		"\x00\xff", `{"id":1,"connect":{"ping":"x"}}`, ``, "\n", `{"id":-1}`, `{"push":7}`, `[`,
		`{"id":1,"error":{}}`, `{"id":1,"error":7}`, `{"push":{"disconnect":{"code":3001}}}`} {
		client := open(t, answers(t, first),
			WithConnectDeadline(300*time.Millisecond))
		if got, err := try(client, 5); err != nil || got != 5 {
			t.Errorf("%q: %d, %v", first, got, err)
		}
		client.Disconnect()
	}
}

// A temporary error to a renewal is asked again, and harms no call.
func TestRenewal(t *testing.T) {
	var refreshes, asked atomic.Int32
	url, _ := serve(t, func(l *peer, said *command) bool {
		switch {
		case said.Connect != nil:
			l.say(`{"id":%d,"connect":{"client":"c","version":"v","expires":true,"ttl":1}}`, said.ID)
			return true
		case said.Refresh != nil:
			if refreshes.Add(1) == 1 {
				l.say(`{"id":%d,"error":{"code":100,"message":"x","temporary":true}}`, said.ID)
			} else {
				l.say(`{"id":%d,"refresh":{"expires":true,"ttl":3600}}`, said.ID)
			}
			return true
		}
		return echo(l, said)
	})
	client := NewClient(testService, url, "", "42",
		WithReconnectDelays(time.Millisecond, 5*time.Millisecond),
		WithTokenSource(func(context.Context) (string, error) {
			return fmt.Sprintf("token %d", asked.Add(1)), nil
		}))
	defer client.Disconnect()
	eventually(t, "it is renewed", func() bool {
		if _, err := try(client, 1); err != nil {
			t.Fatal(err)
		}
		return refreshes.Load() == 2
	})
	if asked.Load() != 3 {
		t.Errorf("asked %d times", asked.Load())
	}
}

// The token is asked for before dialing, its time does not count, and a late
// answer is taken.
func TestSlowTokenSource(t *testing.T) {
	var dialed atomic.Bool
	url, _ := serve(t, func(l *peer, said *command) bool {
		dialed.Store(true)
		return echo(l, said)
	})
	release := make(chan struct{})
	var asked atomic.Int32
	client := NewClient(testService, url, "", "42",
		WithConnectDeadline(20*time.Millisecond),
		WithReconnectDelays(time.Millisecond, 5*time.Millisecond),
		WithTokenSource(func(context.Context) (string, error) {
			asked.Add(1)
			<-release
			return "late", nil
		}))
	defer client.Disconnect()
	_, err := try(client, 1, Deadline(2*time.Second))
	late := wantStatus(t, err, StatusDeadline)
	if dialed.Load() ||
		!strings.Contains(late.Message, "no token came within 20 ms") {
		t.Errorf("%v, dialed %v", err, dialed.Load())
	}
	close(release)
	eventually(t, "the late token is taken", func() bool {
		return client.State() == StateConnected
	})
	if asked.Load() < 2 || asked.Load() > questionsMost {
		t.Errorf("asked %d times", asked.Load())
	}
}

// A client that is closed tells its token source.
func TestTokenSourceEndsWithTheClient(t *testing.T) {
	ended := make(chan error, 1)
	began := make(chan struct{})
	client := NewClient(testService, "ws://127.0.0.1:1", "", "42",
		WithTokenSource(func(ctx context.Context) (string, error) {
			close(began)
			<-ctx.Done()
			ended <- ctx.Err()
			return "", ctx.Err()
		}))
	go func() { _, _ = try(client, 1) }()
	<-began
	client.Disconnect()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Functions of the program call, close and panic without harm to others.
func TestFunctionsOfTheProgram(t *testing.T) {
	url, _ := serve(t, echo)
	var client *Client
	var once sync.Once
	inside := make(chan error, 1)
	client = open(t, url, WithLog(func(record Record) {
		if record.Event == "connected" {
			once.Do(func() {
				_, err := try(client, 7)
				inside <- err
			})
		}
		panic("in the log")
	}), WithMetrics(func(Metric) { panic("in metrics") }),
		WithStateChange(func(StateChange) { panic("in a state") }))
	if got, err := try(client, 1); err != nil || got != 1 {
		t.Errorf("got %d, %v", got, err)
	}
	if err := <-inside; err != nil {
		t.Errorf("a call made inside the log: %v", err)
	}
	closer := make(chan struct{})
	var second *Client
	second = open(t, url, WithStateChange(func(change StateChange) {
		if change.Kind == ChangeConnected {
			second.Disconnect()
			close(closer)
		}
	}))
	_ = second.Connect(context.Background())
	select {
	case <-closer:
	case <-time.After(10 * time.Second):
		t.Fatal("Disconnect inside of a state change hangs")
	}
}

// Greeted and then closed, for ever: the waits grow.
func TestWaitsGrowWithLinesThatDidNotLive(t *testing.T) {
	var lines atomic.Int32
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.Connect != nil {
			lines.Add(1)
			l.say(`{"id":%d,"connect":{"client":"c"}}`, said.ID)
			l.close(3001, "shutdown")
		}
		return true
	})
	client := open(t, url,
		WithReconnectDelays(20*time.Millisecond, 10*time.Second))
	_ = client.Connect(context.Background())
	time.Sleep(time.Second)
	client.Disconnect()
	if count := lines.Load(); count > 12 {
		t.Errorf("%d lines in a second", count)
	}
}

// A command beyond the limit is refused here, in both modes, to the byte.
func TestRequestLimitIsThatOfTheCommand(t *testing.T) {
	var most atomic.Int64
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.RPC != nil || said.Publish != nil {
			most.Store(max(most.Load(), int64(said.size)))
		}
		if said.Publish != nil {
			answerTo(l, said, "", "")
			return false
		}
		return echo(l, said)
	})
	for _, mode := range []Mode{Native, Channel} {
		most.Store(0)
		client := open(t, url, WithMode(mode))
		if err := client.Connect(context.Background()); err != nil {
			t.Fatal(err)
		}
		send := func(size int) error {
			params := []byte(`"` + strings.Repeat("x", size-2) + `"`)
			_, err := client.Call(context.Background(), "x", params)
			return err
		}
		if err := send(2); err != nil {
			t.Fatal(err)
		}
		// what stands around params is the same
		largest := 65536 - int(most.Load()) + 2
		if err := send(largest); err != nil || most.Load() != 65536 {
			t.Errorf("mode %d: %v, the largest had %d bytes", mode, err, most.Load())
		}
		if err := send(largest + 1); StatusOf(err) != StatusLimit {
			t.Errorf("mode %d: one more byte: %v", mode, err)
		}
	}
}

func TestNoDeadlineAndLongOnes(t *testing.T) {
	url, _ := serve(t, echo)
	client := open(t, url)
	for _, deadline := range []time.Duration{-1, maxDuration,
		100 * 365 * 24 * time.Hour} {
		if got, err := try(client, 3, Deadline(deadline)); err != nil || got != 3 {
			t.Errorf("%v: %d, %v", deadline, got, err)
		}
	}
	link := client.line.(*link)
	for _, each := range []struct {
		said, context time.Duration
		schema        int64
		want          int64
	}{
		{0, 0, 0, 30000}, {0, 0, -1, 1 << 62}, {0, 0, 1 << 62, 1 << 62},
		{0, 0, 250, 250},
		{0, 5 * time.Second, 250, 5000}, {0, 100 * time.Millisecond, 250, 100},
		{time.Second, 5 * time.Second, 250, 1000},
		{5 * time.Second, time.Second, 250, 1000},
		{-1, time.Second, 250, 1000}, {-1, 0, 250, 1 << 62},
	} {
		ctx := context.Background()
		if each.context != 0 {
			limited, cancel := context.WithTimeout(ctx, each.context)
			defer cancel()
			ctx = limited
		}
		now := link.now()
		got := client.deadlineOf(ctx, &schema.Method{DeadlineMs: each.schema},
			&callOptions{deadline: each.said}, now) - now
		if each.want == 1<<62 && got < 1<<40 ||
			each.want < 1<<62 && (got > each.want+1 || got < each.want-200) {
			t.Errorf("%+v: %d", each, got)
		}
	}
}

// A message without end is not taken whole.
func TestMessageLimit(t *testing.T) {
	var lines atomic.Int32
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.Connect != nil {
			lines.Add(1)
		}
		if said.RPC != nil && lines.Load() == 1 {
			l.say(`{"id":%d,"rpc":{"data":{"n":1,"x":"%s"}}}`, said.ID, strings.Repeat("x", 1<<20))
			return true
		}
		return echo(l, said)
	})
	client := open(t, url, WithLimits(Limits{MessageBytes: 100000}))
	_, err := try(client, 1)
	broken := wantStatus(t, err, StatusDisconnected)
	if !strings.HasSuffix(broken.Message, "a message from the server is larger than message_bytes_max (100000)") {
		t.Error(err)
	}
	if _, err := try(client, 2); err != nil {
		t.Error(err)
	}
}

// stalled is a line on which a reply lies that is read only when its deadline
// has passed: as in a process that was stopped, or worked for too long. Who
// asks whether the line is behind does so at the deadline.
type stalled struct {
	messages chan string
	asked    atomic.Bool // a call was written that has no reply yet
	reading  atomic.Bool
	once     sync.Once
}

func (s *stalled) Dial(context.Context) (seam.Wire, seam.LineEnd) {
	return s, seam.LineEnd{}
}

func (s *stalled) Read() ([]byte, seam.LineEnd, bool) {
	s.reading.Store(true)
	message, more := <-s.messages
	s.reading.Store(false)
	return []byte(message), seam.LineEnd{Text: "over"}, more
}

func (s *stalled) Write(frame []byte) bool {
	if strings.Contains(string(frame), `"connect"`) {
		s.messages <- `{"id":1,"connect":{}}`
		return true
	}
	s.asked.Store(true)
	return true
}

func (s *stalled) Goodbye(int) {}
func (s *stalled) Abort() {
	s.once.Do(func() { close(s.messages) })
}
func (s *stalled) HeardAt() time.Time { return time.Time{} }
func (s *stalled) Behind() bool {
	if s.asked.Swap(false) {
		s.reading.Store(false) // until it has been read and looked at
		s.messages <- `{"id":2,"rpc":{"data":{"n":9}}}`
		for !s.reading.Load() || len(s.messages) > 0 {
			time.Sleep(time.Millisecond)
		}
	}
	return false
}

func TestLateTimerReadsFirst(t *testing.T) {
	client := NewClient(testService, "ws://host", "token", "42")
	made, wrong := newLink(&client.options, client.voice, client.url, client.token,
		"42")
	if wrong != "" {
		t.Fatal(wrong)
	}
	wire := &stalled{messages: make(chan string, 4)}
	made.transport = wire
	client.line = made
	made.open()
	if err := client.Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	if got, err := try(client, 1, Deadline(50*time.Millisecond)); err != nil ||
		got != 9 {
		t.Errorf("the reply lay there: %d, %v", got, err)
	}
	client.Disconnect()
}

// States, in order, and what they carry.
func TestStates(t *testing.T) {
	var lines atomic.Int32
	url, _ := serve(t, func(l *peer, said *command) bool {
		switch {
		case said.Connect != nil:
			lines.Add(1)
			l.say(`{"id":%d,"connect":{"client":"c9","version":"5.4.9","data":{"a":1}}}`, said.ID)
		case said.RPC != nil && lines.Load() == 1:
			l.close(3001, "shutdown")
		case said.RPC != nil:
			l.close(3503, "force disconnect")
		}
		return true
	})
	var mu sync.Mutex
	var seen []string
	client := open(t, url, WithStateChange(func(change StateChange) {
		mu.Lock()
		defer mu.Unlock()
		seen = append(seen,
			fmt.Sprintf("%s %d %s %s %s %d %t", change.Kind, change.Attempt,
				change.Client, change.Version, change.Data, change.Code, change.Terminal))
	}))
	if client.State() != StateDisconnected {
		t.Error(client.State())
	}
	_, err := try(client, 1)
	wantStatus(t, err, StatusDisconnected)
	_, err = try(client, 1)
	wantStatus(t, err, StatusTerminal)
	if client.State() != StateDisconnected {
		t.Error(client.State())
	}
	want := []string{"connecting 1    0 false", `connected 0 c9 5.4.9 {"a":1} 0 false`,
		"lost 0    3001 false", "connecting 2    0 false", `connected 0 c9 5.4.9 {"a":1} 0 false`,
		"disconnected 0    3503 true"}
	eventually(t, "all states are told", func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(seen) >= len(want)
	})
	mu.Lock()
	defer mu.Unlock()
	if strings.Join(seen, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(seen, "\n"))
	}
}

// Cuts under callers: every call ends, once.
func TestChaos(t *testing.T) {
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.Connect != nil {
			time.AfterFunc(time.Duration(5+said.size%40)*time.Millisecond, l.cut)
		}
		return echo(l, said)
	})
	client := open(t, url)
	var wait sync.WaitGroup
	var good, broken atomic.Int32
	limit := time.Now().Add(time.Second)
	for range 50 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for n := int64(0); time.Now().Before(limit); n++ {
				got, err := try(client, n, Deadline(5*time.Second))
				switch {
				case err == nil && got == n:
					good.Add(1)
				case StatusOf(err) == StatusDisconnected || StatusOf(err) == StatusDeadline:
					broken.Add(1)
				default:
					t.Errorf("got %d, %v", got, err)
					return
				}
			}
		}()
	}
	wait.Wait()
	if good.Load() == 0 || broken.Load() == 0 {
		t.Errorf("%d good, %d broken", good.Load(), broken.Load())
	}
}
