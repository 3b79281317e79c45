// options.go: what a program may choose for a client, and for a call.

package bell

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

// Mode is the way in which a call is carried.
type Mode int

// The modes.
const (
	Native  Mode = iota // Centrifugo's own rpc command
	Channel             // a publication, and a reply on the user's own channel
)

// ErrUnauthorized is what a token source answers where there will be no token:
// the connection ends for good.
var ErrUnauthorized = errors.New("unauthorized")

// TokenSource gives a connection token: before the first connection, when the
// time of the last one runs out, and whenever the server calls it expired. ""
// is anonymous; any other error than ErrUnauthorized means that it is asked
// again later. It may take as long as it wants: who has not answered within the
// connect deadline is asked again, and the first token is taken. Its context
// ends with the client, and when it was asked twice since; it is asked no more
// while three of its calls do not return.
type TokenSource func(ctx context.Context) (string, error)

const (
	mebibyte  = 1 << 20
	callsMost = math.MaxUint32 / 8
)

type options struct {
	mode           Mode
	deadline       time.Duration
	failFast       bool
	retries        int
	tokenSource    TokenSource
	log            func(Record)
	metrics        func(Metric)
	changed        func(StateChange)
	requestChannel string
	replyChannel   string // {user_id} stands for the user
	responderUser  string
	limits         Limits
	connectTry     time.Duration
	connectWait    time.Duration
	reconnectMin   time.Duration
	reconnectMax   time.Duration
	pingGrace      time.Duration
	tls            *tls.Config
	header         http.Header
	name           string
	transport      seam.Transport
}

// Option changes how a client works.
type Option func(*options)

// WithMode chooses how calls are carried: Native unless it is said.
func WithMode(mode Mode) Option {
	return func(o *options) { o.mode = mode }
}

// WithDeadline is for calls that say nothing themselves: the schema's, else
// 30 s. A negative one is none. A deadline of the call's context replaces it.
func WithDeadline(deadline time.Duration) Option {
	return func(o *options) { o.deadline = deadline }
}

// WithFailFast lets calls end at once while there is no connection.
func WithFailFast() Option {
	return func(o *options) { o.failFast = true }
}

// WithRetries lets an idempotent call whose connection broke be sent again so
// often, within its deadline.
func WithRetries(retries int) Option {
	return func(o *options) { o.retries = retries }
}

// WithTokenSource asks for tokens instead of being given one.
func WithTokenSource(source TokenSource) Option {
	return func(o *options) { o.tokenSource = source }
}

// WithLog is told what happens: of a call by the goroutine that makes it, of
// the connection in order by one of the client's. It may call, close the client
// and panic.
func WithLog(log func(Record)) Option {
	return func(o *options) { o.log = log }
}

// WithSlog is WithLog with a logger of log/slog: error, warn, info and debug.
func WithSlog(logger *slog.Logger) Option {
	return WithLog(func(record Record) { record.slog(logger) })
}

// WithMetrics is told what there is to count, as WithLog is.
func WithMetrics(metrics func(Metric)) Option {
	return func(o *options) { o.metrics = metrics }
}

// WithStateChange is told how the connection goes, in order, by a goroutine of
// the client's.
func WithStateChange(changed func(StateChange)) Option {
	return func(o *options) { o.changed = changed }
}

// WithChannels names the channels of mode Channel: "rpc.requests" and
// "user#{user_id}" unless it is said.
func WithChannels(request, reply string) Option {
	return func(o *options) { o.requestChannel, o.replyChannel = request, reply }
}

// WithResponderUser names the user whose client answers in mode Channel.
// Replies that any other client published are refused; those of the server's
// API are taken.
func WithResponderUser(user string) Option {
	return func(o *options) { o.responderUser = user }
}

// WithLimits bounds what is read, and what is held.
func WithLimits(limits Limits) Option {
	return func(o *options) { o.limits = limits }
}

// WithConnectDeadline bounds each try at a connection, from dialing to the
// server's greeting: 5 s unless it is said. The time that a token source takes
// does not count.
func WithConnectDeadline(deadline time.Duration) Option {
	return func(o *options) { o.connectTry = deadline }
}

// WithConnectWait bounds Connect, over as many tries as fit, where its context
// has no deadline: 10 s unless it is said; negative: none.
func WithConnectWait(wait time.Duration) Option {
	return func(o *options) { o.connectWait = wait }
}

// WithPingGrace is how long beyond its interval a ping of the server's may stay
// out before the connection counts as dead: 10 s unless it is said.
func WithPingGrace(grace time.Duration) Option {
	return func(o *options) { o.pingGrace = grace }
}

// WithRequestBytes is the limit of a request's command: 65,536, which is
// Centrifugo's own. The same as Limits.RequestBytes.
func WithRequestBytes(limit int) Option {
	return func(o *options) { o.limits.RequestBytes = limit }
}

