// turn.go: a link's goroutines: one turns the session, one reads and one writes
// each connection. They know no schema.

package bell

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const (
	// How long a timer waits for what lies in the socket to be read: one round,
	// of two looks.
	roundLooks  = 2
	catchUpStep = time.Millisecond
	// Who is so late, in ms, was stopped: more may lie behind what the socket
	// holds, and comes when there is room. Its patience is counted in looks,
	// since a machine that has no time for us has none for who reads either;
	// but it has an end in time, too.
	lateFrom     = 50
	quietLooks   = 20
	catchUpLooks = 250
	catchUpMost  = 1000
	farAway      = time.Hour
	// What is worked off of a message, in bytes, before others have a turn.
	turnWorkMost = 1 << 20
)

// turns is the session's clock: deadlines, reconnects, the watchdog, and
// dialing.
func (l *link) turns() {
	defer l.running.Done()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait, more := l.turn()
		if !more {
			return
		}
		timer.Reset(wait)
		select {
		case <-l.wake:
		case <-timer.C:
		}
	}
}

// turn gives the time until the next one. What is due is late perhaps, since
// the process was stopped or has worked for long: what came meanwhile is read
// before anything is called late.
func (l *link) turn() (wait time.Duration, more bool) {
	l.mu.Lock()
	if l.isUp() && l.session.Deadline() <= l.now() {
		l.mu.Unlock()
		l.catchUp()
		l.mu.Lock()
	}
	defer l.mu.Unlock()
	if l.session.State() == core.Closed {
		return 0, false
	}
	l.note()
	l.session.Tick(l.now())
	l.settle()
	l.dial()
	l.turnAt = l.session.Deadline()
	if left := l.turnAt - l.now(); left < farAway.Milliseconds() {
		return time.Duration(max(left, 0)) * time.Millisecond, true
	}
	l.turnAt = l.now() + farAway.Milliseconds()
	return farAway, true
}

func (l *link) isUp() bool { return l.socket != nil && l.socket.wire != nil }

// note tells the session what the line has done by itself; l.mu is held. A
// frame whose writing has begun may arrive.
func (l *link) note() {
	if !l.isUp() {
		return
	}
	if heard := l.socket.wire.HeardAt(); heard.After(l.start) {
		l.session.Heard(heard.Sub(l.start).Milliseconds())
	}
}

// catchUp lets reading go first.
func (l *link) catchUp() {
	l.mu.Lock()
	var wire seam.Wire
	late := l.now()-l.session.Deadline() >= lateFrom
	if l.isUp() {
		wire = l.socket.wire
	}
	l.mu.Unlock()
	if wire != nil {
		letRead(wire, late, l.now)
	}
}

// letRead waits for one round of reading; who is late, until nothing has come
// for a while, and nothing lies there.
func letRead(wire seam.Wire, late bool, now func() int64) {
	enough, most := roundLooks, roundLooks
	if late {
		enough, most = quietLooks, catchUpLooks
	}
	until := now() + catchUpMost
	heard := wire.HeardAt()
	for idle := 0; idle < enough && most > 0 && now() < until; most-- {
		idle++
		if at := wire.HeardAt(); wire.Behind() || late && at != heard {
			idle, heard = 0, at
		}
		if idle < enough {
			time.Sleep(catchUpStep)
		}
	}
}

// settle hands over what ended and what happened; l.mu is held. Nothing of the
// program runs here.
func (l *link) settle() {
	for {
		for one, more := l.session.Next(); more; one, more = l.session.Next() {
			one.Context.(*call).done <- one
		}
		news, more := l.session.News()
		if !more {
			break
		}
		l.follow(&news)
	}
	if l.isUp() && l.session.HasFrames() {
		nudge(l.socket.fill)
	}
	for _, each := range l.listeners {
		if each.inbox.Counts().Waiting > 0 {
			nudge(each.filled)
		}
	}
	if l.session.Deadline() < l.turnAt {
		nudge(l.wake)
	}
}

func (l *link) follow(news *core.News) {
	switch news.Kind {
	case core.NewsSpentToken:
		l.tokenSpent()
	case core.NewsDrop:
		l.drop(news.Code)
	case core.NewsTokenDue:
		l.renewalDue()
	case core.NewsWarning:
		l.say(LevelWarn, "refused", news.Text)
	case core.NewsReady:
		l.voice.count(Metric{Kind: MetricConnected, Link: l.name})
		l.say(LevelInfo, "connected", "connected")
		l.change(StateChange{Kind: ChangeConnected, Client: news.Client,
			Version: news.Version, Data: news.Data})
	case core.NewsLost:
		l.tellLost(news)
	}
	if news.Kind == core.NewsReady || news.Kind == core.NewsLost {
		close(l.changed)
		l.changed = make(chan struct{})
	}
}

func (l *link) tellLost(news *core.News) {
	reason := &news.Reason
	reason.Message = tame(reason.Message)
	l.voice.count(Metric{Kind: MetricLost, Link: l.name, Code: reason.Code})
	if news.RetryAt == core.Never {
		l.say(LevelError, "terminal", "ended for good: "+reason.Message)
		l.change(StateChange{Kind: ChangeDisconnected, Code: reason.Code,
			Reason: reason.Message, Terminal: true})
		return
	}
	wait := min(max(news.RetryAt-l.now(), 0), maxDuration.Milliseconds())
	l.say(LevelWarn, "lost", fmt.Sprintf("not connected: %s; next try in %d ms",
		reason.Message, wait))
	l.change(StateChange{Kind: ChangeLost, Code: reason.Code,
		Reason: reason.Message, NextTry: time.Duration(wait) * time.Millisecond})
}

