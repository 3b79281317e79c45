// http.go: exchanges over HTTP/1.1, by net/http with a pool of its own. Nothing
// is sent twice here, no redirect is followed, and nothing of the environment
// is read. It knows no call.

package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync"
	"time"
)

// A server that hangs up on every kept line is dialed anew after so many.
const staleMost = 128

// noOthers are the protocols besides HTTP/1.1.
var noOthers = map[string]func(string, *tls.Conn) http.RoundTripper{}

// HTTPOptions are what all exchanges have in common.
type HTTPOptions struct {
	TLS            *tls.Config
	Proxy          *Proxy // nil: none
	ConnectionsMax int    // to one host
	IdleMax        int    // to one host
	Idle           time.Duration
	HeadBytesMax   int
	BodyBytesMax   int64
	InflatedMax    int64
	Gzip           bool
	ConnectTry     time.Duration
}

// Exchanger makes exchanges: HTTP, or what stands in for it in tests.
type Exchanger interface {
	// Do sends the request and reads its answer. Where it gives words there is
	// no answer; they say why, and hold no secret.
	Do(ctx context.Context, x *Exchange) string
	// Close ends everything, and waits for it.
	Close()
}

// HTTP has connections to whatever hosts it is asked about.
type HTTP struct {
	options HTTPOptions
	pool    *http.Transport
	context context.Context // ends with it
	stop    context.CancelFunc

	mu     sync.Mutex
	closed bool
	open   sync.WaitGroup // connections, and those that are dialed
}

// NewHTTP makes a transport; nothing is dialed yet.
func NewHTTP(options *HTTPOptions) *HTTP {
	made := &HTTP{options: *options}
	made.context, made.stop = context.WithCancel(context.Background())
	made.pool = &http.Transport{MaxConnsPerHost: options.ConnectionsMax,
		MaxIdleConnsPerHost: options.IdleMax, IdleConnTimeout: options.Idle,
		// asked for, and inflated, by who asks
		DisableCompression:     true,
		MaxResponseHeaderBytes: int64(options.HeadBytesMax) + 4096,
		TLSNextProto:           noOthers,
		DialContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return made.dial(ctx, address, false)
		},
		DialTLSContext: func(ctx context.Context, _,
			address string) (net.Conn, error) {
			return made.dial(ctx, address, true)
		}}
	return made
}

// Close ends everything, and waits for it.
func (h *HTTP) Close() {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.stop()
	h.pool.CloseIdleConnections()
	h.open.Wait()
}

func (h *HTTP) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.open.Add(1)
	}
	return !h.closed
}

// dialTrouble is why no connection came about, in words that hold no secret.
type dialTrouble struct{ words string }

func (d *dialTrouble) Error() string { return d.words }

func (h *HTTP) dial(ctx context.Context, address string,
	secure bool) (net.Conn, error) {
	if !h.enter() {
		return nil, context.Canceled
	}
	ctx, cancel := context.WithTimeout(ctx, h.options.ConnectTry)
	defer cancel()
	stop := context.AfterFunc(h.context, cancel)
	defer stop()
	made, err := h.reach(ctx, address, secure)
	if err != nil {
		h.open.Done()
		return nil, err
	}
	return made, nil
}

func (h *HTTP) reach(ctx context.Context, address string,
	secure bool) (net.Conn, error) {
	where := URL{Secure: secure, Authority: address}
	raw, err := reach(ctx, h.options.Proxy, address)
	if err != nil {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			err = &proxyTrouble{notWithin(address, h.options.ConnectTry)}
		}
		return nil, &dialTrouble{unreached(err, address)}
	}
	if !secure {
		return newHTTPLine(raw, raw, h.options.HeadBytesMax, h.open.Done), nil
	}
	line := newTap(raw)
	config := &tls.Config{}
	if h.options.TLS != nil {
		config = h.options.TLS.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = where.Host()
	}
	config.NextProtos = []string{"http/1.1"}
	conn := tls.Client(line, config)
	if err := conn.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return nil, &dialTrouble{notWithin(address, h.options.ConnectTry)}
		}
		return nil, &dialTrouble{unsecured(err, where.Host(), line)}
	}
	return newHTTPLine(conn, raw, h.options.HeadBytesMax, h.open.Done), nil
}

// Origin is where requests go: scheme, host and port.
type Origin struct {
	Secure    bool
	Authority string
}

