// work_test.go: a large message is worked off in turns, and no silence.

package core

import (
	"strings"
	"testing"

	"github.com/bellpull/bellpull/runtime/go/internal/protocol"
)

func TestWorkOfATurn(t *testing.T) {
	const pings, aTurn = 100, 10
	s := NewSession(&Options{Protocol: protocol.NewCentrifugo("n", "t", nil),
		ConnectDeadline: 5000, PingGrace: 10000, CallsMax: 10,
		RequestBytesMax: 1000, QueueBytesMax: 1000}, 0)
	s.Opening(0)
	s.Opened(0)
	s.Take(&Frames{})
	s.Feed([]byte(`{"id":1,"connect":{"ping":25,"pong":true}}`), 0)
	s.Next()
	if s.State() != Ready || s.Reading() {
		t.Fatal("not connected")
	}
	s.Allow(aTurn*(eventWork+3), 0)
	s.Feed([]byte(strings.Repeat("{}\n", pings)+`{"id":9,"rpc":{}}`), 0)
	now, turns := int64(0), 0
	for s.Reading() {
		if _, more := s.Next(); more {
			t.Error("a call has ended that never was")
		}
		if _, more := s.Next(); more {
			t.Error("more was done than is allowed")
		}
		now += 10000 // far beyond the ping's time in all
		s.Allow(aTurn*(eventWork+3), now)
		s.Tick(now)
		turns++
	}
	if turns != pings/aTurn+1 || s.State() != Ready || s.Ignored() != 1 {
		t.Errorf("%d turns, state %v, %d ignored", turns, s.State(), s.Ignored())
	}
	frames := Frames{}
	s.Take(&frames)
	if len(frames.List) != 1 || string(frames.List[0]) != "{}" {
		t.Errorf("%d frames: one pong is enough", len(frames.List))
	}
}
