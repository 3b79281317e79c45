// order_test.go: calls that wait again, or end together, keep the order of
// their numbers.

package core

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bellpull/bellpull/runtime/go/internal/protocol"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

// ordered is a session that is ready. Its calls' slots are not in the order of
// their numbers: the first ones have been used, and given back.
func ordered(t *testing.T, early int) *Session {
	t.Helper()
	s := NewSession(&Options{Protocol: protocol.NewCentrifugo("test", "", nil),
		Random: func() uint64 { return 0 }, ReconnectMin: 1, ReconnectMax: 1,
		ConnectDeadline: 1000, PingGrace: 1000, CallsMax: 100,
		RequestBytesMax: 1 << 16, QueueBytesMax: 1 << 20}, 0)
	connect(s)
	for n := range early {
		submit(t, s, fmt.Sprint("early", n), 0)
	}
	for n := range early {
		s.Cancel(uint64(n+2), seam.Cancelled)
	}
	ends(s)
	return s
}

func connect(s *Session) {
	s.Opening(0)
	s.Opened(0)
	s.Take(&Frames{})
	s.Feed([]byte(`{"id":1,"connect":{}}`), 0)
	ends(s)
}

func submit(t *testing.T, s *Session, name string, retries int) {
	t.Helper()
	_, _, fault := s.Submit(&Order{Method: seam.Method{Name: name,
		Idempotent: retries > 0}, Context: name, Deadline: Never,
		Retries: retries}, []byte("1"), 0)
	if fault != nil {
		t.Fatal(fault.Message)
	}
}

func ends(s *Session) string {
	var names []string
	for one, more := s.Next(); more; one, more = s.Next() {
		names = append(names, one.Context.(string))
	}
	return strings.Join(names, " ")
}

// left is the methods of the frames that leave.
func left(s *Session) string {
	var frames Frames
	var names []string
	s.Take(&frames)
	for _, frame := range frames.List {
		for _, line := range strings.Split(string(frame), "\n") {
			if _, name, found := strings.Cut(line, `"method":"`); found {
				name, _, _ = strings.Cut(name, `"`)
				names = append(names, name)
			}
		}
	}
	return strings.Join(names, " ")
}

func want(t *testing.T, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestSentAgainInOrder(t *testing.T) {
	s := ordered(t, 3)
	for _, name := range []string{"a", "b", "c"} {
		submit(t, s, name, 1)
	}
	want(t, left(s), "a b c")
	submit(t, s, "d", 0) // still in the outbox when the line breaks
	s.Lost(seam.LineEnd{Text: "cut"}, 0)
	submit(t, s, "e", 0)
	want(t, ends(s), "")
	connect(s)
	want(t, left(s), "a b c d e")
}

func TestEndInOrder(t *testing.T) {
	for name, end := range map[string]func(*Session){
		"shut": (*Session).Shut,
		"lost": func(s *Session) { s.Lost(seam.LineEnd{Text: "cut"}, 0) },
		"for good": func(s *Session) {
			s.Lost(seam.LineEnd{Code: 3500, Text: "no"}, 0)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := ordered(t, 3)
			for _, name := range []string{"a", "b", "c", "d"} {
				submit(t, s, name, 0)
			}
			want(t, left(s), "a b c d")
			end(s)
			want(t, ends(s), "a b c d")
		})
	}
}

// A time near the last one is a late one, not one that has passed.
func TestTimesSaturate(t *testing.T) {
	s := ordered(t, 0)
	_, at, fault := s.Submit(&Order{Method: seam.Method{Name: "a"}, Context: "a",
		Deadline: Never - 1}, []byte("1"), 0)
	if fault != nil || at < Never-16 {
		t.Errorf("looked at %d: %v", at, fault)
	}
	s.Tick(1 << 40)
	want(t, ends(s), "")
}
