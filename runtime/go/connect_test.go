// connect_test.go: urls and servers that never work, and what is said of them.

package bell

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// What can never work is told at once, and nothing secret stands in words.
func TestURLs(t *testing.T) {
	for url, wrong := range map[string]string{
		"":                     "url is missing",
		"ftp://h/x":            "begin with ws://",
		"ws://user:secret@h/x": "has a user in it",
		"ws://h/x?secret#f":    "has a fragment",
		"ws://h:0/secret":      "a port that is not 1 to 65535",
		"ws://h:65536/secret":  "a port that is not 1 to 65535",
		"ws://:80/secret":      "has no host",
		"ws://h/secret%zz":     "a % without two hex digits",
		"ws://h/secret\n":      "ends with a space or a newline",
		" ws://h/secret":       "begins or ends with a space",
		"ws://h/sec ret":       "has a space",
		"ws://[::1/secret":     "has a [ without a ]",
		"ws://h/" + strings.Repeat("secret", 400): "longer than 2048 bytes",
	} {
		t.Setenv("CENTRIFUGO_URL", "")
		client := NewClient(testService, url, "", "")
		err := client.Connect(context.Background())
		known := wantStatus(t, err, StatusInvalid)
		if !strings.Contains(known.Message, wrong) ||
			strings.Contains(known.Message, "secret") {
			t.Errorf("%q: %v", url, err)
		}
	}
	err := NewClient(testService, "ws://h", "token\n", "").
		Connect(context.Background())
	if !strings.Contains(wantStatus(t, err, StatusInvalid).Message,
		"the token begins or ends with") {
		t.Error(err)
	}
}

// Why no connection comes about, in our words.
func TestConnectHints(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := gone.Addr().String()
	_ = gone.Close()
	status := func(code int) string {
		server := httptest.NewServer(
			http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", "/secret")
				w.WriteHeader(code)
			}))
		t.Cleanup(server.Close)
		return strings.TrimPrefix(server.URL, "http://")
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	long := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 20<<10))
			w.WriteHeader(http.StatusNotFound)
		}))
	t.Cleanup(long.Close)
	for _, each := range [][2]string{
		{"ws://" + address, "cannot connect to " + address + ": Connection refused"},
		{"ws://" + status(404), "with 404: is the path right?"},
		{"ws://" + status(302), "with 302: redirects are not followed"},
		{"ws://" + status(403), "with 403: an Origin that it does not allow?"},
		{"ws://" + strings.TrimPrefix(long.URL, "http://"), "longer than 16 KiB"},
		{"wss://" + strings.TrimPrefix(secure.URL, "https://"),
			"certificate is self-signed: trust it with WithTLS"},
		{"wss://" + status(404), "does not speak TLS here"},
		{"ws://" + strings.TrimPrefix(secure.URL, "https://"),
			"400: is it ws:// where"},
	} {
		url, wrong := each[0]+"/secret", each[1]
		var logs sync.Map
		client := open(t, url, WithConnectWait(1500*time.Millisecond), WithHeader(
			http.Header{"X-Key": {"secret"}}), WithLog(func(record Record) {
			logs.Store(record.Text, true)
		}))
		var err error
		eventually(t, "a reason why "+url+" is not reached", func() bool {
			err = client.Connect(context.Background())
			return strings.Contains(err.Error(), " ms: ")
		})
		late := wantStatus(t, err, StatusDeadline)
		if !strings.Contains(late.Message, wrong) ||
			strings.Contains(late.Message, "secret") ||
			!strings.HasPrefix(late.Message, "not connected within 1500 ms: ") {
			t.Errorf("%s: %v", url, err)
		}
		client.Disconnect()
		logs.Range(func(text, _ any) bool {
			if strings.Contains(text.(string), "secret") {
				t.Errorf("the log has a secret: %s", text)
			}
			return true
		})
	}
}

// What never could be sent is told at once.
func TestTextsThatAreNone(t *testing.T) {
	for _, one := range []struct {
		token string
		with  Option
		says  string
	}{
		{"a\xff", WithName("n"), "the token is not UTF-8"},
		{"", WithName("\xc3"), "name is not UTF-8"},
	} {
		client := NewClient(testService, "ws://h", one.token, "", one.with)
		err := client.Connect(context.Background())
		if err == nil || err.Error() != "options: "+one.says {
			t.Errorf("got %v, want options: %s", err, one.says)
		}
	}
}

// What is left of a deadline is told rounded up: it is the number that the
// program gave, unless a millisecond has passed since.
func TestWaitIsToldRoundedUp(t *testing.T) {
	left := 700*time.Millisecond - 40*time.Microsecond
	err := notConnected(context.Background(), left, "why")
	if err.Error() != "not connected within 700 ms: why" {
		t.Error(err)
	}
}