// WithReconnectDelays bounds the jittered wait before a new connection, which
// grows with each one that did not live: 500 ms and 20 s unless it is said.
func WithReconnectDelays(least, most time.Duration) Option {
	return func(o *options) { o.reconnectMin, o.reconnectMax = least, most }
}

// WithTLS is for wss URLs: another CA, a client certificate.
func WithTLS(config *tls.Config) Option {
	return func(o *options) { o.tls = config }
}

// WithHeader adds headers to the request that opens the WebSocket.
func WithHeader(header http.Header) Option {
	return func(o *options) { o.header = header }
}

// WithName is what the client is called in the server's eyes: "bellpull".
func WithName(name string) Option {
	return func(o *options) { o.name = name }
}

// WithTransport carries calls over something else than a WebSocket, whatever
// the url: it is for package belltest.
func WithTransport(carrier seam.Transport) Option {
	return func(o *options) { o.transport = carrier }
}

type callOptions struct {
	deadline time.Duration
	retries  int
	failFast bool
}

// CallOption changes one call.
type CallOption func(*callOptions)

// Deadline bounds one call; a negative one is none. Where the context has a
// deadline as well, the earlier one wins.
func Deadline(deadline time.Duration) CallOption {
	return func(o *callOptions) { o.deadline = deadline }
}

// FailFast lets the call end at once while there is no connection.
func FailFast() CallOption {
	return func(o *callOptions) { o.failFast = true }
}

// Retries is WithRetries for one call.
func Retries(retries int) CallOption {
	return func(o *callOptions) { o.retries = retries }
}

func fill[T int | int64 | time.Duration](value *T, standard T) {
	if *value == 0 {
		*value = standard
	}
}

func makeOptions(list []Option) options {
	made := options{requestChannel: "rpc.requests", replyChannel: "user#{user_id}",
		name: "bellpull"}
	for _, option := range list {
		option(&made)
	}
	fill(&made.connectTry, 5*time.Second)
	fill(&made.connectWait, 10*time.Second)
	fill(&made.reconnectMin, 500*time.Millisecond)
	fill(&made.reconnectMax, 20*time.Second)
	fill(&made.pingGrace, 10*time.Second)
	limits := &made.limits
	fill(&limits.Calls, mebibyte)
	fill(&limits.RequestBytes, 65536)
	fill(&limits.QueueBytes, 16*mebibyte)
	fill(&limits.MessageBytes, 64*mebibyte)
	fill(&limits.ReplyBytes, 64*mebibyte)
	return made
}

// wrong says which option cannot be; "": none. It names no value: that may be a
// secret.
func (o *options) wrong(token string) string {
	limits := &o.limits
	switch {
	case o.connectTry < 0:
		return "WithConnectDeadline is negative"
	case o.reconnectMin < 0 || o.reconnectMax < o.reconnectMin:
		return "WithReconnectDelays: the least is negative or beyond the most"
	case o.pingGrace < 0:
		return "WithPingGrace is negative"
	case o.retries < 0:
		return "WithRetries is negative"
	case limits.Calls < 0 || limits.Calls > callsMost:
		return "Limits.Calls is negative or beyond 536870911"
	case limits.Depth < 0 || limits.Items < 0 || limits.RequestBytes < 0 ||
		limits.QueueBytes < 0 || limits.MessageBytes < 0 || limits.ReplyBytes < 0:
		return "a limit is negative"
	case !utf8.ValidString(o.name):
		return "name is not UTF-8"
	case tokenWrong(token) != "":
		return tokenWrong(token)
	}
	for name, values := range o.header {
		text := name + strings.Join(values, "")
		if strings.ContainsFunc(text, isControl) {
			return "a header holds a control character"
		}
	}
	return ""
}

// tokenWrong says why it can be no token: read from a file with its newline,
// say. "": it may be one.
func tokenWrong(token string) string {
	switch {
	case strings.Trim(token, " \t\r\n") != token:
		return "the token begins or ends with a space or a newline: trim it"
	case !utf8.ValidString(token):
		return "the token is not UTF-8"
	}
	return ""
}

func isControl(letter rune) bool {
	return letter < 0x20 || letter == 0x7f
}

// milliseconds are rounded up: what is less than one is not at once. Nothing
// overflows.
func milliseconds(duration time.Duration) int64 {
	whole := duration.Milliseconds()
	if duration%time.Millisecond > 0 {
		whole++
	}
	return whole
}

// behind is a time so far behind another; negative, or beyond all: never.
func behind(now int64, duration time.Duration) int64 {
	ms := milliseconds(duration)
	if duration < 0 || ms > core.Never-now {
		return core.Never
	}
	return now + ms
}
