// options_rest.go: what a program may choose for calls of `rest`.

package bell

import (
	"net/http"
	"slices"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/transport"
)

// restOptions are those of calls over HTTP.
type restOptions struct {
	connectionsMax int
	idleMax        int
	idle           time.Duration
	userAgent      string
	proxy          string
	gzip           bool
	inflatedMax    int64
	redirectsMax   int
	headMax        int
	retries        int
	retryMin       time.Duration
	retryMax       time.Duration
	budget         int
	requestMax     int
	links          []chosenLink
	urls           []string
	urlRest        time.Duration
	cache          time.Duration
	cacheBytes     int
}

// WithLink sets another url and token for the calls of a section of the schema
// ("rpc", "rest", "messages" or "streams.NAME") than those of the
// client. Those of rest may have further urls, like WithURLs.
func WithLink(section, url, token string, urls ...string) Option {
	made := chosenLink{section, url, token, slices.Clone(urls)}
	return func(o *options) {
		o.rest.links = append(slices.Clone(o.rest.links), made)
	}
}

// WithURLs sets further urls of the same service of endpoints, at most 63, for
// the calls of rest. Each call takes the next one in turn; where it is not
// answered, or with 502, 503 or 504, and may be tried again, it goes to another
// one at once. Tokens go to all of them.
func WithURLs(urls ...string) Option {
	copied := slices.Clone(urls)
	return func(o *options) { o.rest.urls = copied }
}

// WithURLRest sets for how long a url that did not answer is passed over while
// there is another one. The default is 5 s.
func WithURLRest(rest time.Duration) Option {
	return func(o *options) { o.rest.urlRest = rest }
}

// WithCache keeps answers of GET with the status 200 for so long, or less where
// the server's Cache-Control says so; the same call then ends with a copy of
// it, and nothing is sent. A successful call of another method with the same
// target drops it; a status 401 and another token drop all. The default is 0:
// nothing is kept.
func WithCache(most time.Duration) Option {
	return func(o *options) { o.rest.cache = most }
}

// WithCacheBytes limits what WithCache keeps; the oldest answers leave first.
// The default is 1 MiB. An answer that takes more than a quarter of it is not
// kept.
func WithCacheBytes(most int) Option {
	return func(o *options) { o.rest.cacheBytes = most }
}

// WithConnectionsMax sets how many connections of HTTP there are to one host;
// calls beyond them wait. The default is 100.
func WithConnectionsMax(most int) Option {
	return func(o *options) { o.rest.connectionsMax = most }
}

// WithIdleMax sets how many of them are kept while they are not used. The
// default is 20.
func WithIdleMax(most int) Option {
	return func(o *options) { o.rest.idleMax = most }
}

// WithIdle sets for how long they are kept; it should be less than the server's
// own limit. The default is 4 s.
func WithIdle(most time.Duration) Option {
	return func(o *options) { o.rest.idle = most }
}

// WithUserAgent sets the User-Agent of calls over HTTP. The default is
// "bellpull/VERSION".
func WithUserAgent(text string) Option {
	return func(o *options) { o.rest.userAgent = text }
}

// WithProxy sets an HTTP proxy, http://[user:password@]host:port, which is
// asked for a way to the server by CONNECT: for WebSockets, too. Variables of
// the environment are never read.
func WithProxy(url string) Option {
	return func(o *options) { o.rest.proxy = url }
}

// WithGzip asks for answers with gzip.
func WithGzip() Option {
	return func(o *options) { o.rest.gzip = true }
}

// WithInflatedBytes limits the size of an answer that came with gzip. The
// default is Limits.MessageBytes.
func WithInflatedBytes(most int64) Option {
	return func(o *options) { o.rest.inflatedMax = most }
}

// WithRedirectsMax sets how many redirects (307 and 308) of one call are
// followed. The default is 5; a negative value means none.
func WithRedirectsMax(most int) Option {
	return func(o *options) { o.rest.redirectsMax = most }
}

// WithHeadBytes limits the head of an answer. The default is 65,536.
func WithHeadBytes(most int) Option {
	return func(o *options) { o.rest.headMax = most }
}

// WithRestRetries sets how often a call of rest is tried again, within its
// deadline: where no connection came about, and, if it is idempotent, where
// there was no answer, or 429, 502, 503 or 504. The default is 3; a negative
// value means never.
func WithRestRetries(retries int) Option {
	return func(o *options) { o.rest.retries = retries }
}

// WithRetryDelays sets the bounds of the jittered wait before a further try,
// which grows with each of them. The defaults are 1 s and 60 s.
func WithRetryDelays(least, most time.Duration) Option {
	return func(o *options) { o.rest.retryMin, o.rest.retryMax = least, most }
}

// WithRetryBudget limits further tries of all calls: each takes 10 of the
// budget, each success gives 1 back, and below 10 there are none. The default
// is 100; a negative value means no limit.
func WithRetryBudget(budget int) Option {
	return func(o *options) { o.rest.budget = budget }
}

func (r *restOptions) fill(limits *Limits) {
	fill(&r.connectionsMax, 100)
	fill(&r.idleMax, 20)
	fill(&r.idle, 4*time.Second)
	fill(&r.inflatedMax, limits.MessageBytes)
	fill(&r.redirectsMax, 5)
	fill(&r.headMax, 65536)
	fill(&r.retries, 3)
	fill(&r.retryMin, time.Second)
	fill(&r.retryMax, time.Minute)
	fill(&r.budget, 100)
	fill(&r.urlRest, 5*time.Second)
	fill(&r.cacheBytes, mebibyte)
	if r.userAgent == "" {
		r.userAgent = "bellpull/" + version
	}
}

// wrong says which option cannot be; "": none.
func (r *restOptions) wrong() string {
	switch {
	case r.connectionsMax < 0 || r.idleMax < 0 || r.idle < 0 || r.headMax < 0 ||
		r.inflatedMax < 0 || r.cacheBytes < 0:
		return "a limit of HTTP is negative"
	case r.retryMin < 0 || r.retryMax < r.retryMin:
		return "WithRetryDelays: the least is negative or beyond the most"
	case r.urlRest < 0:
		return "url_rest_ms is negative"
	case r.cache < 0:
		return "cache_ms is negative"
	case isNoValue(r.userAgent):
		return "WithUserAgent: not printable ASCII without spaces around it"
	}
	if r.proxy != "" {
		_, wrong := transport.ReadProxy(r.proxy)
		return wrong
	}
	return ""
}

// way is the proxy; nil: none.
func (r *restOptions) way() *transport.Proxy {
	if r.proxy == "" {
		return nil
	}
	made, _ := transport.ReadProxy(r.proxy)
	return made
}

// reserved are headers that a client writes itself.
var reserved = []string{"Host", "Content-Length", "Transfer-Encoding",
	"Connection", "Upgrade", "Trailer", "Te", "Expect", "Keep-Alive",
	"Proxy-Authorization", "Proxy-Connection"}

func isReserved(name string) bool {
	return slices.Contains(reserved, http.CanonicalHeaderKey(name))
}