// ---- The line ---------------------------------------------------------------

// dial opens a line where one is wanted; l.mu is held.
func (l *link) dial() {
	now := l.now()
	if !l.session.WantsLine(now) || !l.renewalReady(now) {
		l.settle()
		return
	}
	l.drop(0)
	l.say(LevelInfo, "connecting", "connecting")
	l.change(StateChange{Kind: ChangeConnecting,
		Attempt: l.session.Attempt() + 1})
	l.session.Opening(now)
	dialing, cancel := context.WithCancel(l.context)
	made := &socket{dialing: cancel, fill: make(chan struct{}, 1),
		quit: make(chan struct{}), ended: make(chan struct{})}
	made.finish = sync.OnceFunc(func() { close(made.quit) })
	l.socket = made
	l.running.Add(1)
	go l.run(made, dialing)
}

// drop lets go of the line; l.mu is held. Its goroutines end by themselves:
// what they do is nobody's any more.
func (l *link) drop(code int) {
	old := l.socket
	if old == nil {
		return
	}
	l.socket = nil
	old.code = code
	switch {
	case old.wire == nil:
		old.dialing()
	case code == 0:
		old.wire.Abort()
	default:
		old.finish()
		time.AfterFunc(goodbyeMost, old.wire.Abort)
	}
}

// run dials, reads, and is there until nothing of the connection is left.
func (l *link) run(s *socket, dialing context.Context) {
	defer l.running.Done()
	wire, end := l.transport.Dial(dialing)
	defer s.dialing()
	l.mu.Lock()
	if wire != nil && l.socket == s && l.tokenOutlived(l.now()) {
		// A server cuts off who shows a token that has run out, and for good.
		l.lose(s, seam.LineEnd{Text: "the token expired in the meantime"})
		l.session.Kick(l.now())
	}
	if wire == nil || l.socket != s {
		l.lose(s, end)
		l.mu.Unlock()
		if wire != nil {
			wire.Abort()
		}
		return
	}
	s.wire = wire
	go l.write(s)
	l.session.Opened(l.now())
	l.settle()
	l.mu.Unlock()
	for {
		message, why, more := wire.Read()
		if !more {
			end = why
			break
		}
		l.feed(s, message)
	}
	// Nothing is said of what was sent before the writer is done with it.
	wire.Abort()
	s.finish()
	<-s.ended
	l.mu.Lock()
	if l.socket == s {
		l.session.Written(s.written.Load())
		l.session.Begun(s.written.Load())
	}
	l.lose(s, end)
	l.mu.Unlock()
}

func (l *link) feed(s *socket, message []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.socket != s {
		return
	}
	l.session.Feed(message, l.now())
	l.session.Allow(turnWorkMost, l.now())
	l.settle()
	for l.socket == s && l.session.Reading() {
		l.mu.Unlock() // a large one: others have their turn
		runtime.Gosched()
		l.mu.Lock()
		if l.socket == s {
			l.session.Allow(turnWorkMost, l.now())
			l.settle()
		}
	}
}

// lose tells the session that its line is gone; l.mu is held.
func (l *link) lose(s *socket, end seam.LineEnd) {
	if l.socket != s {
		return
	}
	l.socket = nil
	l.session.Lost(end, l.now())
	l.settle()
	nudge(l.wake)
}

// write takes all frames at once, and is at rest while there are none.
func (l *link) write(s *socket) {
	defer close(s.ended)
	var frames core.Frames
	for {
		select {
		case <-s.quit:
			l.farewell(s)
			return
		case <-s.fill:
		}
		for l.takeFrames(s, &frames) {
			for i, frame := range frames.List {
				if i > 0 && !l.begin(s) {
					break
				}
				if !s.wire.Write(frame) {
					s.wire.Abort()
					<-s.quit
					return
				}
				s.written.Add(1)
			}
		}
	}
}

// takeFrames tells what was written, and gives what is to be, of which the
// first frame may be written at once; false: nothing.
func (l *link) takeFrames(s *socket, frames *core.Frames) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.socket != s {
		return false
	}
	l.session.Written(s.written.Load())
	l.settle()
	if l.socket != s || !l.session.HasFrames() {
		return false
	}
	l.session.Take(frames)
	l.count(s)
	return true
}

// count notes that one more frame may leave; l.mu is held.
func (l *link) count(s *socket) {
	s.begun++
	l.session.Begun(s.begun)
}

// begin tells whether the next frame may still be written: not once the line
// was dropped, whose calls have heard by then that it was not sent; but when
// the client closes, what was taken leaves before the goodbye.
func (l *link) begin(s *socket) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.socket != s {
		return s.code == normalClosure
	}
	l.count(s)
	return true
}

func (l *link) farewell(s *socket) {
	l.mu.Lock()
	code := s.code
	l.mu.Unlock()
	if code != 0 {
		s.wire.Goodbye(code)
	}
}
