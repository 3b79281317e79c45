// submit.go: calls on their way out: into the outbox, or waiting for a line.

package core

import (
	"fmt"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

// own writes one frame of the protocol's own: hello, pong, renew.
func (s *Session) own(write func([]byte) []byte) {
	index := s.outbox.begin(s.protocol.Join())
	s.outbox.bytes = write(s.outbox.bytes)
	if len(s.outbox.bytes) == s.outbox.commands[index].start {
		s.outbox.abort()
		return
	}
	s.outbox.end(s.protocol.Join(), s.options.RequestBytesMax)
}

// put writes the call's command; false where it is too large to send.
func (s *Session) put(one *slot, params []byte) bool {
	out := &s.outbox
	index := out.begin(s.protocol.Join())
	out.bytes = s.protocol.Begin(out.bytes, uint32(one.number), &one.method)
	begun := len(out.bytes)
	out.bytes = append(out.bytes, params...)
	ended := len(out.bytes)
	out.bytes = s.protocol.End(out.bytes, uint32(one.number), &one.method)
	made := &out.commands[index]
	if len(out.bytes)-made.start > s.options.RequestBytesMax {
		out.abort()
		return false
	}
	made.slot, made.params, made.paramEnd = one, begun, ended
	out.end(s.protocol.Join(), s.options.RequestBytesMax)
	one.command = index
	one.stand = callWritten
	one.taken = false
	if one.retries > 0 && one.kept == nil {
		one.kept = append([]byte{}, params...)
	}
	s.unsent.push(one)
	return true
}

func (s *Session) refuseLimit(name string, limit int) *seam.Fault {
	return &seam.Fault{Status: seam.Limit, Origin: seam.Local, Unsent: true,
		Message: fmt.Sprintf("%s (%d) is reached: nothing was sent", name, limit)}
}

// MayBegin says why a call of the method may not begin now; nil: it may.
func (s *Session) MayBegin(method string, failFast bool) *seam.Fault {
	switch {
	case s.state == Closed:
		return &seam.Fault{Status: seam.Closed, Origin: seam.Local, Unsent: true,
			Message: "the client is closed"}
	case s.state == Terminal:
		return &seam.Fault{Status: seam.Terminal, Origin: s.trouble.Origin,
			Code: s.trouble.Code, Unsent: true,
			Message: method + ": it was not sent: " + s.trouble.Message}
	case s.state != Ready && (failFast || s.options.FailFast):
		return &seam.Fault{Status: seam.Disconnected, Origin: seam.Local,
			Unsent: true, Message: "not connected" + s.because()}
	case s.outbox.size()+s.waitingBytes+s.heldBytes > s.options.QueueBytesMax:
		return s.refuseLimit("queue_bytes_max", s.options.QueueBytesMax)
	}
	return nil
}

func (s *Session) because() string {
	if s.trouble.Message == "" {
		return ""
	}
	return ": " + s.trouble.Message
}

// Submit begins a call with its encoded params, which stay the caller's. It
// gives the call's number and when Tick has to look at it.
func (s *Session) Submit(order *Order, params []byte,
	now int64) (call uint64, at int64, fault *seam.Fault) {
	s.now = max(s.now, now)
	if fault := s.MayBegin(order.Method.Name, order.FailFast); fault != nil {
		return 0, never, fault
	}
	one := s.table.take()
	if one == nil {
		return 0, never, s.refuseLimit("calls_max", s.options.CallsMax)
	}
	one.stand = callOpen
	one.method = order.Method
	one.context = order.Context
	one.started = now
	one.deadline = order.Deadline
	one.failFast = order.FailFast || s.options.FailFast
	if order.Method.Idempotent {
		one.retries = order.Retries
	}
	good := true
	if s.state == Ready {
		good = s.put(one, params)
	} else {
		good = s.measure(one, params) <= s.options.RequestBytesMax
		if good {
			s.keep(one, params)
		}
	}
	if !good {
		s.table.forget(one)
		s.table.release(one)
		return 0, never, s.refuseLimit("request_bytes_max", s.options.RequestBytesMax)
	}
	return one.number, s.wheel.add(one), nil
}

// measure gives the size of a command that waits: one is refused at once that
// could never be sent.
func (s *Session) measure(one *slot, params []byte) int {
	around := s.protocol.Begin(nil, uint32(one.number), &one.method)
	around = s.protocol.End(around, uint32(one.number), &one.method)
	return len(around) + len(params)
}

// keep copies params that have no line to go to.
func (s *Session) keep(one *slot, params []byte) {
	if one.kept == nil {
		one.kept = append([]byte{}, params...)
	}
	one.stand = callWaiting
	s.waitingBytes += len(one.kept)
	s.waiting.push(one)
}

// submitWaiting puts waiting calls into the outbox, in order.
func (s *Session) submitWaiting() {
	for s.waiting.first != nil {
		one := s.waiting.first
		s.waiting.remove(one)
		s.waitingBytes -= len(one.kept)
		if !s.put(one, one.kept) {
			s.finish(one, seam.Limit, true)
			continue
		}
		if one.retries == 0 {
			one.kept = nil
		}
	}
}

// waitAgain lets a call wait whose command is still in the outbox; one that
// does not wait for a line ends.
func (s *Session) waitAgain(one *slot) {
	if one.failFast {
		s.finish(one, seam.Disconnected, true)
		return
	}
	params := s.outbox.params(one.command)
	s.unsent.remove(one)
	s.keep(one, params)
}

// tryAgain lets what may be sent again wait for the next line, under the same
// number: no reply of a line that is gone can reach it.
func (s *Session) tryAgain(one *slot) bool {
	if one.retries == 0 || one.failFast {
		return false
	}
	one.retries--
	one.left = one.left || s.hasLeft(one)
	one.leave()
	s.keep(one, one.kept)
	return true
}

// submitLost: calls whose frames never left the outbox go back to waiting, all
// others wait to be sent again or end, in the order of their numbers; then the
// outbox is empty and counts a new line.
func (s *Session) submitLost() {
	for _, one := range s.table.inOrder() {
		switch {
		case one.stand != callWritten:
		case !one.taken:
			s.waitAgain(one)
		case !s.tryAgain(one):
			s.finish(one, seam.Disconnected, !s.hasLeft(one))
		}
	}
	s.forgetFrames()
}

func (s *Session) forgetFrames() {
	s.outbox.clear()
	s.pongWaits = false
	s.heldBytes, s.taken, s.written, s.begun = 0, 0, 0, 0
}
