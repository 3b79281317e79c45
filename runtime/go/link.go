// link.go: a line made of a session, a protocol and a transport, as a client
// uses it. It knows no schema.

package bell

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const (
	// A line that is told goodbye is cut after so long.
	goodbyeMost = 50 * time.Millisecond
	// How long a log may take before who closes the client waits no more.
	settleMost    = 100 * time.Millisecond
	normalClosure = 1000
)

// link is a line made of a session, a protocol and a transport. The session has
// a clock and goroutines here, whatever number of calls is in flight: one that
// turns it, and for each connection one that dials and reads, one that writes.
type link struct {
	options   *options
	voice     *voice
	transport seam.Transport
	protocol  seam.Protocol
	name      string      // in the schema
	several   bool        // the service has others
	ring      *ring       // where its tokens are; nil: the greeter has it
	source    TokenSource // asked where there is no token; nil: nobody
	greeter   interface{ SetToken(string) }
	start     time.Time
	context   context.Context // ends with the link
	stop      context.CancelFunc
	running   sync.WaitGroup
	wake      chan struct{} // turns the session early

	mu        sync.Mutex
	session   *core.Session
	renewal   renewal
	listeners []*listener
	socket    *socket       // the line that is opening or up, or nil
	changed   chan struct{} // closed when the state changes
	turnAt    int64         // when the session is turned next
}

// socket is one connection of a link's.
type socket struct {
	wire    seam.Wire // nil while it is dialed
	dialing context.CancelFunc
	fill    chan struct{} // there are frames
	quit    chan struct{} // closed: the writer ends
	finish  func()        // closes it
	ended   chan struct{} // closed: it has
	code    int           // what is said at the end; 0: nothing
	begun   uint64        // frames whose writing has begun
	written atomic.Uint64 // frames that the kernel has wholly
}

func newLink(o *options, v *voice, url, token, userID string) (*link, string) {
	carrier, wrong := transportOf(o, url)
	if wrong != "" {
		return nil, wrong
	}
	spoken, greeter, wrong := protocolOf(o, token, userID)
	if wrong != "" {
		return nil, "options: " + wrong
	}
	l := &link{options: o, voice: v, transport: carrier, protocol: spoken,
		name: "rpc", greeter: greeter, source: o.tokenSource}
	l.renewal.done = token != "" || l.source == nil
	l.prepare()
	return l, ""
}

// prepare makes the session; nothing runs yet.
func (l *link) prepare() {
	o := l.options
	l.start = time.Now()
	l.wake = make(chan struct{}, 1)
	l.changed = make(chan struct{})
	l.context, l.stop = context.WithCancel(context.Background())
	l.session = core.NewSession(&core.Options{Protocol: l.protocol,
		Random: rand.Uint64, ReconnectMin: milliseconds(o.reconnectMin),
		ReconnectMax:    milliseconds(o.reconnectMax),
		ConnectDeadline: milliseconds(o.connectTry),
		PingGrace:       milliseconds(o.pingGrace),
		CallsMax:        o.limits.Calls, RequestBytesMax: o.limits.RequestBytes,
		QueueBytesMax: o.limits.QueueBytes, FailFast: o.failFast,
		Renews: l.source != nil}, 0)
}

func (l *link) now() int64 { return time.Since(l.start).Milliseconds() }

func (l *link) open() {
	l.running.Add(1)
	go l.turns()
}

func nudge(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default:
	}
}

// ---- Calls ------------------------------------------------------------------

func (l *link) send(one *call) *seam.Fault {
	order := core.Order{Method: one.method, Context: one, Deadline: one.deadline,
		FailFast: one.failFast, Retries: one.retries}
	l.mu.Lock()
	number, at, fault := l.session.Submit(&order, one.params, one.begun)
	if fault != nil {
		l.mu.Unlock()
		return fault
	}
	one.number = number
	one.ready = l.session.State() == core.Ready
	if one.ready && l.socket != nil {
		nudge(l.socket.fill)
	}
	early := at < l.turnAt
	l.mu.Unlock()
	if early {
		nudge(l.wake)
	}
	return nil
}

func (l *link) cancel(one *call, status seam.Status) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.session.Cancel(one.number, status) {
		l.settle()
	}
}

func (l *link) mayBegin(method string, failFast bool) *seam.Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.session.MayBegin(method, failFast)
}

func (l *link) reread(payload []byte) ([]byte, bool) {
	return l.protocol.Reread(payload)
}

// ---- The state --------------------------------------------------------------

func (l *link) state() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.session.State() {
	case core.Ready:
		return StateConnected
	case core.Terminal, core.Closed:
		return StateDisconnected
	}
	return StateConnecting
}

func (l *link) kick() {
	l.mu.Lock()
	l.session.Kick(l.now())
	l.mu.Unlock()
	nudge(l.wake)
}

// look gives the state, what is closed at its next change, and the trouble.
func (l *link) look() (core.State, <-chan struct{}, seam.Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.session.State(), l.changed, l.session.Trouble()
}

func (l *link) ready(ctx context.Context) error {
	wait := l.options.connectWait
	var late <-chan time.Time
	if until, limited := ctx.Deadline(); limited {
		wait = time.Until(until)
	} else if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		late = timer.C
	}
	for over := false; ; {
		state, changed, trouble := l.look()
		switch {
		case state == core.Ready:
			return nil
		case state == core.Terminal:
			trouble.Status = seam.Terminal
			return errorOf(&trouble, "")
		case state == core.Closed:
			return localError(StatusClosed, SentUnknown, "", "the client was closed")
		case over:
			return notConnected(ctx, wait, trouble.Message)
		}
		select {
		case <-changed:
			continue
		case <-ctx.Done():
		case <-late:
		}
		l.catchUp()
		over = true
	}
}

// notConnected says why in the end of waiting.
func notConnected(ctx context.Context, waited time.Duration, why string) error {
	if ctx.Err() == context.Canceled {
		made := localError(StatusCancelled, SentNo, "", "connecting was cancelled")
		made.cause = context.Canceled
		return made
	}
	text := fmt.Sprintf("not connected within %d ms", milliseconds(waited))
	if why != "" {
		text += ": " + why
	}
	made := localError(StatusDeadline, SentNo, "", "%s", text)
	made.cause = context.DeadlineExceeded
	return made
}

// close is the end of all calls. Who reads and writes has a moment to say
// goodbye.
func (l *link) close() {
	l.mu.Lock()
	wasOver := l.session.State() == core.Terminal
	if l.session.State() != core.Closed {
		l.session.Shut()
		l.drop(normalClosure)
		l.settle()
		l.tellClosed(wasOver)
		close(l.changed)
		l.changed = make(chan struct{})
	}
	l.mu.Unlock()
	l.stop()
	nudge(l.wake)
	l.running.Wait()
	l.voice.teller.settle(settleMost)
}

func (l *link) tellClosed(wasOver bool) {
	text := "closed"
	if ignored := l.session.Ignored(); ignored != 0 {
		text = fmt.Sprintf("closed; %d replies came for calls that were over", ignored)
	}
	l.say(LevelInfo, "closed", text)
	if !wasOver {
		l.change(StateChange{Kind: ChangeDisconnected,
			Reason: "the client was closed"})
	}
}

// ---- What is told of it -----------------------------------------------------

func (l *link) say(level Level, event, text string) {
	if l.several {
		text = l.name + ": " + text
	}
	l.voice.say(level, event, text, l.name)
}

func (l *link) change(change StateChange) {
	change.Link = l.name
	l.voice.change(change)
}
