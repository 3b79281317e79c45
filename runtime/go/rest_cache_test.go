// rest_cache_test.go: answers that are kept: which ones, for how long, how
// many, and what makes them go.

package bell

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

var keeps = WithCache(time.Hour)

var (
	getAny = &schema.Method{Name: "any.get", Idempotent: true,
		Result: schema.TableJson,
		Route:  &schema.Route{Verb: "GET", Path: "/root", Parts: rootParts}}
	putRoot = &schema.Method{Name: "root.put", Idempotent: true,
		Route: &schema.Route{Verb: "PUT", Path: "/root", Parts: rootParts}}
	optionsRoot = &schema.Method{Name: "root.options", Idempotent: true,
		Route: &schema.Route{Verb: "OPTIONS", Path: "/root", Parts: rootParts}}
	getItem = &schema.Method{Name: "item.get", Idempotent: true, Result: wordType,
		Params: recordOf("ItemGetParams",
			schema.Field{Name: "path", Type: itemPathType},
			schema.Field{Name: "query", Type: itemQueryType},
			schema.Field{Name: "headers", Type: itemHeadersType}),
		Route: &schema.Route{Verb: "GET", Path: "/items/{item_id}/all",
			Parts: itemParts}}
)

type itemGetParams struct {
	Path    itemPath
	Query   itemQuery
	Headers itemHeaders
}

// invokeAll makes calls that have to be good, and tells how many requests left.
func invokeAll(t *testing.T, server *site, client *Client,
	methods ...*schema.Method) int {
	t.Helper()
	before := len(server.requests())
	for _, each := range methods {
		if err := client.Invoke(background, each, nil, nil); err != nil {
			t.Errorf("%s: %v", each.Name, err)
		}
	}
	return len(server.requests()) - before
}

