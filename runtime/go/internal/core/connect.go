// connect.go: the state of the connection: wanted, opening, greeting, ready,
// lost, ended for good; the wait before the next try; the watchdog.

package core

import (
	"fmt"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const stepMax = 31

// wait has full jitter: min + a random part of min * 2^failed, at most max.
func (s *Session) wait(failed int) int64 {
	least, most := s.options.ReconnectMin, s.options.ReconnectMax
	step := min(failed, stepMax)
	span := most
	if least < most>>step {
		span = least << step
	}
	return min(least+int64(s.options.Random()%(uint64(span)+1)), most)
}

func (s *Session) forgetLine(retryAt int64) {
	s.fed = false
	s.frame = nil
	s.pingMs = 0
	s.pong = false
	s.renewAt, s.renewBy = never, never
	s.tell(News{Kind: NewsLost, Reason: s.trouble, RetryAt: retryAt})
}

// wasShort: a line that died young does not start the waits from the beginning,
// or a request that kills its connection would be tried at full speed.
func (s *Session) wasShort() bool {
	return s.state != Ready || !s.lived && s.now-s.readyAt < s.options.ReconnectMax
}

func (s *Session) lose() {
	if !s.wasShort() {
		s.attempt = 0
	}
	s.lineAt = saturated(s.now, s.wait(s.attempt))
	s.attempt++
	s.forgetLine(s.lineAt)
	s.state = Waiting
	s.submitLost()
}

func (s *Session) endForGood() {
	s.forgetLine(never)
	s.state = Terminal
	s.finishAll(seam.Terminal)
	s.forgetFrames()
}

func (s *Session) drop(code int) {
	s.tell(News{Kind: NewsDrop, Code: code})
}

func (s *Session) bye(event *seam.Event) {
	s.trouble = seam.Fault{Status: seam.Disconnected, Origin: event.Origin,
		Code: event.Code, Temporary: event.Temporary, Message: event.Text}
	if event.SpentToken {
		s.tell(News{Kind: NewsSpentToken})
	}
	renew := event.StaleToken && s.options.Renews
	if renew || event.MayReconnect && !event.StaleToken {
		s.lose()
		return
	}
	s.endForGood()
}

func (s *Session) local(text string) {
	s.trouble = seam.Fault{Status: seam.Disconnected, Origin: seam.Local,
		Message: text}
}

func (s *Session) ready(event *seam.Event) {
	if s.state != Greeting {
		return
	}
	s.state = Ready
	s.readyAt = s.now
	s.lived = false
	s.pong = event.Pong
	s.pingMs = event.PingMs
	s.tell(News{Kind: NewsReady, Client: event.Client, Version: event.Version,
		Data: append([]byte(nil), event.Data...)})
	s.renewEvent(event)
	s.submitWaiting()
}

func (s *Session) connectEvent(event *seam.Event) {
	switch event.Kind {
	case seam.EventReady:
		s.ready(event)
	case seam.EventAsked:
		s.greet()
	case seam.EventAlive:
		if event.Pong || s.pong {
			s.sayPong()
		}
	case seam.EventRenewed:
		s.renewEvent(event)
	case seam.EventBye:
		s.drop(event.DropCode)
		s.bye(event)
	default:
		if event.Text != "" {
			s.tell(News{Kind: NewsWarning, Text: event.Text})
			return
		}
		s.push(event)
	}
}

// Hold lets no line be wanted before that time: something is asked for first.
func (s *Session) Hold(until int64) {
	if s.state == Waiting {
		s.lineAt = until
	}
}

// NotDialed is a line that could not even be dialed: the next one after a wait,
// or none any more where final, which ends a session that is ready too.
func (s *Session) NotDialed(final bool, reason string, now int64) {
	s.now = now
	ready := s.state == Ready && final
	if s.state != Waiting && !ready {
		return
	}
	if ready {
		s.drop(0)
	}
	s.local(reason)
	if final {
		s.endForGood()
	} else {
		s.lose()
	}
}

// WantsLine tells whether a line is wanted.
func (s *Session) WantsLine(now int64) bool {
	return s.state == Waiting && now >= s.lineAt
}

// Opening says that the owner opens the line.
func (s *Session) Opening(now int64) {
	s.now = now
	s.state = Opening
	s.connectBy = saturated(now, s.options.ConnectDeadline)
}

// Opened says that the line is up.
func (s *Session) Opened(now int64) {
	s.now = now
	if s.state != Opening {
		return
	}
	s.state = Greeting
	s.heardAt = now
	s.owed = false
	s.greet()
}

func (s *Session) greet() {
	s.own(s.protocol.Hello)
	if s.protocol.IsReady() {
		s.ready(&seam.Event{Kind: seam.EventReady})
	}
}

// Lost says that the line went down.
func (s *Session) Lost(end seam.LineEnd, now int64) {
	s.now = now
	if s.state != Opening && s.state != Greeting && s.state != Ready {
		return
	}
	if end.Code == 0 {
		s.local(end.Text)
		s.lose()
		return
	}
	var event seam.Event
	s.protocol.Closed(end.Code, end.Text, &event)
	s.bye(&event)
}

func (s *Session) giveUpOpening() {
	text := "no answer to the connect command within %d ms"
	if s.state == Opening {
		text = "the server did not accept within %d ms"
	}
	s.local(fmt.Sprintf(text, s.options.ConnectDeadline))
	s.drop(0)
	s.lose()
}

func (s *Session) watchdogAt() int64 {
	if s.state != Ready || s.pingMs == 0 {
		return never
	}
	return saturated(s.heardAt, saturated(s.pingMs, s.options.PingGrace))
}

// Tick is for deadlines, the reconnect time, the token's time and the watchdog.
// The watchdog comes first: after a suspended machine wakes up the line is
// dead, and its calls are lost rather than late one after another.
func (s *Session) Tick(now int64) {
	s.now = now
	if now >= s.watchdogAt() {
		s.local(fmt.Sprintf("no ping from the server for %d ms", now-s.heardAt))
		s.drop(0)
		s.lose()
	} else if (s.state == Opening || s.state == Greeting) && now >= s.connectBy {
		s.giveUpOpening()
	}
	if now >= s.renewAt {
		s.renewDue()
	}
	if now >= s.renewBy {
		s.renewLate()
	}
	for one := s.wheel.due(now); one != nil; one = s.wheel.due(now) {
		s.finishAlone(one, seam.Deadline)
	}
}

// Kick skips the wait before a reconnect.
func (s *Session) Kick(now int64) {
	if s.state == Waiting {
		s.lineAt = min(s.lineAt, now)
	}
}

// Shut ends every call with Closed, told by Next.
func (s *Session) Shut() {
	if s.state == Closed {
		return
	}
	s.finishAll(seam.Closed)
	s.forgetFrames()
	s.fed = false
	s.frame = nil
	s.renewAt, s.renewBy = never, never
	s.state = Closed
}

// sayPong writes a pong, unless one to the same frame, or one that has not left
// yet, answers this ping too: a server that asks without reading must not fill
// our memory.
func (s *Session) sayPong() {
	if !s.pongWaits && !s.pongSaid {
		s.own(s.protocol.Pong)
		s.pongWaits, s.pongSaid = true, true
	}
}
