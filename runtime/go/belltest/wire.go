// wire.go: a connection without a socket: what the client sends is read at
// once, what it hears waits for its time. It knows no command.

package belltest

import (
	"context"
	"encoding/json"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

// dialer is the way of a client's to its fake.
type dialer struct {
	fake *Fake
}

func (d dialer) Dial(context.Context) (seam.Wire, seam.LineEnd) {
	f := d.fake
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.offline {
		return nil, seam.LineEnd{Text: "the fake is offline"}
	}
	made := &wire{fake: f, heard: make(chan struct{}, 1)}
	f.wires[made] = true
	return made, seam.LineEnd{}
}

// wire is a connection; all of it is under fake.mu.
type wire struct {
	fake    *Fake
	waiting [][]byte
	heard   chan struct{} // there is something to look at
	heardAt time.Time
	reading bool // who reads waits for more
	over    bool
	ended   seam.LineEnd
}

func (w *wire) nudge() {
	select {
	case w.heard <- struct{}{}:
	default:
	}
}

// say sends a message in a while.
func (w *wire) say(delay time.Duration, message any) {
	written, err := json.Marshal(message)
	if err != nil {
		panic("belltest: " + err.Error())
	}
	if delay <= 0 {
		w.arrive(written)
		return
	}
	time.AfterFunc(delay, func() {
		w.fake.mu.Lock()
		defer w.fake.mu.Unlock()
		w.arrive(written)
	})
}

func (w *wire) arrive(message []byte) {
	if !w.over {
		w.waiting = append(w.waiting, message)
		w.heardAt = time.Now()
		w.nudge()
	}
}

// end drops the connection; what has arrived is still read.
func (w *wire) end(code int, reason string) {
	if w.over {
		return
	}
	if code == 0 && reason == "" {
		reason = "the fake ended the line"
	}
	w.over = true
	w.ended = seam.LineEnd{Code: code, Text: reason}
	delete(w.fake.wires, w)
	w.nudge()
}

func (w *wire) endIn(delay time.Duration, code int, reason string) {
	if delay <= 0 {
		w.end(code, reason)
		return
	}
	time.AfterFunc(delay, func() {
		w.fake.mu.Lock()
		defer w.fake.mu.Unlock()
		w.end(code, reason)
	})
}

func (w *wire) Read() ([]byte, seam.LineEnd, bool) {
	for {
		w.fake.mu.Lock()
		w.reading = false
		if len(w.waiting) > 0 {
			message := w.waiting[0]
			w.waiting = w.waiting[1:]
			w.fake.mu.Unlock()
			return message, seam.LineEnd{}, true
		}
		w.reading = !w.over
		end := w.ended
		w.fake.mu.Unlock()
		if end != (seam.LineEnd{}) {
			return nil, end, false
		}
		<-w.heard
	}
}

func (w *wire) Write(frame []byte) bool {
	w.fake.mu.Lock()
	defer w.fake.mu.Unlock()
	if w.over {
		return false
	}
	w.fake.take(w, frame)
	return true
}

func (w *wire) Goodbye(int) {
	w.Abort()
}

func (w *wire) Abort() {
	w.fake.mu.Lock()
	defer w.fake.mu.Unlock()
	w.end(0, "the client closed")
}

func (w *wire) HeardAt() time.Time {
	w.fake.mu.Lock()
	defer w.fake.mu.Unlock()
	return w.heardAt
}

func (w *wire) Behind() bool {
	w.fake.mu.Lock()
	defer w.fake.mu.Unlock()
	return len(w.waiting) > 0 || !w.reading
}
