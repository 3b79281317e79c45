// log.go: what is told of calls and connections: records, metrics, states.
// Nothing secret stands in them.

package bell

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// Level is the level of a log record.
type Level int

// The levels.
const (
	LevelError Level = iota + 1
	LevelWarn
	LevelInfo
	LevelDebug
)

// Record is one line of a log. Tokens and secrets never appear in it.
type Record struct {
	Level   Level
	Link    string // in the schema: see StateChange
	Event   string // "call", "reply", "error", "connecting", "connected", "lost", "terminal", "refused", "token", "closed"
	Method  string // "" where the event has none
	Call    uint64 // its number; 0 where the event has none
	Elapsed time.Duration
	Text    string // one line
}

// MetricKind is the kind of a Metric.
type MetricKind int

// The kinds.
const (
	MetricCall      MetricKind = iota + 1 // a call begins
	MetricEnd                             // a call ends; exactly once for each
	MetricConnected                       // commands can be sent
	// a connection was lost or could not be made
	MetricLost
)

// Metric is one event to count, for monitoring.
type Metric struct {
	Kind    MetricKind
	Link    string // in the schema: see StateChange
	Method  string // MetricCall, MetricEnd: its wire name
	Status  Status // MetricEnd: how the call ended; "" means it succeeded
	Code    int    // MetricEnd, MetricLost: the error's code
	Elapsed time.Duration
	Bytes   int // MetricCall: size of the params as JSON; MetricEnd: of the reply
}

// State is the state of a client's connection.
type State string

// The states.
const (
	StateConnecting   State = "connecting"
	StateConnected    State = "connected"
	StateDisconnected State = "disconnected"
)

// ChangeKind is the kind of a StateChange.
type ChangeKind string

// The kinds.
const (
	ChangeConnecting   ChangeKind = "connecting"
	ChangeConnected    ChangeKind = "connected"
	ChangeLost         ChangeKind = "lost" // the state is StateConnecting again
	ChangeDisconnected ChangeKind = "disconnected"
)

// StateChange is one change of the connection's state.
type StateChange struct {
	Kind ChangeKind
	Link string // in the schema: rpc, rest, messages, streams.NAME
	// ChangeConnecting: counts from 1 after each connection
	Attempt int
	Client  string // ChangeConnected: the client id that the server gave
	Version string // ChangeConnected: the server's version
	// ChangeConnected: the data in the server's connect reply, or nil
	Data Raw
	// ChangeLost, ChangeDisconnected: the code of the reason; 0 if it has none
	Code     int
	Reason   string        // ChangeLost, ChangeDisconnected
	NextTry  time.Duration // ChangeLost: time until the next attempt
	Terminal bool          // ChangeDisconnected: it ended for good by itself
}

// Of lines that wait to be told there are no more: a program that is too slow
// for its log loses the rest. States and metrics come at the pace of
// connections and are kept.
const untoldMost = 1024

// teller calls functions of the program, in order, by a goroutine that is there
// while there is something to tell.
type teller struct {
	mu      sync.Mutex
	untold  []func()
	running bool
	quiet   chan struct{} // closed when it has ended
}

func (t *teller) tell(each func(), must bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.untold) >= untoldMost && !must {
		return
	}
	t.untold = append(t.untold, each)
	if !t.running {
		t.running = true
		t.quiet = make(chan struct{})
		go t.run()
	}
}

func (t *teller) run() {
	for {
		t.mu.Lock()
		if len(t.untold) == 0 {
			t.untold = nil
			t.running = false
			close(t.quiet)
			t.mu.Unlock()
			return
		}
		next := t.untold[0]
		t.untold = t.untold[1:]
		t.mu.Unlock()
		guarded("log, metrics or state function", next)
	}
}

// settle waits a moment until all is told; a function of the program may wait
// for who calls this.
func (t *teller) settle(most time.Duration) {
	t.mu.Lock()
	quiet := t.quiet
	t.mu.Unlock()
	if quiet == nil {
		return
	}
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-quiet:
	case <-timer.C:
	}
}

// guarded survives a panic of the program's own, and says so.
func guarded(what string, each func()) {
	defer func() {
		if trouble := recover(); trouble != nil {
			fmt.Fprintf(os.Stderr, "bell: a %s panicked: %s\n", what,
				tame(fmt.Sprint(trouble)))
		}
	}()
	each()
}

// voice is how a client speaks of itself: to the program's functions and, with
// BELL_DEBUG=1, as a timeline on stderr.
type voice struct {
	log     func(Record)
	metrics func(Metric)
	changed func(StateChange)
	said    environment
	debug   bool
	began   time.Time
	teller  teller
}

func newVoice(o *options, said environment) *voice {
	debug := os.Getenv("BELL_DEBUG")
	return &voice{log: o.log, metrics: o.metrics, changed: o.changed, said: said,
		debug: debug != "" && debug != "0", began: time.Now()}
}

// speaks tells whether somebody reads lines.
func (v *voice) speaks() bool { return v.debug || v.log != nil }

// hands tells whether the program's log is handed lines of a level.
func (v *voice) hands(level Level) bool {
	return v.log != nil && level <= v.said.levelMost
}

func (v *voice) print(record *Record, at time.Duration) {
	call := ""
	if record.Call != 0 {
		call = fmt.Sprintf("#%d ", record.Call)
	}
	method := ""
	if record.Method != "" {
		method = record.Method + "  "
	}
	fmt.Fprintf(os.Stderr, "bell %12.3f ms  %s%s%s\n",
		float64(at)/float64(time.Millisecond), call, method, record.Text)
}

// sayNow is for the goroutine of a call.
func (v *voice) sayNow(record Record) {
	record.Text = tame(record.Text)
	if v.debug {
		v.print(&record, time.Since(v.began))
	}
	if v.hands(record.Level) {
		guarded("log", func() { v.log(record) })
	}
}

func (v *voice) countNow(metric Metric) {
	if v.metrics != nil {
		guarded("metrics function", func() { v.metrics(metric) })
	}
}

// say is for what happens to the connection: somebody else tells it.
func (v *voice) say(level Level, event, text, link string) {
	if !v.speaks() {
		return
	}
	record := Record{Level: level, Link: link, Event: event, Text: tame(text)}
	at := time.Since(v.began)
	v.teller.tell(func() {
		if v.debug {
			v.print(&record, at)
		}
		if v.hands(level) {
			v.log(record)
		}
	}, false)
}

func (v *voice) count(metric Metric) {
	if v.metrics != nil {
		v.teller.tell(func() { v.metrics(metric) }, true)
	}
}

func (v *voice) change(change StateChange) {
	if v.changed != nil {
		v.teller.tell(func() { v.changed(change) }, true)
	}
}

var slogLevels = map[Level]slog.Level{LevelError: slog.LevelError,
	LevelWarn: slog.LevelWarn, LevelInfo: slog.LevelInfo,
	LevelDebug: slog.LevelDebug}

func (r *Record) slog(logger *slog.Logger) {
	attributes := []slog.Attr{slog.String("event", r.Event)}
	if r.Method != "" {
		attributes = append(attributes, slog.String("method", r.Method),
			slog.Uint64("call", r.Call), slog.Duration("elapsed", r.Elapsed))
	}
	logger.LogAttrs(context.Background(), slogLevels[r.Level], r.Text,
		attributes...)
}
