// options.go: what a program may choose for a client, and for a call.

package bell

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

// Mode says how calls are sent.
type Mode int

// The modes.
const (
	Native  Mode = iota // Centrifugo's own rpc command
	Channel             // a publication, and a reply on the user's own channel
)

// ErrUnauthorized is the error that a token source returns if there will be no
// token: the connection ends for good. An error that wraps it may say why:
// fmt.Errorf("%w: logged out", bell.ErrUnauthorized).
var ErrUnauthorized = errors.New("unauthorized")

// TokenSource returns a connection token. It is called before the first
// connection, when the lifetime of the last token runs out, and whenever the
// server says that the token has expired. "" means anonymous. If it returns an
// error other than ErrUnauthorized, it is called again later. It may take as
// long as it needs: if it has not returned within the connect deadline, it is
// called again, and the first token returned is used. The context of a call
// ends with the client, or when two more calls have been made. While three of
// its calls are running, it is not called again. TokenRole says for which role
// it is asked. Calls of endpoints wait for it, until their deadlines.
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
	connectData    Raw
	transport      seam.Transport
	rest           restOptions
}

// Option changes how a client works.
type Option func(*options)

// WithMode sets how calls are sent. The default is Native.
func WithMode(mode Mode) Option {
	return func(o *options) { o.mode = mode }
}

// WithDeadline sets the deadline of calls that have none of their own. The
// default is the schema's, else 30 s; a negative value means none. A deadline
// of the call's context replaces it.
func WithDeadline(deadline time.Duration) Option {
	return func(o *options) { o.deadline = deadline }
}

// WithFailFast makes calls fail at once while there is no connection.
func WithFailFast() Option {
	return func(o *options) { o.failFast = true }
}

// WithRetries sets how often an idempotent call whose connection broke is sent
// again, within its deadline.
func WithRetries(retries int) Option {
	return func(o *options) { o.retries = retries }
}

// WithTokenSource sets a function that provides tokens, instead of a fixed
// token: a client that has both is refused.
func WithTokenSource(source TokenSource) Option {
	return func(o *options) { o.tokenSource = source }
}

// WithLog sets a function that receives log records. Records about a call come
// from the goroutine that makes the call; records about the connection come in
// order, from a goroutine of the client. The function may make calls, close the
// client and panic.
func WithLog(log func(Record)) Option {
	return func(o *options) { o.log = log }
}

// WithSlog is like WithLog, for a logger of log/slog: levels error, warn, info
// and debug.
func WithSlog(logger *slog.Logger) Option {
	return WithLog(func(record Record) { record.slog(logger) })
}

// WithMetrics sets a function that receives events to count. It is called like
// the function of WithLog.
func WithMetrics(metrics func(Metric)) Option {
	return func(o *options) { o.metrics = metrics }
}

// WithStateChange sets a function that is called for each state change of the
// connection, in order, from a goroutine of the client.
func WithStateChange(changed func(StateChange)) Option {
	return func(o *options) { o.changed = changed }
}

// WithChannels sets the channels of mode Channel. The defaults are
// "rpc.requests" and "user#{user_id}".
func WithChannels(request, reply string) Option {
	return func(o *options) { o.requestChannel, o.replyChannel = request, reply }
}

// WithResponderUser sets the user whose client answers in mode Channel. Replies
// published by other clients are rejected; replies from the server's API are
// always accepted.
func WithResponderUser(user string) Option {
	return func(o *options) { o.responderUser = user }
}

// WithLimits sets the limits of the client.
func WithLimits(limits Limits) Option {
	return func(o *options) { o.limits = limits }
}

// WithConnectDeadline limits the time of each attempt to connect, from dialing
// to the server's reply. The default is 5 s. The time that a token source takes
// does not count.
func WithConnectDeadline(deadline time.Duration) Option {
	return func(o *options) { o.connectTry = deadline }
}

// WithConnectWait limits how long Connect waits, over as many attempts as fit,
// if its context has no deadline. The default is 10 s; a negative value means
// no limit.
func WithConnectWait(wait time.Duration) Option {
	return func(o *options) { o.connectWait = wait }
}