func (o *Origin) scheme() string {
	if o.Secure {
		return "https"
	}
	return "http"
}

// Exchange is one request and its answer; it is used once.
type Exchange struct {
	Origin Origin
	Verb   string
	Target string // path and query, as they are sent
	Header http.Header
	Body   []byte // nil: none

	// The answer.
	Status int
	Said   http.Header
	Answer []byte

	mu      sync.Mutex
	line    *httpLine // that it was given last
	sent    bool
	kept    bool   // the line was
	heard   bool   // a part of an answer came
	trouble string // what is wrong with the answer
}

func (x *Exchange) isHead() bool { return x.Verb == http.MethodHead }

func (x *Exchange) taken(line *httpLine, kept bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.sent {
		x.line, x.kept = line, kept
	}
}

// leave tells whether bytes may leave on a line: it is the first, or the same.
func (x *Exchange) leave(line *httpLine) (first, good bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.line != line {
		return false, false
	}
	first, x.sent = !x.sent, true
	return first, true
}

func (x *Exchange) notLeft() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sent = false
}

func (x *Exchange) refuse(why string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.trouble = why
}

func (x *Exchange) hear(some bool) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.heard = some
}

// Leaves says that its request has left: for what stands in for HTTP.
func (x *Exchange) Leaves() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.sent = true
}

// Sent tells whether the first byte of the request may have left.
func (x *Exchange) Sent() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.sent
}

// Connected tells whether it ever had a line.
func (x *Exchange) Connected() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.line != nil
}

func (x *Exchange) request(ctx context.Context) *http.Request {
	path, query, some := strings.Cut(x.Target, "?")
	where := &url.URL{Scheme: x.Origin.scheme(), Host: x.Origin.Authority,
		Opaque: path, RawQuery: query, ForceQuery: some && query == ""}
	if strings.HasPrefix(path, "//") { // an opaque one would name a host
		where.Opaque, where.RawPath = "", path
		where.Path, _ = url.PathUnescape(path)
	}
	made := &http.Request{Method: x.Verb, URL: where, Host: x.Origin.Authority,
		Header: x.Header, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}
	if len(x.Body) > 0 {
		body := x.Body
		made.ContentLength = int64(len(body))
		made.GetBody = func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(body)), nil
		}
		made.Body, _ = made.GetBody()
	}
	return made.WithContext(ctx)
}

// Do sends the request and reads its answer. Where it gives words there is no
// answer; they say why, and hold no secret.
func (h *HTTP) Do(ctx context.Context, x *Exchange) string {
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(given httptrace.GotConnInfo) {
			if line, is := given.Conn.(*httpLine); is {
				line.take(x, given.Reused)
			}
		}})
	answer, err := h.pool.RoundTrip(x.request(traced))
	for tries := 0; err != nil && ctx.Err() == nil && tries < staleMost &&
		x.mayGoOn(); tries++ {
		answer, err = h.pool.RoundTrip(x.request(traced))
	}
	if err != nil {
		return x.words(err)
	}
	x.Status, x.Said = answer.StatusCode, answer.Header
	words := x.read(answer, h.options.BodyBytesMax)
	_ = answer.Body.Close()
	if words == "" && len(x.Answer) > 0 {
		words = x.inflate(h.options.Gzip, h.options.InflatedMax)
	}
	return words
}

// mayGoOn tells whether only a kept line was stale: that is no try.
func (x *Exchange) mayGoOn() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	good := x.kept && !x.sent && x.trouble == ""
	x.kept = false
	return good
}

// What is read at first of a body without a length, and asked for of one that
// says it is long.
const (
	bodyFirst = 4 << 10
	bodyTrust = 1 << 20
)

func (x *Exchange) read(answer *http.Response, most int64) string {
	if answer.ContentLength > most && answer.Body != http.NoBody {
		return tooLarge(most)
	}
	first := int64(bodyFirst)
	if answer.ContentLength >= 0 {
		first = min(answer.ContentLength, bodyTrust)
	}
	body := make([]byte, 0, first+1)
	for {
		count, err := answer.Body.Read(body[len(body):cap(body)])
		body = body[:len(body)+count]
		switch {
		case int64(len(body)) > most:
			return tooLarge(most)
		case errors.Is(err, io.EOF):
			x.Answer = body
			return ""
		case err != nil:
			return x.words(err)
		}
		if len(body) == cap(body) {
			body = append(body, 0)[:len(body)]
		}
	}
}
