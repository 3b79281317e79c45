// rest_life_test.go: what a client of endpoints has for all its calls: tokens,
// TLS, a proxy, gzip, what is told of it, and its end.

package bell

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// credential is what a request shows of a token.
func credential(request string) string {
	_, behind, _ := strings.Cut(request, "Authorization: Bearer ")
	token, _, _ := strings.Cut(behind, "\r\n")
	return token
}

func TestTokensOfEndpoints(t *testing.T) {
	fine := answerOf("200 OK", okWord)
	server := startSite(t, fine, answerOf("401 No", ""), fine)
	asked := 0
	client := openSite(t, server.url(), "",
		WithTokenSource(func(context.Context) (string, error) {
			asked++
			return "token" + decimalOf(asked), nil
		}))
	for range 3 {
		_ = client.Invoke(background, getMe, nil, &word{})
	}
	_ = client.Invoke(background, getRoot, nil, &word{})
	var shown []string
	for _, request := range server.requests() {
		shown = append(shown, credential(request))
	}
	if !slices.Equal(shown, []string{"token1", "token1", "token2", "token2",
		""}) {
		t.Errorf("got %q", shown)
	}
	for given, want := range map[error]Status{ErrUnauthorized: StatusTerminal,
		errors.New("later"): StatusDeadline} {
		client := openSite(t, server.url(), "",
			WithTokenSource(func(context.Context) (string, error) {
				return "", given
			}))
		err := client.Invoke(background, getMe, nil, &word{},
			Deadline(20*time.Millisecond))
		wrong, is := err.(*Error)
		if !is || wrong.Status != want || wrong.Sent != SentNo {
			t.Errorf("got %#v", err)
		}
	}
}

// TestWordsOfATokenSource: who says that there will be no token may say why.
func TestWordsOfATokenSource(t *testing.T) {
	for given, want := range map[error]string{
		ErrUnauthorized:                                  "not authorized",
		fmt.Errorf("%w: gone", ErrUnauthorized):          "not authorized: gone",
		fmt.Errorf("nobody: %w", ErrUnauthorized):        "not authorized: nobody",
		errors.Join(ErrUnauthorized, errors.New("late")): "not authorized: late",
	} {
		source := WithTokenSource(func(context.Context) (string, error) {
			return "", given
		})
		client := openSite(t, "http://127.0.0.1:1", "", source)
		err := client.Invoke(background, getMe, nil, &word{})
		if err == nil ||
			err.Error() != "me.get: it was not sent: no token: "+want {
			t.Errorf("got %v, wanted %s", err, want)
		}
		line := NewClient(testService, "ws://127.0.0.1:1", "", "", source)
		err = line.Connect(background)
		line.Disconnect()
		if err == nil || err.Error() != "no token: "+want {
			t.Errorf("got %v, wanted %s", err, want)
		}
	}
}

func TestTokenSourceHoldsUpNobody(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	stopped := make(chan struct{})
	defer close(stopped)
	client := openSite(t, server.url(), "",
		WithTokenSource(func(context.Context) (string, error) {
			<-stopped
			return "", nil
		}))
	err := client.Invoke(background, getMe, nil, &word{},
		Deadline(20*time.Millisecond))
	wrong, is := err.(*Error)
	if !is || wrong.Status != StatusDeadline || wrong.Sent != SentNo {
		t.Errorf("got %#v", err)
	}
}

func TestTokenOfAReplyIsUsed(t *testing.T) {
	server := startSite(t, answerOf("200 OK", `{"access_token":"fresh"}`),
		answerOf("200 OK", okWord))
	client := openSite(t, server.url(), "old")
	var got created
	if err := client.Invoke(background, login, nil, &got); err != nil ||
		got.AccessToken != "fresh" {
		t.Fatal(got, err)
	}
	if err := client.Invoke(background, getMe, nil, &word{}); err != nil {
		t.Fatal(err)
	}
	if shown := credential(server.requests()[1]); shown != "fresh" {
		t.Errorf("got %q", shown)
	}
}

