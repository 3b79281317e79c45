// rest_cache.go: answers that are kept for a while, within a bound of bytes. It
// knows no call and no socket.

package bell

import (
	"container/list"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// What an answer takes besides its bytes.
const cacheEntryBytes = 128

// cacheKey says which answers are the same.
type cacheKey struct {
	target string // behind the path of the url
	others string // all else that a request depends on
}

// cached is an answer. Who decodes it copies what is kept of it.
type cached struct {
	key    cacheKey
	answer []byte
	until  time.Time
}

func (c *cached) size() int {
	return len(c.key.target) + len(c.key.others) + len(c.answer) +
		cacheEntryBytes
}

// cache keeps answers of GET; the oldest leave first.
type cache struct {
	most time.Duration // how long one is kept
	room int           // bytes

	mu    sync.Mutex
	used  int
	order list.List // of *cached, the oldest first
	// what was kept, by target and by all else
	kept  map[string]map[string]*list.Element
	asked map[*asked]struct{}
}

// asked is an answer that is on its way. It is not kept where its target was
// changed meanwhile.
type asked struct {
	key   cacheKey
	stale bool
}

// newCache is nil where nothing shall be kept.
func newCache(most time.Duration, room int) *cache {
	if most == 0 {
		return nil
	}
	return &cache{most: most, room: room,
		kept:  map[string]map[string]*list.Element{},
		asked: map[*asked]struct{}{}}
}

// keyOf is what the answer to a request depends on.
func keyOf(from *request) cacheKey {
	var others strings.Builder
	for _, each := range []string{from.token, from.accept} {
		others.WriteString(each)
		others.WriteByte('\n')
	}
	var names []string
	for name := range from.own {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		others.WriteString(name + ":" + strings.Join(from.own[name], ",") + "\n")
	}
	return cacheKey{from.target, others.String()}
}

func (c *cache) drop(at *list.Element) {
	old := at.Value.(*cached)
	c.order.Remove(at)
	c.used -= old.size()
	same := c.kept[old.key.target]
	delete(same, old.key.others)
	if len(same) == 0 {
		delete(c.kept, old.key.target)
	}
}

// find gives an answer that is kept; false: there is none.
func (c *cache) find(key cacheKey, now time.Time) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	at := c.kept[key.target][key.others]
	if at == nil {
		return nil, false
	}
	found := at.Value.(*cached)
	if !now.Before(found.until) {
		c.drop(at)
		return nil, false
	}
	return found.answer, true
}

// ask is said before a request whose answer may be put.
func (c *cache) ask(key cacheKey) *asked {
	c.mu.Lock()
	defer c.mu.Unlock()
	made := &asked{key: key}
	c.asked[made] = struct{}{}
	return made
}

// leave: there will be no answer, or it was put.
func (c *cache) leave(a *asked) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.asked, a)
}

// put keeps an answer for as long as the server lets us.
func (c *cache) put(a *asked, answer []byte, said http.Header, now time.Time) {
	fresh := min(c.most, freshness(said))
	made := &cached{a.key, answer, now.Add(fresh)}
	c.mu.Lock()
	defer c.mu.Unlock()
	target, others := a.key.target, a.key.others
	if at := c.kept[target][others]; at != nil {
		c.drop(at)
	}
	if fresh <= 0 || made.size() > c.room/4 || a.stale {
		return
	}
	made.answer = slices.Clone(answer) // without the room that it was read into
	for c.used+made.size() > c.room {
		c.drop(c.order.Front())
	}
	if c.kept[target] == nil {
		c.kept[target] = map[string]*list.Element{}
	}
	c.kept[target][others] = c.order.PushBack(made)
	c.used += made.size()
}

// forget drops what a target's answers were: it was changed.
func (c *cache) forget(target string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, at := range c.kept[target] {
		c.drop(at)
	}
	for each := range c.asked {
		each.stale = each.stale || each.key.target == target
	}
}

// empty drops all: who asks is somebody else now.
func (c *cache) empty() {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used = 0
	c.order.Init()
	clear(c.kept)
	for each := range c.asked {
		each.stale = true
	}
}

// freshness is how long the server lets an answer be kept.
func freshness(said http.Header) time.Duration {
	most := maxDuration
	for _, line := range said["Cache-Control"] {
		for each := range strings.SplitSeq(line, ",") {
			name, value, _ := strings.Cut(each, "=")
			switch strings.ToLower(strings.TrimSpace(name)) {
			case "no-store", "no-cache":
				return 0
			case "max-age":
				most = min(most, secondsOf(strings.Trim(value, "\" \t")))
			}
		}
	}
	return most
}

// secondsOf reads them; what is no number is none (RFC 9111 4.2.1).
func secondsOf(digits string) time.Duration {
	if digits == "" || strings.Trim(digits, "0123456789") != "" {
		return 0
	}
	seconds, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || seconds > int64(maxDuration/time.Second) {
		return maxDuration
	}
	return time.Duration(seconds) * time.Second
}
