// finish.go: how calls end, each once. A call leaves the table before anybody
// hears of it; completions are fetched one by one.

package core

import (
	"fmt"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

func (s *Session) finish(one *slot, status seam.Status, unsent bool) {
	if one.stand == callWaiting {
		s.waitingBytes -= len(one.kept)
	}
	if one.stand == callWritten && !one.taken && s.unsent.first != nil &&
		one.queue == &s.unsent {
		s.outbox.withdraw(one.command, s.protocol.Join())
	}
	one.leave()
	s.wheel.remove(one)
	s.table.forget(one)
	one.kept = nil
	one.was = one.stand
	one.stand = callFinished
	one.status = status
	one.unsent = unsent && !one.left
	s.finished.push(one)
}

// finishAlone ends a call by cancel or deadline, or with all others. What has
// not left the outbox never will.
func (s *Session) finishAlone(one *slot, status seam.Status) {
	unsent := one.stand == callWaiting || !one.taken
	if status == seam.Terminal && !s.hasLeft(one) {
		unsent = true
	}
	s.finish(one, status, unsent)
}

func (s *Session) finishAll(status seam.Status) {
	for _, one := range s.table.inOrder() {
		s.finishAlone(one, status)
	}
}

// Cancel ends a call, told by Next: Cancelled, or Deadline where its own time
// has passed. False where it is over or never was.
func (s *Session) Cancel(call uint64, status seam.Status) bool {
	one := s.table.find(call)
	if one == nil {
		return false
	}
	s.finishAlone(one, status)
	return true
}

// faultOf is what the caller of an ended call reads.
func (s *Session) faultOf(one *slot) seam.Fault {
	name := one.method.Name
	fault := seam.Fault{Status: one.status, Origin: seam.Local, Unsent: one.unsent}
	switch one.status {
	case seam.OK:
		fault = seam.Fault{Status: seam.OK}
	case seam.Deadline:
		waited := one.deadline - one.started
		if one.deadline == never {
			waited = s.now - one.started
		}
		switch {
		case one.was == callWritten && one.unsent:
			fault.Message = fmt.Sprintf("%s: not sent within %d ms", name, waited)
		case one.was == callWritten:
			fault.Message = fmt.Sprintf("%s: no reply within %d ms", name, waited)
		default:
			fault.Message = fmt.Sprintf("%s: not connected within %d ms%s", name, waited,
				s.because())
		}
	case seam.Cancelled:
		fault.Message = name + " was cancelled"
	case seam.Closed:
		fault.Message = name + ": the client was closed"
	case seam.Limit:
		fault.Message = fmt.Sprintf("%s: request_bytes_max (%d) is reached: nothing was sent", name,
			s.options.RequestBytesMax)
	default: // Disconnected, Terminal
		sent := "sent, but no reply came; whether it was executed is unknown"
		if one.unsent {
			sent = "it was not sent"
		}
		fault.Origin = s.trouble.Origin
		fault.Code = s.trouble.Code
		fault.Message = name + ": " + sent + s.because()
	}
	return fault
}

func (s *Session) takeFinished() Completion {
	one := s.finished.first
	made := Completion{Call: one.number, Context: one.context,
		Started: one.started, Fault: s.faultOf(one)}
	s.finished.remove(one)
	s.table.release(one)
	return made
}

// takeReply ends a call only where the call is on the line.
func (s *Session) takeReply(event *seam.Event) (Completion, bool) {
	one := s.whose(event)
	if one == nil || one.stand != callWritten || !one.taken || one.method.NoReply {
		if event.Kind == seam.EventAnswer && isRefusal(event) {
			s.push(event) // of something that no call is about
			return Completion{}, false
		}
		s.ignored++
		return Completion{}, false
	}
	made := Completion{Call: one.number, Context: one.context,
		Started: one.started, Payload: event.Payload, Guessed: event.Guessed,
		Fault: seam.Fault{Status: seam.OK}}
	if isRefusal(event) {
		made.Fault = seam.Fault{Status: seam.Refused, Origin: event.Origin,
			Code: event.Code, Temporary: event.Temporary, Message: event.Text}
	}
	one.leave()
	s.wheel.remove(one)
	s.table.forget(one)
	s.table.release(one)
	return made, true
}

// Feed lends a message; Next reads it event by event. Any counts as life.
func (s *Session) Feed(frame []byte, now int64) {
	s.now = now
	s.lived = s.state == Ready
	s.heardAt = now
	s.frame, s.frameAt = frame, 0
	s.pongSaid = false
	s.fed = s.state == Ready || s.state == Greeting
}

// Heard says that bytes came, be they less than a message.
func (s *Session) Heard(now int64) {
	s.heardAt = max(s.heardAt, now)
}

// eventWork is what it takes to look at an empty message, in bytes.
const eventWork = 64

// Allow says how much of what is fed Next works off from now on, in bytes; each
// message of the protocol's counts as some more.
func (s *Session) Allow(work int, now int64) {
	s.work = work
	if s.fed { // the server is not silent: we are slow
		s.heardAt = now
	}
}

// Reading tells whether the fed frame is not read to its end.
func (s *Session) Reading() bool { return s.fed }

// Next gives the next call that ended. False when there is none for now, and
// the fed frame may go unless it is still being read.
func (s *Session) Next() (Completion, bool) {
	for s.finished.first == nil {
		if !s.fed || s.work <= 0 {
			return Completion{}, false
		}
		from := s.frameAt
		event := &s.event
		if !s.protocol.Decode(s.frame, &s.frameAt, event) {
			s.fed = false
			s.frame = nil
			return Completion{}, false
		}
		s.work -= s.frameAt - from + eventWork
		switch event.Kind {
		case seam.EventReply, seam.EventError, seam.EventAnswer:
			if made, good := s.takeReply(event); good {
				return made, true
			}
		default:
			s.connectEvent(event)
		}
	}
	return s.takeFinished(), true
}
