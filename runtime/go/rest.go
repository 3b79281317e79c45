// rest.go: what carries the calls of `rest`: connections of HTTP, a token, and
// the calls that are under way. It knows no Go values.

package bell

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/internal/transport"
)

// version is the project's.
const version = "0.1.0"

const (
	budgetTry     = 10
	budgetSuccess = 1
	// A server that says "at once" is given a moment.
	retryFloor = 100 * time.Millisecond
)

// rest carries calls, each in its caller's goroutine.
type rest struct {
	options *options
	pool    *pool
	http    transport.Exchanger
	cache   *cache // nil: none
	tokens  *tokens

	mu     sync.Mutex
	closed bool
	last   uint64 // number of a call
	calls  map[uint64]context.CancelFunc
	budget int
}

func newRest(o *options, to *chosenLink, shown *tokens) (*rest, string) {
	places, wrong := newPool(to, o.rest.urlRest)
	if wrong != "" {
		return nil, wrong
	}
	if strings.ContainsFunc(to.token, isNoBearer) {
		return nil, "options: " + unprintable
	}
	for name := range o.header {
		if isReserved(name) {
			return nil, "options: header " + name + ": the client writes it itself"
		}
	}
	made := &rest{options: o, pool: places, tokens: shown,
		calls:  map[uint64]context.CancelFunc{},
		budget: o.rest.budget,
		cache:  newCache(o.rest.cache, o.rest.cacheBytes)}
	made.http = transport.NewHTTP(&transport.HTTPOptions{TLS: o.tls,
		Proxy:          o.rest.way(),
		ConnectionsMax: o.rest.connectionsMax, IdleMax: o.rest.idleMax,
		Idle: o.rest.idle, HeadBytesMax: o.rest.headMax,
		BodyBytesMax: o.limits.MessageBytes, InflatedMax: o.rest.inflatedMax,
		Gzip: o.rest.gzip, ConnectTry: o.connectTry})
	shown.mu.Lock()
	shown.news = made.cache.empty
	shown.mu.Unlock()
	return made, ""
}

func refuseLimit(name string, most int) *seam.Fault {
	return &seam.Fault{Status: seam.Limit, Origin: seam.Local, Unsent: true,
		Message: fmt.Sprintf("%s (%d) is reached: nothing was sent", name, most)}
}

// enter begins a call; what ends it is called when the client is closed.
func (r *rest) enter(cancel context.CancelFunc) (number uint64,
	fault *seam.Fault) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch most := r.options.limits.Calls; {
	case r.closed:
		return 0, &seam.Fault{Status: seam.Closed, Origin: seam.Local, Unsent: true,
			Message: "the client is closed"}
	case len(r.calls) >= most:
		return 0, refuseLimit("calls_max", most)
	}
	r.last++
	r.calls[r.last] = cancel
	return r.last, nil
}

func (r *rest) leave(number uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.calls, number)
}

func (r *rest) isClosed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}

// close ends the calls that are under way, and all connections.
func (r *rest) close() {
	r.mu.Lock()
	r.closed = true
	for _, cancel := range r.calls {
		cancel()
	}
	r.mu.Unlock()
	r.http.Close()
}

// ---- Further tries ----------------------------------------------------------

// affords takes a further try from the budget.
func (r *rest) affords() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.options.rest.budget < 0:
		return true
	case r.budget < budgetTry:
		return false
	}
	r.budget -= budgetTry
	return true
}

func (r *rest) earned() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.budget = min(r.budget+budgetSuccess, r.options.rest.budget)
}

// ---- Requests ---------------------------------------------------------------

// request is a call as it is sent, each time anew.
type request struct {
	verb   string
	target string      // behind the path of the url
	own    http.Header // of the route
	accept string
	body   []byte
	token  string
}

// exchange makes one; what is secret goes to nobody but the client's server.
func (r *rest) exchange(from *request, to transport.Origin, target string,
	trusted bool) *transport.Exchange {
	header := make(http.Header, 8)
	header["User-Agent"] = []string{r.options.rest.userAgent}
	header["Accept"] = []string{from.accept}
	if from.token != "" && trusted {
		header["Authorization"] = []string{"Bearer " + from.token}
	}
	for name, values := range from.own {
		if trusted || !isCredential(name) {
			header[name] = values
		}
	}
	if trusted {
		for name, values := range r.options.header {
			header[name] = append(slices.Clone(header[name]), values...)
		}
	}
	if from.body != nil {
		header["Content-Type"] = []string{"application/json"}
	}
	if r.options.rest.gzip {
		header["Accept-Encoding"] = []string{"gzip"}
	}
	return &transport.Exchange{Origin: to, Verb: from.verb, Target: target,
		Header: header, Body: from.body}
}

func isCredential(name string) bool {
	key := http.CanonicalHeaderKey(name)
	return key == "Authorization" || key == "Cookie"
}

// do sends a request, and follows where it is sent to: 307 and 308 alone, which
// keep method and body.
func (r *rest) do(ctx context.Context, from *request,
	there *home) (*transport.Exchange, string) {
	to, target, trusted := there.origin, there.base+from.target, true
	for hops := 0; ; hops++ {
		x := r.exchange(from, to, target, trusted)
		words := r.http.Do(ctx, x)
		if words != "" || x.Status != http.StatusTemporaryRedirect &&
			x.Status != http.StatusPermanentRedirect {
			return x, words
		}
		good := hops < r.options.rest.redirectsMax
		if good {
			to, target, good = x.Elsewhere()
			trusted = trusted && to.Is(&there.origin)
		}
		if !good {
			return x, ""
		}
	}
}

// wait is how long a further try waits: jittered, or as the server says.
func (r *rest) wait(try int, said time.Duration) time.Duration {
	most := r.options.rest.retryMax
	if least := r.options.rest.retryMin; try < 32 && least < most>>try {
		most = least << try
	}
	jittered := time.Duration(rand.Int64N(int64(most) + 1))
	if said >= 0 {
		return max(jittered, said, retryFloor)
	}
	return jittered
}