func squeeze(text string) string {
	var out bytes.Buffer
	writer := gzip.NewWriter(&out)
	_, _ = writer.Write([]byte(text))
	_ = writer.Close()
	return out.String()
}

func TestGzip(t *testing.T) {
	packed := answerOf("200 OK", squeeze(okWord), "Content-Encoding: gzip")
	bomb := answerOf("200 OK", squeeze(strings.Repeat(" ", 100000)),
		"Content-Encoding: gzip")
	twice := answerOf("200 OK", squeeze(squeeze(okWord)),
		"Content-Encoding: gzip, gzip")
	nonsense := answerOf("200 OK", "nonsense", "Content-Encoding: gzip")
	for _, each := range []struct {
		answer, wrong string
		options       []Option
	}{
		{packed, "", []Option{WithGzip()}},
		{answerOf("200 OK", okWord), "", []Option{WithGzip()}},
		{packed, "has a Content-Encoding that was not asked for", nil},
		{twice, "has a Content-Encoding that was not asked for",
			[]Option{WithGzip()}},
		{nonsense, "its Content-Encoding is not what it says", []Option{WithGzip()}},
		{packed[:len(packed)-4] + "0000", "its Content-Encoding is not what it says",
			[]Option{WithGzip()}},
		{bomb, "inflates to more than inflated_bytes_max (99999)",
			[]Option{WithGzip(), WithInflatedBytes(99999)}},
		{bomb, "inflates to more than inflated_bytes_max (9999)",
			[]Option{WithGzip(), WithLimits(Limits{MessageBytes: 9999})}},
	} {
		server := startSite(t, each.answer)
		client := openSite(t, server.url(), "", append(each.options,
			WithRestRetries(-1))...)
		var got word
		err := client.Invoke(background, getRoot, nil, &got)
		if each.wrong == "" && (err != nil || got.Text != "ok") ||
			each.wrong != "" && (StatusOf(err) != StatusDisconnected ||
				!strings.Contains(err.Error(), each.wrong)) {
			t.Errorf("got %v, wanted %q", err, each.wrong)
		}
		asks := strings.Contains(server.requests()[0], "Accept-Encoding: gzip\r\n")
		if asks != (each.options != nil) {
			t.Errorf("got %q", server.requests())
		}
	}
}

func TestEndpointLimits(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord,
		"X: "+strings.Repeat("a", 500)))
	for _, each := range []struct {
		option Option
		words  string
		status Status
	}{
		{WithHeadBytes(500), "the head of the server's answer is larger than " +
			"head_bytes_max (500)", StatusDisconnected},
		{WithLimits(Limits{MessageBytes: 5}), "the server's answer is larger than " +
			"message_bytes_max (5)", StatusDisconnected},
		{WithLimits(Limits{RequestBytes: 17}), "request_bytes_max (17) is reached: " +
			"nothing was sent", StatusLimit},
		{WithLimits(Limits{Calls: 1}), "", ""},
	} {
		client := openSite(t, server.url(), "", each.option, WithRestRetries(-1))
		err := client.Invoke(background, postWord, wordParams{word{"ab"}}, &word{})
		if StatusOf(err) != each.status ||
			err != nil && !strings.HasSuffix(err.Error(), each.words) {
			t.Errorf("got %v, wanted %q", err, each.words)
		}
	}
	silent := startSite(t, "")
	client := openSite(t, silent.url(), "", WithLimits(Limits{Calls: 1}))
	ended := make(chan error)
	go func() { ended <- client.Invoke(background, poke, nil, nil) }()
	for len(silent.requests()) == 0 {
		time.Sleep(time.Millisecond)
	}
	err := client.Invoke(background, poke, nil, nil)
	if !errors.Is(err, ErrLimit) ||
		err.Error() != "calls_max (1) is reached: nothing was sent" {
		t.Errorf("got %v", err)
	}
	client.Disconnect()
	<-ended
}

