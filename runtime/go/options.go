package bell

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"time"

	"github.com/centrifugal/centrifuge-go"
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

// TokenSource gives a connection token: before the first connection, and
// whenever the server calls the last one expired. "" is anonymous; any other
// error than ErrUnauthorized means that it is asked again later.
type TokenSource func(ctx context.Context) (string, error)

// Record is one line of a log. Tokens and secrets never stand in it.
type Record struct {
	Event   string // "call", "reply", "failed", "connecting", "connected", "lost", "refused"
	Method  string // "" where the event has none
	Elapsed time.Duration
	Text    string
}

const (
	deadlineDefault = 30 * time.Second
	noDeadline      = time.Duration(-1)
	requestBytesMax = 65536 // Centrifugo's own limit of a command
)

type options struct {
	mode            Mode
	deadline        time.Duration
	failFast        bool
	retries         int
	tokenSource     TokenSource
	log             func(Record)
	requestChannel  string
	replyChannel    string // {user_id} stands for the user
	responderUser   string
	requestBytes    int
	limits          Limits
	connectDeadline time.Duration
	sdk             centrifuge.Config
}

// Option changes how a client works.
type Option func(*options)

// WithMode chooses how calls are carried: Native unless it is said.
func WithMode(mode Mode) Option {
	return func(o *options) { o.mode = mode }
}

// WithDeadline is for calls that say nothing themselves: the schema's, else
// 30 s. A negative one is none.
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

// WithLog is told what happens. It is called by whoever makes it happen, also
// by several goroutines at once.
func WithLog(log func(Record)) Option {
	return func(o *options) { o.log = log }
}

// WithChannels names the channels of mode Channel: "rpc.requests" and
// "user#{user_id}" unless it is said.
func WithChannels(request, reply string) Option {
	return func(o *options) { o.requestChannel, o.replyChannel = request, reply }
}

// WithResponderUser names the user whose client answers in mode Channel. Replies
// that any other client published are refused; those of the server's API are
// taken.
func WithResponderUser(user string) Option {
	return func(o *options) { o.responderUser = user }
}

// WithLimits bounds what is read of a reply.
func WithLimits(limits Limits) Option {
	return func(o *options) { o.limits = limits }
}

// WithConnectDeadline bounds each try at a connection, from dialing to the
// server's greeting: 5 s unless it is said.
func WithConnectDeadline(deadline time.Duration) Option {
	return func(o *options) { o.connectDeadline = deadline }
}

// WithRequestBytes is the limit of a request's JSON: 65,536, which is
// Centrifugo's own.
func WithRequestBytes(limit int) Option {
	return func(o *options) { o.requestBytes = limit }
}

// WithReconnectDelays bounds the jittered wait before a new connection: 200 ms
// and 20 s unless it is said.
func WithReconnectDelays(least, most time.Duration) Option {
	return func(o *options) { o.sdk.MinReconnectDelay, o.sdk.MaxReconnectDelay = least, most }
}

// WithTLS is for wss URLs: another CA, a client certificate.
func WithTLS(config *tls.Config) Option {
	return func(o *options) { o.sdk.TLSConfig = config }
}

// WithHeader adds headers to the request that opens the WebSocket.
func WithHeader(header http.Header) Option {
	return func(o *options) { o.sdk.Header = header }
}

// WithName is what the client is called in the server's eyes: "bellpull".
func WithName(name string) Option {
	return func(o *options) { o.sdk.Name = name }
}

type callOptions struct {
	deadline time.Duration
	retries  int
	failFast bool
}

// CallOption changes one call.
type CallOption func(*callOptions)

// Deadline bounds one call; a negative one is none. The context's holds too.
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

func makeOptions(list []Option) options {
	made := options{requestChannel: "rpc.requests", replyChannel: "user#{user_id}",
		requestBytes: requestBytesMax}
	made.sdk.Name = "bellpull"
	made.sdk.MinReconnectDelay = 200 * time.Millisecond
	made.sdk.MaxReconnectDelay = 20 * time.Second
	made.connectDeadline = 5 * time.Second
	for _, option := range list {
		option(&made)
	}
	made.sdk.HandshakeTimeout = made.connectDeadline
	return made
}

// requestTimeout is how long the SDK waits for a reply: longer than any call
// that is known of, since our own deadlines end them.
func (o *options) requestTimeout(service *Service) time.Duration {
	most := max(deadlineDefault, o.deadline)
	for _, method := range service.Methods {
		most = max(most, time.Duration(method.DeadlineMs)*time.Millisecond)
	}
	return most + time.Second
}