// WithPingGrace sets how long a ping of the server may be overdue before the
// connection counts as dead. The default is 10 s.
func WithPingGrace(grace time.Duration) Option {
	return func(o *options) { o.pingGrace = grace }
}

// WithRequestBytes sets the limit of one command. The default is 65,536, which
// is also Centrifugo's limit. It is the same as Limits.RequestBytes.
func WithRequestBytes(limit int) Option {
	return func(o *options) { o.limits.RequestBytes = limit }
}

// WithReconnectDelays sets the bounds of the jittered wait before a new
// connection, which grows with each failed attempt. The defaults are 500 ms and
// 20 s.
func WithReconnectDelays(least, most time.Duration) Option {
	return func(o *options) { o.reconnectMin, o.reconnectMax = least, most }
}

// WithTLS sets the TLS configuration for wss URLs, such as another CA or a
// client certificate.
func WithTLS(config *tls.Config) Option {
	return func(o *options) { o.tls = config }
}

// WithHeader adds headers to the request that opens the WebSocket. A name is a
// token (RFC 9110 5.6.2), a value is printable ASCII without spaces around it.
// Host, Upgrade, Connection, Content-Length, Transfer-Encoding, Trailer, Expect
// and Sec-WebSocket-... belong to the handshake and are refused. They are
// copied.
func WithHeader(header http.Header) Option {
	copied := header.Clone()
	return func(o *options) { o.header = copied }
}

// WithName sets the client's name that is sent to the server. The default is
// "bellpull".
func WithName(name string) Option {
	return func(o *options) { o.name = name }
}

// WithConnectData sets a JSON value that is sent to the server as the `data` of
// each connect command, for example to its connect proxy. It has at most
// Limits.RequestBytes bytes. It is copied.
func WithConnectData(data Raw) Option {
	copied := slices.Clone(data)
	return func(o *options) { o.connectData = copied }
}

// WithTransport replaces the WebSocket with another transport, whatever the
// url. It is for package belltest.
func WithTransport(carrier seam.Transport) Option {
	return func(o *options) { o.transport = carrier }
}

type callOptions struct {
	deadline time.Duration
	retries  int
	failFast bool
	noCache  bool
}

// CallOption changes how one call works.
type CallOption func(*callOptions)

// Deadline sets the deadline of one call; a negative one means none. If the
// context has a deadline too, the earlier one wins.
func Deadline(deadline time.Duration) CallOption {
	return func(o *callOptions) { o.deadline = deadline }
}

// FailFast makes the call fail at once while there is no connection.
func FailFast() CallOption {
	return func(o *callOptions) { o.failFast = true }
}

// Retries is like WithRetries, for one call.
func Retries(retries int) CallOption {
	return func(o *callOptions) { o.retries = retries }
}

// NoCache makes a call of rest ask the server, whatever WithCache has kept; the
// answer is kept.
func NoCache() CallOption {
	return func(o *callOptions) { o.noCache = true }
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
	made.rest.requestMax = limits.RequestBytes
	fill(&made.rest.requestMax, 64*mebibyte)
	fill(&limits.Calls, mebibyte)
	fill(&limits.RequestBytes, 65536)
	fill(&limits.QueueBytes, 16*mebibyte)
	fill(&limits.MessageBytes, 64*mebibyte)
	fill(&limits.ReplyBytes, 64*mebibyte)
	fill(&limits.InboxBytes, 64*mebibyte)
	made.rest.fill(limits)
	return made
}

// wrong says which option cannot be; "": none. It names no value: that may be a
// secret.
func (o *options) wrong(token string) string {
	limits := &o.limits
	switch {
	case o.mode != Native && o.mode != Channel:
		return "WithMode: it is neither Native nor Channel"
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
		limits.QueueBytes < 0 || limits.MessageBytes < 0 || limits.ReplyBytes < 0 ||
		limits.InboxBytes < 0:
		return "a limit is negative"
	case !utf8.ValidString(o.name):
		return "name is not UTF-8"
	case token != "" && o.tokenSource != nil:
		return "token and WithTokenSource: give one of them"
	case tokenWrong(token) != "":
		return tokenWrong(token)
	case o.rest.wrong() != "":
		return o.rest.wrong()
	}
	return headersWrong(o.header)
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