func TestEndpointOptionsAreChecked(t *testing.T) {
	for _, each := range []struct {
		url, words string
		option     Option
	}{
		{"", "options: url is missing", WithGzip()},
		{"ftp://a", "the url does not begin with ws://, wss://, http:// or https://; " +
			"it should look like http://host:8001/path", WithGzip()},
		{"http://a/?b", "the url has a query; it should look like " +
			"http://host:8001/path", WithGzip()},
		{"http://a/../b", "the url has . or .. in its path; it should look like " +
			"http://host:8001/path", WithGzip()},
		{"http://a", "options: header TE: the client writes it itself",
			WithHeader(http.Header{"TE": {"a"}})},
		{"http://a", "options: WithUserAgent: not printable ASCII without spaces " +
			"around it", WithUserAgent("a\r\nb")},
		{"http://a", "options: the proxy does not begin with http://; it should look " +
			"like http://host:3128", WithProxy("socks://a")},
		{"http://a", "options: links names one that the service does not have: " +
			"streams (it has: rest)", WithLink("streams", "", "")},
		{"http://a", "options: WithRetryDelays: the least is negative or beyond the " +
			"most", WithRetryDelays(2, 1)},
		{"http://a", "options: a limit of HTTP is negative", WithIdleMax(-1)},
	} {
		client := NewClient(webService, each.url, "", "", each.option)
		err := client.Connect(background)
		if StatusOf(err) != StatusInvalid || err.Error() != each.words {
			t.Errorf("got %v, wanted %s", err, each.words)
		}
	}
}

// TestLinkOfRest: a service with both has its endpoints where it is told.
func TestLinkOfRest(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	service := &schema.Service{Name: "both",
		Methods: []*schema.Method{getMe, {Name: "other"}}}
	client := NewClient(service, "ws://127.0.0.1:1", "first", "u",
		WithLink("rest", server.url(), "second"))
	defer client.Disconnect()
	if err := client.Invoke(background, getMe, nil, &word{}); err != nil {
		t.Fatal(err)
	}
	if shown := credential(server.requests()[0]); shown != "second" ||
		client.State() != StateDisconnected {
		t.Errorf("got %q, %s", shown, client.State())
	}
}

