// rest_test.go: calls of endpoints: what is sent, what an answer means, and how
// a call ends.

package bell

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

var background = context.Background()

const okWord = `{"text":"ok"}`

func TestEndpointSendsAndReads(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	client := openSite(t, server.url()+"/base/", "secret",
		WithHeader(http.Header{"X-Own": {"1", "2"}}))
	if client.State() != StateDisconnected {
		t.Errorf("got %s", client.State())
	}
	if err := client.Connect(background); err != nil ||
		client.State() != StateConnected {
		t.Fatalf("got %v, %s", err, client.State())
	}
	var got word
	err := client.Invoke(background, putItem, itemParams{Path: itemPath{"a/b"},
		Query:   itemQuery{Wide: Some(int64(7))},
		Headers: itemHeaders{Count: Some(int32(3))}, Body: word{"ü"}}, &got)
	if err != nil || got.Text != "ok" {
		t.Fatalf("got %+v, %v", got, err)
	}
	for _, method := range []string{"poke", "me.get"} {
		if err := client.Invoke(background, webService.Method(method), nil,
			nil); err != nil {
			t.Fatal(err)
		}
	}
	host := server.listen.Addr().String()
	want := []string{
		"PUT /base/items/a%2Fb/all?wide=7 HTTP/1.1\r\nHost: " + host + "\r\n" +
			"User-Agent: test\r\nContent-Length: 13\r\n" +
			"Accept: application/json\r\nContent-Type: application/json\r\n" +
			"X-Own: 1\r\nX-Own: 2\r\nx-count: 3\r\n\r\n{\"text\":\"ü\"}",
		"POST /base/root HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: test\r\n" +
			"Content-Length: 0\r\nAccept: */*\r\nX-Own: 1\r\nX-Own: 2\r\n\r\n",
		"GET /base/root HTTP/1.1\r\nHost: " + host + "\r\nUser-Agent: test\r\n" +
			"Accept: application/json\r\nAuthorization: Bearer secret\r\n" +
			"X-Own: 1\r\nX-Own: 2\r\n\r\n"}
	if heard := server.requests(); !slices.Equal(heard, want) {
		t.Errorf("got %q\nwanted %q", heard, want)
	}
	client.Disconnect()
	if client.State() != StateDisconnected {
		t.Errorf("got %s", client.State())
	}
	err = client.Invoke(background, getRoot, nil, &got)
	if !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestEndpointResults(t *testing.T) {
	for _, each := range []struct{ answer, text, wrong string }{
		{answerOf("200 OK", okWord), "ok", ""},
		{answerOf("201 Created", " "+okWord+"\n"), "ok", ""},
		{answerOf("200 OK", ""), "",
			"result: wanted Word, got the end of the text (byte 0)"},
		{"HTTP/1.1 204 No Content\r\n\r\n", "",
			"result: wanted Word, got the end of the text (byte 0)"},
		{answerOf("200 OK", `{"text":7}`), "",
			"result.text: wanted string, got 7 (byte 8)"},
		{answerOf("200 OK", "<html>"), "",
			"result: wanted Word, got no JSON value (byte 0)"},
	} {
		client := openSite(t, startSite(t, each.answer).url(), "")
		var got word
		err := client.Invoke(background, getRoot, nil, &got)
		if each.wrong == "" && (err != nil || got.Text != each.text) ||
			each.wrong != "" && (err == nil || err.Error() != each.wrong ||
				StatusOf(err) != StatusBadReply) {
			t.Errorf("got %+v, %v, wanted %q", got, err, each.wrong)
		}
	}
	for answer, want := range map[string]string{
		answerOf("200 OK", "# a\nb 1\n"): "# a\nb 1\n", answerOf("200 OK", ""): ""} {
		client := openSite(t, startSite(t, answer).url(), "")
		got := "?"
		if err := client.Invoke(background, getText, nil, &got); err != nil ||
			got != want {
			t.Errorf("got %q, %v", got, err)
		}
	}
	client := openSite(t, startSite(t, answerOf("200 OK", "a\xff")).url(), "")
	got := ""
	err := client.Invoke(background, getText, nil, &got)
	if wrong, is := err.(*Error); !is || wrong.Status != StatusBadReply ||
		wrong.Message != "result: string is not UTF-8 (byte 1)" {
		t.Errorf("got %v", err)
	}
	client = openSite(t, startSite(t,
		"HTTP/1.1 200 OK\r\nContent-Length: 70\r\n\r\n").url(), "")
	if err := client.Invoke(background, checkRoot, nil, nil); err != nil {
		t.Error(err)
	}
}

func TestEndpointErrors(t *testing.T) {
	for _, each := range []struct {
		status, body, kind, message string
		temporary                   bool
	}{
		{"404 Not Found", `{"detail":"no such"}`, "application/json", "no such", false},
		{"404 Not Found", `{"message":"m","error":"e"}`, "", "m", false},
		{"400 Bad", `{"detail":[{"loc":[]}],"error":"e","title":"t"}`, "", "e", false},
		{"400 Bad", `{"detail":"","title":"t"}`, "", "t", false},
		{"400 Bad", `{"x":1}`, "text/plain", `{"x":1}`, false},
		{"400 Bad", `["a"]`, "", "HTTP 400", false},
		{"500 No", "\n Internal \x1bServer Error\r\nat line 1", "text/plain; charset=utf-8",
			"Internal Server Error", false},
		{"500 No", strings.Repeat("ü", 200), "text/plain", strings.Repeat("ü", 100),
			false},
		{"500 No", "<html>", "text/html", "HTTP 500", false},
		{"302 Found", "", "", "HTTP 302", false},
		{"408 Slow", "", "", "HTTP 408", true}, {"425 Early", "", "", "HTTP 425", true},
		{"429 Many", "", "", "HTTP 429", true}, {"502 Bad", "", "", "HTTP 502", true},
		{"503 Not", "", "", "HTTP 503", true}, {"504 Late", "", "", "HTTP 504", true},
		{"599 What", "", "", "HTTP 599", false},
	} {
		client := openSite(t, startSite(t, answerOf(each.status, each.body,
			"Content-Type: "+each.kind)).url(), "", WithRestRetries(-1))
		err := client.Invoke(background, getRoot, nil, &word{})
		refused, is := err.(*RPCError)
		if !is || fmt.Sprint(refused.Code) != each.status[:3] ||
			refused.Message != each.message || refused.Origin != OriginReply ||
			refused.Temporary != each.temporary ||
			string(refused.HTTP.Body) != each.body {
			t.Errorf("%s %q: got %#v", each.status, each.body, err)
		}
	}
}

func TestEndpointErrorHasAllOfHTTP(t *testing.T) {
	body := `{"type":"about:x","title":"T","status":7,"detail":"D",` +
		`"instance":"/a"}`
	client := openSite(t, startSite(t, answerOf("404 No", body,
		"Content-Type: application/problem+json", "X-Request-ID: r1",
		"Retry-After: 7")).url(), "")
	err := client.Invoke(background, getRoot, nil, &word{})
	refused, is := err.(*RPCError)
	if !is {
		t.Fatal(err)
	}
	said := refused.HTTP
	if said.Status != 404 || said.Type != "about:x" || said.Title != "T" ||
		said.Detail != "D" || said.Instance != "/a" || said.RequestID != "r1" ||
		said.RetryAfter != 7*time.Second ||
		said.Headers.Get("Content-Type") != "application/problem+json" {
		t.Errorf("got %+v", said)
	}
	var data struct{ Title string }
	problem := recordOf("Problem", wordType.Fields[0])
	problem.Fields[0].Name = "title"
	if !ErrorData(err, 404, problem, &data) || data.Title != "T" {
		t.Errorf("got %+v", data)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]time.Duration{"": -1, "0": 0,
		"120": 2 * time.Minute, "-1": -1, "1.5": -1, "soon": -1,
		"99999999999":                     retryAfterMost,
		"Tue, 02 Jan 2024 03:05:05 GMT":   time.Minute,
		"Tue, 02 Jan 2024 03:04:00 GMT":   0,
		"Tuesday, 02-Jan-24 03:04:15 GMT": 10 * time.Second,
		"Tue, 02 Jan 9999 03:04:00 GMT":   retryAfterMost} {
		if got := retryAfterOf(text, now); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

// TestFurtherTries: which calls are tried again after what.
func TestFurtherTries(t *testing.T) {
	fine := answerOf("200 OK", okWord)
	busy := answerOf("503 Busy", "")
	for _, each := range []struct {
		name, method string
		answers      []string
		options      []Option
		calls        []CallOption
		requests     int
		ended        string // the error's status; "": a success
	}{
		{"503", "root.get", []string{busy, busy, busy, fine}, nil, nil, 4, ""},
		{"too often 503", "root.get", []string{busy}, nil, nil, 4, "refused"},
		{"429, 502, 504", "root.get", []string{answerOf("429 Many", ""),
			answerOf("502 Bad", ""), answerOf("504 Late", ""), fine}, nil, nil, 4, ""},
		{"500", "root.get", []string{answerOf("500 No", ""), fine}, nil, nil, 1,
			"refused"},
		{"503 to what is not idempotent", "poke", []string{busy, fine}, nil, nil, 1,
			"refused"},
		{"cut", "root.get", []string{cut, cut, fine}, nil, nil, 3, ""},
		{"cut, not idempotent", "poke", []string{cut, fine}, nil, nil, 1,
			"disconnected"},
		{"no HTTP", "root.get", []string{"hello\r\n", fine}, nil, nil, 2, ""},
		{"no retries", "root.get", []string{busy, fine},
			[]Option{WithRestRetries(-1)}, nil, 1, "refused"},
		{"one retry", "root.get", []string{busy}, []Option{WithRestRetries(1)}, nil,
			2, "refused"},
		{"the call's retries", "root.get", []string{busy}, nil,
			[]CallOption{Retries(2)}, 3, "refused"},
		{"no retries of the call", "root.get", []string{busy}, nil,
			[]CallOption{Retries(-1)}, 1, "refused"},
		{"a small budget", "root.get", []string{busy},
			[]Option{WithRetryBudget(29)}, nil, 3, "refused"},
		{"no budget", "root.get", []string{busy}, []Option{WithRetryBudget(-1),
			WithRestRetries(20)}, nil, 21, "refused"},
		{"longer than the deadline", "root.get", []string{answerOf("503 Busy", "",
			"Retry-After: 100"), fine}, nil, []CallOption{Deadline(50 * time.Second)},
			1, "refused"},
	} {
		t.Run(each.name, func(t *testing.T) {
			t.Parallel()
			server := startSite(t, each.answers...)
			client := openSite(t, server.url(), "", each.options...)
			err := client.Invoke(background, webService.Method(each.method), nil, nil,
				each.calls...)
			if string(StatusOf(err)) != each.ended ||
				len(server.requests()) != each.requests {
				t.Errorf("got %v after %d requests", err, len(server.requests()))
			}
		})
	}
}

// TestBudgetIsOfAllCalls: what a call has spent another one lacks, until there
// was success.
func TestBudgetIsOfAllCalls(t *testing.T) {
	server := startSite(t, answerOf("503 Busy", ""))
	client := openSite(t, server.url(), "", WithRetryBudget(20))
	call := func() { _ = client.Invoke(background, getRoot, nil, &word{}) }
	call()
	call()
	if count := len(server.requests()); count != 4 {
		t.Fatalf("%d requests", count)
	}
	server.mu.Lock()
	server.answers = []string{answerOf("200 OK", okWord)}
	server.mu.Unlock()
	for range 10 {
		call()
	}
	server.mu.Lock()
	server.answers = []string{answerOf("503 Busy", "")}
	server.mu.Unlock()
	call()
	if count := len(server.requests()); count != 16 {
		t.Errorf("%d requests", count)
	}
}

func TestWaitsAreJitteredAndAsTheServerSays(t *testing.T) {
	o := makeOptions([]Option{WithRetryDelays(time.Second, 5*time.Second)})
	r := rest{options: &o}
	seen := map[time.Duration]bool{}
	for range 200 {
		for try, most := range map[int]time.Duration{0: 1, 1: 2, 2: 4, 3: 5, 40: 5} {
			wait := r.wait(try, -1)
			if wait < 0 || wait > most*time.Second {
				t.Fatalf("try %d: %v", try, wait)
			}
			seen[wait] = true
		}
		if wait := r.wait(0, 0); wait < retryFloor || wait > time.Second {
			t.Fatalf("got %v", wait)
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d waits", len(seen))
	}
	if wait := r.wait(0, 30*time.Second); wait != 30*time.Second {
		t.Errorf("got %v", wait)
	}
}

func TestEndpointNotSent(t *testing.T) {
	server := startSite(t, cut)
	_ = server.listen.Close()
	client := openSite(t, server.url(), "")
	err := client.Invoke(background, poke, nil, nil)
	wrong, is := err.(*Error)
	if !is || wrong.Status != StatusDisconnected || wrong.Sent != SentNo ||
		wrong.Message != "poke: it was not sent: cannot connect to "+
			server.listen.Addr().String()+": Connection refused" {
		t.Errorf("got %#v", err)
	}
	client = openSite(t, startSite(t, cut).url(), "")
	err = client.Invoke(background, poke, nil, nil)
	wrong, is = err.(*Error)
	if !is || wrong.Status != StatusDisconnected || wrong.Sent != SentUnknown ||
		wrong.Message != "poke: sent, but no reply came; whether it was executed "+
			"is unknown: the server ended the connection without an answer" {
		t.Errorf("got %#v", err)
	}
}

// TestEndpointEnds: a call that the server does not answer ends as others do.
func TestEndpointEnds(t *testing.T) {
	server := startSite(t, "")
	for _, each := range []struct {
		status Status
		words  string
		is     error
	}{
		{StatusDeadline, "root.get: no reply within 60 ms", context.DeadlineExceeded},
		{StatusCancelled, "root.get was cancelled", context.Canceled},
		{StatusClosed, "root.get: the client was closed", ErrClosed},
	} {
		client := openSite(t, server.url(), "")
		limited, cancel := context.WithCancel(background)
		defer cancel()
		options := []CallOption{Deadline(-1)}
		before := len(server.requests())
		ended := make(chan error)
		go func() {
			if each.status == StatusDeadline {
				options = []CallOption{Deadline(60 * time.Millisecond)}
			}
			ended <- client.Invoke(limited, getRoot, nil, &word{}, options...)
		}()
		for len(server.requests()) == before && each.status != StatusDeadline {
			time.Sleep(time.Millisecond)
		}
		switch each.status {
		case StatusCancelled:
			cancel()
		case StatusClosed:
			client.Disconnect()
		}
		err := <-ended
		wrong, is := err.(*Error)
		if !is || wrong.Status != each.status || wrong.Message != each.words &&
			wrong.Sent == SentUnknown || !errors.Is(err, each.is) {
			t.Errorf("got %#v", err)
		}
	}
}

// TestWaitForATryEnds: nobody waits any more for a call that was cancelled.
func TestWaitForATryEnds(t *testing.T) {
	server := startSite(t, answerOf("503 Busy", "", "Retry-After: 1000"))
	client := openSite(t, server.url(), "")
	limited, cancel := context.WithCancel(background)
	ended := make(chan error)
	go func() {
		ended <- client.Invoke(limited, getRoot, nil, &word{}, Deadline(-1))
	}()
	for len(server.requests()) == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	if err := <-ended; !errors.Is(err, ErrCancelled) {
		t.Errorf("got %v", err)
	}
}

func TestRedirects(t *testing.T) {
	target := startSite(t, answerOf("200 OK", okWord))
	other := "http://localhost:" + portOf(target)
	for _, each := range []struct {
		name, status, location string
		options                []Option
		follows                bool
		same                   bool // to the same origin
	}{
		{"307 elsewhere", "307 There", other + "/x?y=%20#z", nil, true, false},
		{"308 elsewhere", "308 There", other + "/x", nil, true, false},
		{"302", "302 There", other + "/x", nil, false, false},
		{"another scheme", "307 There", "ftp://a/x", nil, false, false},
		{"a user", "307 There", "http://a@" + other[7:], nil, false, false},
		{"no location", "307 There", "", nil, false, false},
		{"none allowed", "307 There", other + "/x",
			[]Option{WithRedirectsMax(-1)}, false, false},
		{"here", "307 There", "/x", nil, true, true},
	} {
		t.Run(each.name, func(t *testing.T) {
			headers := []string{"Location: " + each.location}
			if each.location == "" {
				headers = nil
			}
			server := startSite(t, answerOf(each.status, "", headers...),
				answerOf("200 OK", okWord))
			before := len(target.requests())
			list := append([]Option{WithHeader(http.Header{"X-Own": {"1"}})},
				each.options...)
			client := openSite(t, server.url(), "secret", list...)
			err := client.Invoke(background, getMe, nil, &word{})
			if each.follows != (err == nil) || err != nil &&
				(StatusOf(err) != StatusRefused ||
					fmt.Sprint(codeOf(err)) != each.status[:3]) {
				t.Fatalf("got %v", err)
			}
			heard := target.requests()[before:]
			if each.same {
				heard = server.requests()[1:]
			}
			if len(heard) > 0 != each.follows {
				t.Fatalf("got %q", heard)
			}
			if each.follows && (strings.Contains(heard[0], "secret") != each.same ||
				strings.Contains(heard[0], "X-Own") != each.same ||
				!strings.HasPrefix(heard[0], "GET /x")) {
				t.Errorf("got %q", heard[0])
			}
		})
	}
	loop := startSite(t, answerOf("308 Round", "", "Location: /root"))
	client := openSite(t, loop.url(), "")
	err := client.Invoke(background, postWord, wordParams{word{"body"}}, &word{})
	heard := loop.requests()
	if codeOf(err) != 308 || len(heard) != 6 || heard[0] != heard[5] ||
		!strings.HasSuffix(heard[5], `{"text":"body"}`) {
		t.Errorf("got %v, %q", err, heard)
	}
}

func portOf(s *site) string {
	address := s.listen.Addr().String()
	return address[strings.LastIndexByte(address, ':')+1:]
}