func TestAnswersThatAreKept(t *testing.T) {
	for _, each := range []struct {
		method *schema.Method
		answer string
		option Option
		kept   bool
	}{
		{getRoot, answerOf("200 OK", okWord), keeps, true},
		{getText, answerOf("200 OK", okWord), keeps, true},
		{getMe, answerOf("200 OK", okWord, "Cache-Control: private"), keeps, true},
		{getRoot, answerOf("200 OK", okWord, "Cache-Control: max-age=60"), keeps,
			true},
		{getRoot, answerOf("200 OK", okWord), WithGzip(), false},
		{checkRoot, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", keeps, false},
		{optionsRoot, answerOf("200 OK", okWord), keeps, false},
		{putRoot, answerOf("200 OK", okWord), keeps, false},
		{poke, answerOf("200 OK", okWord), keeps, false},
		{getRoot, answerOf("203 Changed", okWord), keeps, false},
		{getRoot, answerOf("200 OK", okWord, "Cache-Control: no-store"), keeps,
			false},
		{getRoot, answerOf("200 OK", okWord, "Cache-Control: private,  No-Store"),
			keeps, false},
		{getRoot, answerOf("200 OK", okWord, "Cache-Control: no-cache"), keeps,
			false},
		{getRoot, answerOf("200 OK", okWord, "Cache-Control: a",
			"Cache-Control: MAX-AGE = \"0\""), keeps, false},
		{getRoot, answerOf("200 OK", okWord, "Cache-Control: max-age=soon"), keeps,
			false},
		{getText, answerOf("200 OK", strings.Repeat("a", 262144)), keeps, false},
		{getText, answerOf("200 OK", strings.Repeat("a", 260000)), keeps, true},
	} {
		server := startSite(t, each.answer)
		client := openSite(t, server.url(), "t", each.option)
		want := 3
		if each.kept {
			want = 1
		}
		if got := invokeAll(t, server, client, each.method, each.method,
			each.method); got != want {
			t.Errorf("%s, %.80q: %d requests", each.method.Name, each.answer, got)
		}
	}
}

func TestErrorsAreNotKept(t *testing.T) {
	for _, answer := range []string{answerOf("404 No", okWord),
		answerOf("200 OK", `{"text":1}`), answerOf("401 No", okWord)} {
		server := startSite(t, answer)
		client := openSite(t, server.url(), "", keeps)
		for range 2 {
			if client.Invoke(background, getRoot, nil, &word{}) == nil {
				t.Error("it was good")
			}
		}
		if len(server.requests()) != 2 {
			t.Errorf("got %q", server.requests())
		}
		carrier, _ := client.exchanger()
		if len(carrier.cache.asked) != 0 {
			t.Error("an answer is still awaited")
		}
	}
}

// TestAnswersAreCopies: who writes into a result does so in its own.
func TestAnswersAreCopies(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	client := openSite(t, server.url(), "", keeps)
	for range 3 {
		var got Raw
		if err := client.Invoke(background, getAny, nil, &got); err != nil ||
			string(got) != okWord {
			t.Errorf("got %s, %v", got, err)
		}
		copy(got, "scribble")
	}
	if len(server.requests()) != 1 {
		t.Errorf("got %q", server.requests())
	}
}

func TestWhatAnswersDependOn(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	client := openSite(t, server.url(), "t", keeps)
	none := itemGetParams{Path: itemPath{"a"}}
	query, other, headers := none, none, none
	query.Query.Flag = Some(true)
	other.Path.ID = "b"
	headers.Headers.Trace = Some("x")
	for range 2 {
		for _, each := range []itemGetParams{none, query, other, headers} {
			if err := client.Invoke(background, getItem, each, &word{}); err != nil {
				t.Fatal(err)
			}
		}
		invokeAll(t, server, client, getRoot, getText, getMe)
	}
	// text.get accepts anything, me.get shows a token
	if got := len(server.requests()); got != 7 {
		t.Errorf("got %d: %q", got, server.requests())
	}
}

func TestWhatMakesAnswersGo(t *testing.T) {
	fine := answerOf("200 OK", okWord)
	for _, each := range []struct {
		between *schema.Method
		answer  string
		kept    bool
	}{
		{poke, answerOf("204 Done", ""), false},
		{putRoot, fine, false},
		{poke, answerOf("409 No", ""), true},
		{checkRoot, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", true},
		{optionsRoot, fine, true},
		{login, answerOf("200 OK", `{"access_token":"new"}`), false},
		{getItem, answerOf("401 No", ""), false},
	} {
		server := startSite(t, fine, each.answer, fine)
		client := openSite(t, server.url(), "old", keeps)
		invokeAll(t, server, client, getRoot)
		var params any
		if each.between.Params != nil {
			params = itemGetParams{Path: itemPath{"a"}}
		}
		_ = client.Invoke(background, each.between, params, nil)
		if got := invokeAll(t, server, client, getRoot); (got == 0) != each.kept {
			t.Errorf("%s, %.20q: %d requests", each.between.Name, each.answer, got)
		}
	}
}

// TestChangesOfOtherTargets: they are let alone.
func TestChangesOfOtherTargets(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	client := openSite(t, server.url(), "", keeps)
	invokeAll(t, server, client, getRoot)
	err := client.Invoke(background, putItem, itemParams{Path: itemPath{"a"}}, nil)
	if err != nil || invokeAll(t, server, client, getRoot) != 0 {
		t.Errorf("got %q, %v", server.requests(), err)
	}
}

func TestTokenOfASourceMakesAnswersGo(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	client := openSite(t, server.url(), "", keeps,
		WithTokenSource(func(context.Context) (string, error) { return "t", nil }))
	if got := invokeAll(t, server, client, getRoot, getMe, getRoot, getMe,
		getRoot); got != 3 {
		t.Errorf("%d requests", got)
	}
}

func TestNoCache(t *testing.T) {
	server := startSite(t, answerOf("200 OK", `{"text":"old"}`),
		answerOf("200 OK", `{"text":"new"}`))
	client := openSite(t, server.url(), "", keeps)
	for i, want := range []string{"old", "old", "new", "new"} {
		var list []CallOption
		if i == 2 {
			list = []CallOption{NoCache()}
		}
		var got word
		err := client.Invoke(background, getRoot, nil, &got, list...)
		if err != nil || got.Text != want {
			t.Errorf("got %v, %v, wanted %s", got, err, want)
		}
	}
	if len(server.requests()) != 2 {
		t.Errorf("got %q", server.requests())
	}
}

// ---- By hand ----------------------------------------------------------------

// keep puts an answer, as a call does.
func keep(c *cache, target, answer string, now time.Time) {
	one := c.ask(cacheKey{target: target})
	c.put(one, []byte(answer), nil, now)
	c.leave(one)
}

// targets are those of the answers that are kept, of some.
func targets(c *cache, some string, now time.Time) string {
	var found strings.Builder
	for _, each := range some {
		if _, is := c.find(cacheKey{target: string(each)}, now); is {
			found.WriteRune(each)
		}
	}
	return found.String()
}

func TestAnswersGrowOld(t *testing.T) {
	c := newCache(time.Minute, 1000)
	now := time.Now()
	keep(c, "a", "1", now)
	if got := targets(c, "a", now.Add(time.Minute-1)); got != "a" {
		t.Errorf("got %q", got)
	}
	if got := targets(c, "a", now.Add(time.Minute)); got != "" || c.used != 0 {
		t.Errorf("got %q, %d bytes", got, c.used)
	}
	one := c.ask(cacheKey{target: "b"})
	c.put(one, nil, http.Header{"Cache-Control": {"max-age=3"}}, now)
	if targets(c, "b", now.Add(3*time.Second-1)) != "b" ||
		targets(c, "b", now.Add(3*time.Second)) != "" {
		t.Error("it is not 3 s")
	}
	long := c.ask(cacheKey{target: "b"})
	c.put(long, nil, http.Header{"Cache-Control": {"max-age=" +
		strings.Repeat("9", 30)}}, now)
	if targets(c, "b", now.Add(time.Minute-1)) != "b" ||
		targets(c, "b", now.Add(time.Minute)) != "" {
		t.Error("it is not a minute")
	}
}

func TestAnswersHaveABound(t *testing.T) {
	size := (&cached{key: cacheKey{target: "a"}, answer: []byte("1")}).size()
	c := newCache(time.Minute, 4*size)
	now := time.Now()
	for _, each := range "abcd" {
		keep(c, string(each), "1", now)
	}
	if got := targets(c, "abcd", now); got != "abcd" || c.used != 4*size {
		t.Errorf("got %q, %d bytes", got, c.used)
	}
	keep(c, "a", "2", now) // it is the newest now
	keep(c, "e", "1", now)
	if got := targets(c, "abcde", now); got != "acde" || c.used != 4*size {
		t.Errorf("got %q, %d bytes", got, c.used)
	}
	keep(c, "c", "22", now) // larger than a quarter: the old one is no more
	if got := targets(c, "abcde", now); got != "ade" || c.used != 3*size ||
		c.order.Len() != 3 || len(c.kept) != 3 {
		t.Errorf("got %q, %d bytes", got, c.used)
	}
	c.empty()
	if got := targets(c, "abcde", now); got != "" || c.used != 0 ||
		c.order.Len() != 0 || len(c.kept) != 0 {
		t.Errorf("got %q, %d bytes", got, c.used)
	}
}

// TestAnswersOfBefore: what was asked for before a change is not kept after it.
func TestAnswersOfBefore(t *testing.T) {
	c := newCache(time.Minute, 1000)
	now := time.Now()
	var got []string
	for _, change := range []func(){func() {}, func() { c.forget("a") },
		func() { c.forget("b") }, c.empty} {
		c.empty()
		one := c.ask(cacheKey{target: "a"})
		change()
		c.put(one, []byte("1"), nil, now)
		c.leave(one)
		got = append(got, targets(c, "a", now))
	}
	if !slices.Equal(got, []string{"a", "", "a", ""}) || len(c.asked) != 0 {
		t.Errorf("got %q", got)
	}
}

func TestManyCallersOfACache(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	client := openSite(t, server.url(), "t", keeps, WithCacheBytes(1500))
	methods := []*schema.Method{getRoot, getMe, getText, getRoot, putRoot}
	var all sync.WaitGroup
	for i := range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			for j := range 100 {
				each := methods[(i+j)%len(methods)]
				if err := client.Invoke(background, each, nil, nil); err != nil {
					t.Error(err)
				}
			}
		}()
	}
	all.Wait()
	carrier, _ := client.exchanger()
	if c := carrier.cache; c.used > c.room || len(c.asked) != 0 {
		t.Errorf("%d bytes, %d are awaited", c.used, len(c.asked))
	}
	if got := len(server.requests()); got < 320 || got >= 1600 {
		t.Errorf("%d requests", got)
	}
}