func TestEndpointOverTLS(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"text":"` + r.Proto + `"}`))
		}))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAnyClientCert}
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(server.Certificate())
	client := openSite(t, server.URL, "", WithTLS(&tls.Config{RootCAs: trusted,
		Certificates: server.TLS.Certificates}))
	var got word
	for range 2 {
		if err := client.Invoke(background, getRoot, nil, &got); err != nil ||
			got.Text != "HTTP/1.1" {
			t.Fatalf("got %+v, %v", got, err)
		}
	}
	for _, each := range []struct {
		config *tls.Config
		words  string
	}{
		{nil, "it was not sent: the server's certificate is self-signed: trust it " +
			"with WithTLS"},
		{&tls.Config{RootCAs: trusted, ServerName: "other.test"},
			"it was not sent: the server's certificate is for another address than " +
				"127.0.0.1"},
	} {
		client := openSite(t, server.URL, "", WithTLS(each.config),
			WithRestRetries(-1))
		err := client.Invoke(background, poke, nil, nil)
		wrong, is := err.(*Error)
		if !is || wrong.Sent != SentNo || wrong.Message != "poke: "+each.words {
			t.Errorf("got %v, wanted %s", err, each.words)
		}
	}
	plain := startSite(t, answerOf("200 OK", okWord))
	client = openSite(t, "https"+strings.TrimPrefix(plain.url(), "http"), "",
		WithRestRetries(-1))
	err := client.Invoke(background, poke, nil, nil)
	if err == nil || err.Error() != "poke: it was not sent: the server ended the "+
		"connection in the TLS handshake: does it speak TLS on this port?" {
		t.Errorf("got %v", err)
	}
}

// way is a proxy that knows CONNECT alone.
func way(t *testing.T, answer string) (url string, asked func() []string) {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listen.Close() })
	var mu sync.Mutex
	var heard []string
	go func() {
		for {
			conn, err := listen.Accept()
			if err != nil {
				return
			}
			var said strings.Builder
			request, err := http.ReadRequest(bufio.NewReader(
				io.TeeReader(conn, &said)))
			if err != nil {
				_ = conn.Close()
				continue
			}
			mu.Lock()
			heard = append(heard, said.String())
			mu.Unlock()
			_, _ = conn.Write([]byte(answer))
			there, err := net.Dial("tcp", request.Host)
			if err != nil || !strings.Contains(answer, " 200 ") {
				_ = conn.Close()
				continue
			}
			go func() { _, _ = io.Copy(there, conn); _ = there.Close() }()
			go func() { _, _ = io.Copy(conn, there); _ = conn.Close() }()
		}
	}()
	return "http://user:pa%20ss@" + listen.Addr().String(), func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(heard)
	}
}

func TestProxy(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	proxy, asked := way(t, "HTTP/1.1 200 Here\r\nX: y\r\n\r\n")
	client := openSite(t, server.url(), "", WithProxy(proxy))
	if err := client.Invoke(background, getRoot, nil, &word{}); err != nil {
		t.Fatal(err)
	}
	host := server.listen.Addr().String()
	want := "CONNECT " + host + " HTTP/1.1\r\nHost: " + host + "\r\n" +
		"Proxy-Authorization: Basic dXNlcjpwYSBzcw==\r\n\r\n"
	if heard := asked(); len(heard) != 1 || heard[0] != want {
		t.Errorf("got %q", heard)
	}
	if heard := server.requests(); !strings.HasPrefix(heard[0], "GET /root ") ||
		strings.Contains(heard[0], "Proxy") {
		t.Errorf("got %q", heard)
	}
	secure := httptest.NewTLSServer(http.HandlerFunc(
		func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(okWord))
		}))
	defer secure.Close()
	trusted := x509.NewCertPool()
	trusted.AddCert(secure.Certificate())
	client = openSite(t, secure.URL, "", WithProxy(proxy),
		WithTLS(&tls.Config{RootCAs: trusted}))
	if err := client.Invoke(background, getRoot, nil, &word{}); err != nil ||
		len(asked()) != 2 {
		t.Errorf("got %v", err)
	}
	for answer, words := range map[string]string{
		"HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n": "the proxy refused the way with 407",
		"hello\r\n\r\n": "the proxy's answer is not HTTP/1.1: the first line is not " +
			"an HTTP/1 status line"} {
		proxy, _ := way(t, answer)
		client := openSite(t, server.url(), "", WithProxy(proxy), WithRestRetries(-1))
		err := client.Invoke(background, poke, nil, nil)
		wrong, is := err.(*Error)
		if !is || wrong.Sent != SentNo ||
			wrong.Message != "poke: it was not sent: "+words {
			t.Errorf("got %v, wanted %s", err, words)
		}
	}
}

func TestWebSocketThroughAProxy(t *testing.T) {
	url, _ := serve(t, func(*peer, *command) bool { return false })
	proxy, asked := way(t, "HTTP/1.1 200 Here\r\n\r\n")
	client := NewClient(&schema.Service{}, url, "", "u", WithProxy(proxy))
	defer client.Disconnect()
	if err := client.Connect(background); err != nil || len(asked()) != 1 {
		t.Errorf("got %v, %q", err, asked())
	}
}

func TestWhatIsToldOfEndpoints(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord), answerOf("404 No", "gone"))
	var mu sync.Mutex
	var records, metrics, changes []string
	client := openSite(t, server.url(), "secret", WithLog(func(r Record) {
		mu.Lock()
		defer mu.Unlock()
		text, _, _ := strings.Cut(r.Text, " in ")
		text, _, _ = strings.Cut(text, " after ")
		records = append(records, r.Event+" "+r.Method+" "+text)
	}), WithMetrics(func(m Metric) {
		mu.Lock()
		defer mu.Unlock()
		m.Elapsed = 0
		text, _ := json.Marshal(m)
		metrics = append(metrics, string(text))
	}), WithStateChange(func(s StateChange) {
		mu.Lock()
		defer mu.Unlock()
		changes = append(changes, string(s.Kind)+" "+s.Reason)
	}))
	_ = client.Connect(background)
	client.voice.teller.settle(time.Minute)
	_ = client.Invoke(background, postWord, wordParams{word{"a"}}, &word{})
	_ = client.Invoke(background, getMe, nil, &word{})
	client.Disconnect()
	client.voice.teller.settle(time.Minute)
	mu.Lock()
	defer mu.Unlock()
	if want := []string{
		"call word.post call, 12 bytes of params", "reply word.post reply, 13 bytes",
		"call me.get call, 0 bytes of params", "error me.get refused",
		"closed  closed"}; !slices.Equal(records, want) {
		t.Errorf("got %q", records)
	}
	if want := []string{
		`{"Kind":1,"Link":"rest","Method":"word.post","Status":"","Code":0,"Elapsed":0,"Bytes":12}`,
		`{"Kind":2,"Link":"rest","Method":"word.post","Status":"","Code":0,"Elapsed":0,"Bytes":13}`,
		`{"Kind":1,"Link":"rest","Method":"me.get","Status":"","Code":0,"Elapsed":0,"Bytes":0}`,
		`{"Kind":2,"Link":"rest","Method":"me.get","Status":"refused","Code":404,"Elapsed":0,` +
			`"Bytes":4}`}; !slices.Equal(metrics, want) {
		t.Errorf("got %q", metrics)
	}
	if len(changes) != 0 {
		t.Errorf("got %q", changes)
	}
}

// TestManyCallsAtOnceAndTheirEnd: goroutines are counted when the client was
// closed in the middle of calls.
func TestManyCallsAtOnceAndTheirEnd(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	before := runtime.NumGoroutine()
	client := openSite(t, server.url(), "", WithConnectionsMax(8))
	var all sync.WaitGroup
	for i := range 32 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 20 {
				var got word
				err := client.Invoke(background, postWord, wordParams{word{"a"}}, &got)
				if err != nil && !errors.Is(err, ErrClosed) ||
					err == nil && got.Text != "ok" {
					t.Errorf("got %+v, %v", got, err)
				}
				if err == nil && i == 0 && len(server.requests()) > 200 {
					if lines := server.connections(); lines > 8 {
						t.Errorf("%d connections", lines)
					}
					client.Disconnect()
				}
			}
		}()
	}
	all.Wait()
	client.Disconnect()
	for tries := 0; runtime.NumGoroutine() > before && tries < 5000; tries++ {
		time.Sleep(time.Millisecond)
	}
	if left := runtime.NumGoroutine() - before; left > 0 {
		t.Errorf("%d goroutines are left", left)
	}
}

// TestNoMoreAllocationsThanNetHTTP compares a call on a kept connection with
// what a careful program does by hand.
func TestNoMoreAllocationsThanNetHTTP(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	client := openSite(t, server.url(), "")
	usual := &http.Client{Transport: &http.Transport{}}
	defer usual.CloseIdleConnections()
	ours := testing.AllocsPerRun(200, func() {
		var got word
		if err := client.Invoke(background, postWord, wordParams{word{"a"}},
			&got); err != nil {
			t.Fatal(err)
		}
	})
	theirs := testing.AllocsPerRun(200, func() {
		limited, cancel := context.WithTimeout(background, 30*time.Second)
		defer cancel()
		body, _ := json.Marshal(map[string]string{"text": "a"})
		request, _ := http.NewRequestWithContext(limited, "POST",
			server.url()+"/root", bytes.NewReader(body))
		request.Header.Set("Content-Type", "application/json")
		answer, err := usual.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		var got struct {
			Text string `json:"text"`
		}
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatal(err)
		}
	})
	t.Logf("%.0f allocations, net/http and encoding/json %.0f", ours, theirs)
	if ours > theirs {
		t.Errorf("%.0f allocations, net/http and encoding/json %.0f", ours, theirs)
	}
}
