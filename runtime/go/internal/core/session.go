// Package core is calls, their ids, deadlines and the state of the connection.
// A session never calls out and knows no clock, no socket and no bytes of a
// protocol: it is fed, and it is asked. It has no lock: its owner has one.
//
// The owner's turn:
//
//	if WantsLine(now): open one, then Opening(now)
//	when the line is up: Opened(now)
//	each incoming message: Feed(frame, now), then Next until false
//	when the line is down: Lost(end, now)
//	when Deadline has come: Tick(now), then Next until false
//	output: Take, and Written as its frames leave
//	after each of these: News until false
//
// All times are milliseconds that never go back, handed in.
package core

import (
	"math"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

// Never is a time that does not come.
const Never = never

// Options of a session.
type Options struct {
	Protocol        seam.Protocol
	Random          func() uint64 // 64 random bits, for jitter
	ReconnectMin    int64
	ReconnectMax    int64
	ConnectDeadline int64 // from opening to ready
	PingGrace       int64
	CallsMax        int
	RequestBytesMax int // of one command and of one frame
	QueueBytesMax   int // of what is not written yet
	FailFast        bool
	Renews          bool // there is a way to new tokens
}

// State is how far a session is.
type State int

// The states.
const (
	Waiting  State = iota // no line; one is wanted at a certain time
	Opening               // the owner opens a line
	Greeting              // hello went out, the answer has not come
	Ready
	Terminal // the server ended it for good
	Closed
)

// Order is a call as its caller wants it.
type Order struct {
	Method   seam.Method
	Context  any
	Deadline int64 // absolute; Never: none
	FailFast bool
	Retries  int // of an idempotent call, when its line breaks
}

// Completion is how a call ended. Payload is lent by the frame.
type Completion struct {
	Call    uint64
	Context any
	Started int64
	// OK: the result as on the wire; Refused: what the error carries
	Payload []byte
	Guessed bool // as the protocol's event
	Fault   seam.Fault
}

// NewsKind says what happened beside calls.
type NewsKind int

// The kinds of news.
const (
	NewsReady NewsKind = iota // calls go out
	NewsLost                  // the line went down, Reason says why
	// the owner must close the line now, and tell it Code
	NewsDrop
	NewsSpentToken // the server wants a new token
	// ready, and the token's time runs out: Renew or RenewAt
	NewsTokenDue
	NewsWarning // a push that was refused, or a token: Text
)

// News is one thing that happened beside calls.
type News struct {
	Kind    NewsKind
	Reason  seam.Fault // Lost
	RetryAt int64      // Lost: when the next line is wanted; Never: never
	Code    int        // Drop
	Text    string     // Warning
	Client  string     // Ready
	Version string     // Ready
	Data    []byte     // Ready
}

// Session is the calls of one connection that comes and goes.
type Session struct {
	options  Options
	protocol seam.Protocol
	state    State
	now      int64

	table        table
	wheel        wheel
	waiting      queue // for a line
	finished     queue // for Next
	waitingBytes int
	unsent       queue // calls whose command is still in the outbox
	// taken calls that end when they are written: no reply comes
	told      queue
	asked     queue // taken calls whose answers have no ids
	outbox    outbox
	heldBytes int    // of frames that were taken and are not written
	taken     uint64 // frames of this line that left the outbox
	written   uint64 // ... that the kernel has
	begun     uint64 // ... that may be on their way to it

	frame   []byte
	frameAt int
	fed     bool
	work    int // that is allowed before others have a turn
	event   seam.Event

	lineAt    int64 // waiting: when a line is wanted
	connectBy int64 // opening, greeting: when it must be ready
	heardAt   int64 // ready: the last bytes
	readyAt   int64
	pingMs    int64 // 0: no watchdog
	attempt   int   // failed or short-lived lines in a row
	pong      bool  // the server wants pongs
	pongWaits bool  // one is in the outbox: it answers all pings so far
	pongSaid  bool  // to this frame: it answers all of its pings
	lived     bool  // ready: a frame came after it
	renewAt   int64 // ready: when a new token is due
	renewBy   int64 // ready: when the answer to a new token must be there
	owed      bool  // of this line: one that did not come may come yet
	tokenEnds int64 // when the token of the last line runs out
	refused   int   // new tokens in a row that were not to be had, or not taken

	trouble seam.Fault // why it is not ready; Message "": never tried
	news    []News
	ignored uint64
	inboxes []*Inbox
}

// NewSession makes a session that wants a line at once.
func NewSession(options *Options, now int64) *Session {
	s := &Session{options: *options, protocol: options.Protocol, now: now,
		lineAt: now, renewAt: never, renewBy: never, tokenEnds: never,
		work: math.MaxInt}
	s.table.open(options.CallsMax, options.Protocol.Own())
	s.wheel.open(now)
	return s
}

// State gives the session's state.
func (s *Session) State() State { return s.state }

// Trouble is why the session is not ready; Message is "" where it never tried.
func (s *Session) Trouble() seam.Fault { return s.trouble }

// Ignored counts replies that were for nobody.
func (s *Session) Ignored() uint64 { return s.ignored }

// Attempt counts tries at a line in a row that failed or lived too short.
func (s *Session) Attempt() int { return s.attempt }

// HasFrames tells whether Take would give some.
func (s *Session) HasFrames() bool { return s.outbox.size() > 0 }

// Take moves all frames out; what was taken before was written or is lost.
func (s *Session) Take(into *Frames) {
	s.heldBytes = s.outbox.size()
	into.List = s.outbox.cut(s.protocol.Join(), into.List[:0], s.took)
	s.taken += uint64(len(into.List))
	s.pongWaits = false
	into.bytes, s.outbox.bytes = s.outbox.bytes, into.bytes[:0]
	s.outbox.clear()
}

// took notes that a call's command leaves in that frame.
func (s *Session) took(one *slot, frame int) {
	one.leave()
	one.taken = true
	one.frame = s.taken + uint64(frame)
	switch {
	case one.method.NoReply:
		s.told.push(one)
	case one.method.Answer != "":
		s.asked.push(one)
	}
}

// Written says how many frames of this line the kernel has wholly: calls
// without a reply are done then.
func (s *Session) Written(frames uint64) {
	s.written = frames
	if frames >= s.taken {
		s.heldBytes = 0
	}
	for s.told.first != nil && s.told.first.frame <= frames {
		s.finish(s.told.first, seam.OK, false)
	}
}

// Begun says how many frames of this line may have left, in whole or in part:
// the owner asks before it writes one, and what lies behind never leaves once
// the line is dropped.
func (s *Session) Begun(frames uint64) { s.begun = frames }

// hasLeft tells whether a taken call's frame may reach the server.
func (s *Session) hasLeft(one *slot) bool {
	return one.frame <= max(s.begun, s.written)
}

// HasEnded tells whether calls that ended wait for Next.
func (s *Session) HasEnded() bool { return s.finished.first != nil }

// News gives the next thing that happened.
func (s *Session) News() (News, bool) {
	if len(s.news) == 0 {
		return News{}, false
	}
	first := s.news[0]
	s.news = s.news[1:]
	if len(s.news) == 0 {
		s.news = nil
	}
	return first, true
}

func (s *Session) tell(one News) { s.news = append(s.news, one) }

// Deadline is the earliest time at which Tick has something to do.
func (s *Session) Deadline() int64 {
	other := int64(never)
	switch s.state {
	case Waiting:
		other = s.lineAt
	case Opening, Greeting:
		other = s.connectBy
	case Ready:
		other = min(s.watchdogAt(), s.renewAt, s.renewBy)
	}
	return min(other, s.wheel.next())
}

// Calls counts those that have not been told to have ended.
func (s *Session) Calls() int { return s.table.count }

// NextNumber sets what only years would; for tests.
func (s *Session) NextNumber(number uint64) { s.table.last = number - 1 }

func saturated(from, more int64) int64 {
	if more > math.MaxInt64-from {
		return never
	}
	return from + more
}
