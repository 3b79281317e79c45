// rest_pool_test.go: several urls of one service: turns, and what happens where
// one of them is away.

package bell

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// never waits: who does all the same is told by its test's deadline.
var never = WithRetryDelays(time.Hour, time.Hour)

// away is a url at which nobody listens.
func away(t *testing.T) string {
	t.Helper()
	gone := startSite(t, cut)
	_ = gone.listen.Close()
	return gone.url()
}

func counts(sites ...*site) []int {
	var made []int
	for _, each := range sites {
		made = append(made, len(each.requests()))
	}
	return made
}

func TestURLsTakeTurns(t *testing.T) {
	fine := answerOf("200 OK", okWord)
	a, b, c := startSite(t, fine), startSite(t, fine), startSite(t, fine)
	client := openSite(t, a.url()+"/a/", "secret",
		WithURLs(b.url(), "ws"+strings.TrimPrefix(c.url(), "http")+"/c"))
	for range 7 {
		if err := client.Invoke(background, getMe, nil, &word{}); err != nil {
			t.Fatal(err)
		}
	}
	if got := counts(a, b, c); !slices.Equal(got, []int{3, 2, 2}) {
		t.Errorf("got %v", got)
	}
	for i, each := range []*site{a, b, c} {
		want := "GET " + []string{"/a", "", "/c"}[i] + "/root HTTP/1.1\r\nHost: " +
			each.listen.Addr().String() + "\r\n"
		if got := each.requests()[0]; !strings.HasPrefix(got, want) ||
			credential(got) != "secret" {
			t.Errorf("got %q", got)
		}
	}
}

// TestAnotherURLAtOnce: the delays are an hour long, so nobody waited.
func TestAnotherURLAtOnce(t *testing.T) {
	fine := answerOf("200 OK", okWord)
	for answer, tried := range map[string]string{cut: "again", "x": "again",
		answerOf("502 No", ""):                     "again",
		answerOf("503 No", "", "Retry-After: 900"): "again",
		answerOf("504 No", ""):                     "again",
		answerOf("500 No", ""):                     "",
		answerOf("404 No", ""):                     ""} {
		for _, each := range []*schema.Method{getRoot, poke} {
			bad, good := startSite(t, answer), startSite(t, fine)
			client := openSite(t, away(t), "", WithURLs(bad.url(), good.url()), never)
			err := client.Invoke(background, each, nil, nil)
			again := tried == "again" && each.Idempotent
			if (err == nil) != again || len(bad.requests()) != 1 ||
				(len(good.requests()) == 1) != again {
				t.Errorf("%s, %q: %v", each.Name, answer, err)
			}
		}
	}
}

// TestTriesOfURLs: each to another url is a further try.
func TestTriesOfURLs(t *testing.T) {
	none := answerOf("503 No", "")
	for _, each := range []struct {
		option Option
		want   []int
	}{
		{WithRestRetries(1), []int{1, 1, 0}},
		{WithRestRetries(2), []int{1, 1, 1}},
		{WithRestRetries(-1), []int{1, 0, 0}},
		{WithRetryBudget(10), []int{1, 1, 0}},
		{WithRestRetries(4), []int{2, 2, 1}}, // the last two wait
		{WithDeadline(time.Minute), []int{2, 1, 1}},
	} {
		a, b, c := startSite(t, none), startSite(t, none), startSite(t, none)
		client := openSite(t, a.url(), "", WithURLs(b.url(), c.url()), each.option)
		err := client.Invoke(background, getRoot, nil, &word{})
		got := counts(a, b, c)
		if !errors.Is(err, ErrRefused) || !slices.Equal(got, each.want) {
			t.Errorf("got %v, %v, wanted %v", err, got, each.want)
		}
	}
	a, b := startSite(t, none), startSite(t, none)
	client := openSite(t, a.url(), "", WithURLs(b.url()), never,
		WithDeadline(time.Minute))
	err := client.Invoke(background, getRoot, nil, &word{})
	if !errors.Is(err, ErrRefused) ||
		!slices.Equal(counts(a, b), []int{1, 1}) {
		t.Errorf("got %v", err) // the wait would have passed the deadline
	}
}

func TestURLsThatRest(t *testing.T) {
	fine := answerOf("200 OK", okWord)
	for _, each := range []struct {
		rest Option
		want []int
	}{
		{WithURLRest(time.Hour), []int{1, 6}},
		{WithURLRest(time.Nanosecond), []int{3, 6}},
	} {
		bad, good := startSite(t, answerOf("503 No", "")), startSite(t, fine)
		client := openSite(t, bad.url(), "", WithURLs(good.url()), each.rest)
		for range 6 {
			if err := client.Invoke(background, getRoot, nil, &word{}); err != nil {
				t.Fatal(err)
			}
		}
		if got := counts(bad, good); !slices.Equal(got, each.want) {
			t.Errorf("got %v, wanted %v", got, each.want)
		}
	}
}

