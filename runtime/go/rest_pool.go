// rest_pool.go: the urls of a service of endpoints: whose turn it is, and which
// of them rests. It knows no call and no socket.

package bell

import (
	"fmt"
	"sync"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/transport"
)

// homesMost are all of a service.
const homesMost = 64

// home is where a url leads.
type home struct {
	origin transport.Origin
	base   string // path of the url, without slashes at its end
}

// pool is the url of a service, and further ones.
type pool struct {
	homes []home
	rest  time.Duration // of one that did not answer

	mu    sync.Mutex
	next  int // whose turn it is, or behind the last
	until []time.Time
}

func homeOf(url string) (home, string) {
	where, wrong := transport.ReadBase(url)
	return home{base: where.Target, origin: transport.Origin{
		Secure: where.Secure, Authority: where.Authority}}, wrong
}

// newPool also says what is wrong with a url; "": nothing.
func newPool(to *chosenLink, rest time.Duration) (*pool, string) {
	if to.url == "" {
		return nil, "options: url is missing"
	}
	first, wrong := homeOf(to.url)
	if wrong != "" {
		return nil, wrong
	}
	made := &pool{homes: []home{first}, rest: rest}
	for i, each := range to.urls {
		another, wrong := homeOf(each)
		if wrong != "" {
			return nil, fmt.Sprintf("options: %surls[%d]: %s", to.name(), i, wrong)
		}
		made.homes = append(made.homes, another)
	}
	made.until = make([]time.Time, len(made.homes))
	return made, ""
}

// tour is what one call has seen of a pool.
type tour struct {
	at    int
	tried [homesMost]bool
}

func (p *pool) rests(at int, now time.Time) bool {
	return now.Before(p.until[at])
}

// find gives the first one from a place on that will do; -1: there is none.
func (p *pool) find(from int, good func(at int) bool) int {
	for i := range p.homes {
		if at := (from + i) % len(p.homes); good(at) {
			return at
		}
	}
	return -1
}

// awake gives the first one from a place on that does not rest, or if all do,
// that place.
func (p *pool) awake(from int, now time.Time) int {
	at := p.find(from, func(at int) bool { return !p.rests(at, now) })
	if at < 0 {
		return from % len(p.homes)
	}
	return at
}

// turn begins a call with the one whose turn it is.
func (p *pool) turn(t *tour, now time.Time) *home {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.awake(p.next, now)
	p.next = at + 1
	return p.visit(t, at)
}

// onward goes on with the one behind the last, which may have been tried.
func (p *pool) onward(t *tour, now time.Time) *home {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.visit(t, p.awake(t.at+1, now))
}

func (p *pool) visit(t *tour, at int) *home {
	t.at = at
	t.tried[at] = true
	return &p.homes[at]
}

// left tells whether there is one that the call has not tried.
func (p *pool) left(t *tour) bool {
	return p.find(0, func(at int) bool { return !t.tried[at] }) >= 0
}

// another gives one of those that are left.
func (p *pool) another(t *tour, now time.Time) *home {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.find(t.at+1, func(at int) bool {
		return !t.tried[at] && !p.rests(at, now)
	})
	if at < 0 {
		at = p.find(t.at+1, func(at int) bool { return !t.tried[at] })
	}
	return p.visit(t, at)
}

// saw hears what became of a try.
func (p *pool) saw(t *tour, good bool, now time.Time) {
	if len(p.homes) == 1 {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until[t.at] = time.Time{}
	if !good {
		p.until[t.at] = now.Add(p.rest)
	}
}