// TestTurnsAndRests gives the clock by hand.
func TestTurnsAndRests(t *testing.T) {
	made, wrong := newPool(&chosenLink{url: "http://a",
		urls: []string{"http://b", "http://c"}}, 5*time.Second)
	if wrong != "" {
		t.Fatal(wrong)
	}
	now := time.Now()
	turn := func() (string, *tour) {
		var seen tour
		return made.turn(&seen, now).origin.Authority[:1], &seen
	}
	_, first := turn()
	made.saw(first, false, now)
	_, second := turn()
	made.saw(second, false, now.Add(time.Second))
	var order string
	for range 3 {
		name, _ := turn()
		order += name
	}
	now = now.Add(5 * time.Second) // the first is back
	for range 4 {
		name, _ := turn()
		order += name
	}
	third := tour{at: 2}
	made.saw(&third, false, now)
	made.saw(first, false, now)
	for range 3 { // all rest
		name, _ := turn()
		order += name
	}
	made.saw(&third, true, now)
	for range 2 { // it has answered
		name, _ := turn()
		order += name
	}
	if order != "ccc"+"acac"+"abc"+"cc" {
		t.Errorf("got %s", order)
	}
	one := tour{at: 0, tried: [homesMost]bool{true}}
	made.saw(&tour{at: 1}, false, now)
	if got := made.another(&one, now).origin.Authority[:1]; got != "c" {
		t.Errorf("got %s, which rests", got)
	}
	if got := made.another(&one, now).origin.Authority[:1]; got != "b" {
		t.Errorf("got %s, which was tried", got)
	}
	if made.left(&one) {
		t.Error("something is left")
	}
}

// TestURLsOfCallsThatEnd: who gave up a call says nothing about its url.
func TestURLsOfCallsThatEnd(t *testing.T) {
	silent := startSite(t, "")
	client := openSite(t, silent.url(), "", WithURLs(silent.url()),
		WithURLRest(time.Hour))
	ctx, cancel := context.WithCancel(background)
	go func() {
		for len(silent.requests()) < 2 {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	late := client.Invoke(background, getRoot, nil, &word{},
		Deadline(50*time.Millisecond))
	gone := client.Invoke(ctx, getRoot, nil, &word{})
	if !errors.Is(late, ErrDeadline) || !errors.Is(gone, ErrCancelled) {
		t.Errorf("got %v, %v", late, gone)
	}
	carrier, _ := client.exchanger()
	for i := range 2 {
		if carrier.pool.rests(i, time.Now()) {
			t.Errorf("%d rests", i)
		}
	}
}

func TestURLsThatCannotBe(t *testing.T) {
	const tooMany = "options: urls has more than 63"
	many := slices.Repeat([]string{"http://a"}, 64)
	for _, each := range []struct {
		service *schema.Service
		option  Option
		words   string
	}{
		{webService, WithURLs("http://a", "ftp://b"),
			"options: urls[1]: the url does not begin with ws://, wss://, http:// or " +
				"https://; it should look like http://host:8001/path"},
		{webService, WithURLs(""), "options: urls[0]: the url does not begin with " +
			"ws://, wss://, http:// or https://; it should look like " +
			"http://host:8001/path"},
		{webService, WithURLs(many...), tooMany},
		{webService, WithLink("rest", "http://a", "", many...),
			"options: links, rest: urls has more than 63"},
		{webService, WithLink("rest", "http://a", "", "http://b", ""),
			"options: links, rest: urls[1]: the url does not begin with ws://, wss://, " +
				"http:// or https://; it should look like http://host:8001/path"},
		{webService, WithLink("rest", "http://a", "t "),
			"options: links, rest: the token begins or ends with a space or a " +
				"newline: trim it"},
		{webService, WithURLRest(-1), "options: url_rest_ms is negative"},
		{webService, WithCache(-1), "options: cache_ms is negative"},
		{webService, WithCacheBytes(-1), "options: a limit of HTTP is negative"},
		{webService, WithURLs(many[:63]...), ""},
		{testService, WithLink("rpc", "ws://a", "", "ws://b"),
			"options: links, rpc: urls is for rest"},
		{testService, WithURLs("ws://b"),
			"options: urls is for rest"},
	} {
		client := NewClient(each.service, "http://h", "", "", each.option)
		err := client.Connect(background)
		if each.words == "" && err != nil || each.words != "" &&
			(StatusOf(err) != StatusInvalid || err.Error() != each.words) {
			t.Errorf("got %v, wanted %s", err, each.words)
		}
	}
}

// TestLinkWithURLs: those of the link stand behind its url.
func TestLinkWithURLs(t *testing.T) {
	fine := answerOf("200 OK", okWord)
	for i, each := range []func(a, b string) []Option{
		func(a, b string) []Option {
			return []Option{WithLink("rest", a, "", b), WithURLs("http://unused")}
		},
		func(a, b string) []Option {
			return []Option{WithLink("rest", a, ""), WithURLs(b)}
		},
	} {
		a, b := startSite(t, fine), startSite(t, fine)
		client := openSite(t, "ws://127.0.0.1:1", "",
			append(each(a.url(), b.url()), never)...)
		for range 4 {
			if err := client.Invoke(background, getRoot, nil, &word{}); err != nil {
				t.Fatal(err)
			}
		}
		if got := counts(a, b); !slices.Equal(got, []int{2, 2}) {
			t.Errorf("%d: got %v", i, got)
		}
	}
}

// TestManyCallersOfURLs: none of them hears that one of the urls goes away.
func TestManyCallersOfURLs(t *testing.T) {
	fine := answerOf("200 OK", okWord)
	dying, good := startSite(t, fine, fine, fine, cut), startSite(t, fine)
	client := openSite(t, away(t), "", WithURLs(dying.url(), good.url()),
		WithURLRest(time.Millisecond), never, WithRetryBudget(-1))
	var all sync.WaitGroup
	for range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 15 {
				err := client.Invoke(background, getRoot, nil, &word{})
				if err != nil {
					t.Error(err)
				}
			}
		}()
	}
	all.Wait()
	if len(good.requests()) < 200 {
		t.Errorf("got %v", counts(dying, good))
	}
}
