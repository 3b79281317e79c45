// client_test.go: what programs see of a client, against a server that the test
// scripts.

package bell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

type askParams struct{ N int64 }

type askResult struct{ N int64 }

var (
	askParamsType = &schema.Type{Kind: schema.KindRecord, Name: "AskParams",
		Fields: []schema.Field{{Name: "n", Type: schema.TableInt64}}}
	askResultType = &schema.Type{Kind: schema.KindRecord, Name: "AskResult",
		Fields: []schema.Field{{Name: "n", Type: schema.TableInt64}}}
	ask = &schema.Method{Name: "ask", Params: askParamsType,
		Result: askResultType, Idempotent: true}
	tell = &schema.Method{Name: "tell", Params: askParamsType,
		NoReply: true}
	testService = &schema.Service{Name: "test",
		Methods: []*schema.Method{ask, tell}}
)

func open(t *testing.T, url string, list ...Option) *Client {
	t.Helper()
	soon := WithReconnectDelays(time.Millisecond, 5*time.Millisecond)
	list = append([]Option{soon}, list...)
	client := NewClient(testService, url, "token", "42", list...)
	t.Cleanup(client.Disconnect)
	return client
}

func try(client *Client, n int64, list ...CallOption) (int64, error) {
	var result askResult
	err := client.Invoke(context.Background(), ask, askParams{n}, &result, list...)
	return result.N, err
}

// echo answers each call with its own params.
func echo(l *peer, said *command) bool {
	if said.RPC == nil {
		return false
	}
	l.say(`{"id":%d,"rpc":{"data":%s}}`, said.ID, said.RPC.Data)
	return true
}

func wantStatus(t *testing.T, err error, status Status) *Error {
	t.Helper()
	var known *Error
	if !errors.As(err, &known) || known.Status != status {
		t.Fatalf("want %s, got %v", status, err)
	}
	return known
}

// running counts goroutines.
func running() (count int, stacks string) {
	room := make([]byte, 1<<22)
	stacks = string(room[:runtime.Stack(room, true)])
	return strings.Count(stacks, "\n\n") + 1, stacks
}

// wantNothingLeft waits until nothing of clients runs any more.
func wantNothingLeft(t *testing.T, before int) {
	t.Helper()
	limit := time.Now().Add(10 * time.Second)
	for {
		count, stacks := running()
		if count <= before {
			return
		}
		if time.Now().After(limit) {
			t.Fatalf("%d goroutines, there were %d:\n%s", count, before, stacks)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func TestCall(t *testing.T) {
	url, server := serve(t, echo)
	server.CloseClientConnections()
	before, _ := running()
	client := open(t, url)
	var wait sync.WaitGroup
	for n := int64(1); n <= 200; n++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if got, err := try(client, n+1<<53); err != nil || got != n+1<<53 {
				t.Errorf("got %d, %v", got, err)
			}
		}()
	}
	wait.Wait()
	raw, err := client.Call(context.Background(), "any.thing",
		map[string]int{"n": 1})
	if err != nil || string(raw) != `{"n":1}` {
		t.Errorf("got %s, %v", raw, err)
	}
	client.Disconnect()
	server.CloseClientConnections()
	wantNothingLeft(t, before)
	wantStatus(t, client.Connect(withEnd(t, 0)), StatusCancelled)
}

// eventually waits for what another goroutine does.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	limit := time.Now().Add(10 * time.Second)
	for ; !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatalf("in vain: %s", what)
		}
	}
}

// withEnd is a context that ends after a while; 0: at once.
func withEnd(t *testing.T, after time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), after)
	t.Cleanup(cancel)
	if after == 0 {
		cancel()
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		return ended
	}
	return ctx
}

func TestRefused(t *testing.T) {
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.RPC != nil {
			l.say(`{"id":%d,"error":{"code":404,"message":"no such user","temporary":true}}`, said.ID)
		}
		return said.RPC != nil
	})
	_, err := try(open(t, url), 1)
	refused, is := err.(*RPCError)
	if !is || refused.Code != 404 || refused.Message != "no such user" ||
		!refused.Temporary || refused.Origin != OriginReply {
		t.Errorf("got %#v", err)
	}
}

func TestBadReply(t *testing.T) {
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.RPC != nil {
			l.say(`{"id":%d,"rpc":{"data":{"n":"x"}}}`, said.ID)
		}
		return said.RPC != nil
	})
	_, err := try(open(t, url), 1)
	bad := wantStatus(t, err, StatusBadReply)
	if bad.Path != "result.n" || bad.Offset != 5 || bad.Method != "ask" {
		t.Errorf("got %#v", bad)
	}
}

func TestWrongParamsAreNotSent(t *testing.T) {
	url, _ := serve(t, func(l *peer, said *command) bool {
		t.Errorf("the server heard %+v", said)
		return false
	})
	client := open(t, url, WithRequestBytes(8))
	_, err := try(client, 1000000)
	if limit := wantStatus(t, err, StatusLimit); limit.Sent != SentNo {
		t.Errorf("got %#v", limit)
	}
	_, err = client.Call(context.Background(), "x", []byte("{"))
	wantStatus(t, err, StatusInvalid)
}

func TestDeadlineAndCancel(t *testing.T) {
	url, _ := serve(t, func(_ *peer, said *command) bool {
		return said.RPC != nil
	})
	client := open(t, url)
	if err := client.Connect(context.Background()); err != nil {
		t.Fatal(err)
	}
	_, err := try(client, 1, Deadline(300*time.Millisecond))
	late := wantStatus(t, err, StatusDeadline)
	if !errors.Is(err, context.DeadlineExceeded) ||
		late.Message != "ask: no reply within 300 ms" {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(300*time.Millisecond, cancel)
	err = client.Invoke(ctx, ask, askParams{1}, &askResult{})
	if gone := wantStatus(t, err, StatusCancelled); gone.Sent != SentUnknown {
		t.Errorf("got %#v", gone)
	}
}

// A reply that races its call's deadline ends it once, one way or the other.
func TestReplyRacesDeadline(t *testing.T) {
	for _, mode := range []Mode{Native, Channel} {
		url, _ := serve(t, func(l *peer, said *command) bool {
			switch {
			case said.RPC != nil:
				time.AfterFunc(2*time.Millisecond, func() { echo(l, said) })
				return true
			case said.Publish != nil:
				time.AfterFunc(2*time.Millisecond, func() { answerTo(l, said, "", "") })
			}
			return false
		})
		client := open(t, url, WithMode(mode))
		if err := client.Connect(context.Background()); err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		var good, late atomic.Int32
		for n := int64(0); n < 500; n++ {
			wait.Add(1)
			go func() {
				defer wait.Done()
				got, err := try(client, n, Deadline(time.Duration(1+n%5)*time.Millisecond))
				var known *Error
				switch {
				case err == nil && got == n:
					good.Add(1)
				case errors.As(err, &known) && known.Status == StatusDeadline:
					late.Add(1)
				default:
					t.Errorf("got %d, %v", got, err)
				}
			}()
		}
		wait.Wait()
		if good.Load()+late.Load() != 500 {
			t.Errorf("%d and %d", good.Load(), late.Load())
		}
	}
}

func TestConnectionBreaks(t *testing.T) {
	var lines atomic.Int32
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.Connect != nil {
			lines.Add(1)
		}
		if said.RPC != nil && lines.Load() == 1 {
			l.cut()
			return true
		}
		return echo(l, said)
	})
	client := open(t, url)
	_, err := try(client, 1)
	broken := wantStatus(t, err, StatusDisconnected)
	if broken.Sent != SentUnknown {
		t.Errorf("got %#v", broken)
	}
	if got, err := try(client, 2); err != nil || got != 2 {
		t.Errorf("after it is back: %d, %v", got, err)
	}
	lines.Store(0)
	again := open(t, url, WithRetries(1))
	if got, err := try(again, 3); err != nil || got != 3 {
		t.Errorf("an idempotent call is sent again: %d, %v", got, err)
	}
}

func TestServerEndsItForGood(t *testing.T) {
	url, _ := serve(t, func(l *peer, said *command) bool {
		l.close(3500, "invalid token")
		return true
	})
	client := open(t, url)
	err := client.Connect(context.Background())
	final := wantStatus(t, err, StatusTerminal)
	if final.Code != 3500 || !strings.Contains(final.Message, "signature") ||
		strings.Contains(final.Message, "token\"") {
		t.Errorf("got %#v", final)
	}
	_, err = try(client, 1)
	wantStatus(t, err, StatusTerminal)
}

func TestTokenSource(t *testing.T) {
	var asked atomic.Int32
	var seen sync.Map
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.Connect != nil {
			seen.Store(said.Connect.Token, true)
			if said.Connect.Token == "old" {
				l.say(`{"id":%d,"error":{"code":109,"message":"token expired"}}`, said.ID)
				return true
			}
		}
		return echo(l, said)
	})
	source := func(context.Context) (string, error) {
		if asked.Add(1) == 1 {
			return "old", nil
		}
		return "new", nil
	}
	client := NewClient(testService, url, "", "42", WithTokenSource(source),
		WithReconnectDelays(time.Millisecond, 5*time.Millisecond))
	defer client.Disconnect()
	if got, err := try(client, 7); err != nil || got != 7 {
		t.Errorf("got %d, %v", got, err)
	}
	if _, is := seen.Load("new"); !is {
		t.Error("the fresh token was not used")
	}
	refused := NewClient(testService, url, "", "42",
		WithTokenSource(func(context.Context) (string, error) {
			return "", ErrUnauthorized
		}))
	defer refused.Disconnect()
	wantStatus(t, refused.Connect(context.Background()), StatusTerminal)
}

func TestFailFastAndIdle(t *testing.T) {
	client := open(t, "ws://127.0.0.1:1", WithFailFast())
	_, err := try(client, 1)
	if broken := wantStatus(t, err, StatusDisconnected); broken.Sent != SentNo {
		t.Errorf("got %#v", broken)
	}
	patient := open(t, "ws://127.0.0.1:1")
	_, err = try(patient, 1, Deadline(30*time.Millisecond))
	late := wantStatus(t, err, StatusDeadline)
	if late.Sent != SentNo ||
		!strings.HasPrefix(late.Message, "ask: not connected within 30 ms") {
		t.Errorf("got %#v", late)
	}
	wantStatus(t, NewClient(testService, "ftp://x", "", "").
		Connect(context.Background()), StatusInvalid)
}

func TestDisconnectEndsCalls(t *testing.T) {
	heard := make(chan bool, 1)
	url, _ := serve(t, func(_ *peer, said *command) bool {
		if said.RPC != nil {
			heard <- true
		}
		return said.RPC != nil
	})
	client := open(t, url)
	ended := make(chan error)
	go func() {
		_, err := try(client, 1)
		ended <- err
	}()
	<-heard
	client.Disconnect()
	wantStatus(t, <-ended, StatusClosed)
	client.Disconnect()
}

// ---- Channel mode ----------------------------------------------------------

type envelope struct {
	Method      string          `json:"method"`
	Params      json.RawMessage `json:"params"`
	Correlation string          `json:"correlation_id"`
	ReplyTo     string          `json:"reply_to"`
}

// answerTo publishes a reply; user is who publishes it, "" for the server's
// API.
func answerTo(l *peer, said *command, user, result string) {
	var asked envelope
	if json.Unmarshal(said.Publish.Data, &asked) != nil {
		return
	}
	if result == "" {
		result = string(asked.Params)
	}
	info := ""
	if user != "" {
		info = fmt.Sprintf(`,"info":{"user":%q,"client":"x"}`, user)
	}
	l.say(`{"push":{"channel":%q,"pub":{"data":{"correlation_id":%q,"result":%s}%s}}}`,
		asked.ReplyTo, asked.Correlation, result, info)
}

func TestChannelMode(t *testing.T) {
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.Publish == nil {
			return false
		}
		if said.Publish.Channel != "rpc.requests" {
			t.Errorf("published on %s", said.Publish.Channel)
		}
		answerTo(l, said, "mallory", `{"n":666}`)
		answerTo(l, said, "", "")
		answerTo(l, said, "", `{"n":667}`)
		return false
	})
	var refused atomic.Int32
	client := open(t, url, WithMode(Channel), WithLog(func(record Record) {
		if record.Event == "refused" && strings.Contains(record.Text, `"mallory"`) {
			refused.Add(1)
		}
	}))
	for n := int64(1); n <= 50; n++ {
		if got, err := try(client, n); err != nil || got != n {
			t.Fatalf("got %d, %v", got, err)
		}
	}
	eventually(t, "forged replies are told", func() bool {
		return refused.Load() >= 50
	})
	trusting := open(t, url, WithMode(Channel), WithResponderUser("mallory"))
	if got, err := try(trusting, 1); err != nil || got != 666 {
		t.Errorf("the responder's reply is taken: %d, %v", got, err)
	}
}

func TestChannelErrors(t *testing.T) {
	url, _ := serve(t, func(l *peer, said *command) bool {
		var asked envelope
		if said.Publish == nil || json.Unmarshal(said.Publish.Data, &asked) != nil {
			return false
		}
		if string(asked.Params) == `{"n":1}` {
			l.say(`{"id":%d,"error":{"code":103,"message":"permission denied"}}`, said.ID)
			return true
		}
		l.say(`{"push":{"channel":%q,"pub":{"data":{"correlation_id":%q,"error":{"code":9,`+
			`"message":"no","data":{"n":5}}}}}}`, asked.ReplyTo, asked.Correlation)
		return false
	})
	client := open(t, url, WithMode(Channel))
	_, err := try(client, 1)
	refused, is := err.(*RPCError)
	if !is || refused.Code != 103 || refused.Origin != OriginReply {
		t.Errorf("a refused publication ends the call: %v", err)
	}
	_, err = try(client, 2)
	var data askResult
	if wrapped := fmt.Errorf("asked: %w", err); !IsError(wrapped, 9) ||
		IsError(wrapped, 8) || IsError(&Error{Status: StatusTerminal, Code: 9}, 9) {
		t.Errorf("%v is not told from others", err)
	}
	if !ErrorData(err, 9, askResultType, &data) || data.N != 5 ||
		ErrorData(err, 8, askResultType, &data) {
		t.Errorf("got %v, %+v", err, data)
	}
	if err.Error() != "ask: 9: no" {
		t.Errorf("got %v", err)
	}
}

// The server has subscribed the channel itself: that is as good.
func TestAlreadySubscribed(t *testing.T) {
	url, _ := serve(t, func(l *peer, said *command) bool {
		switch {
		case said.Connect != nil:
			l.say(`{"id":%d,"connect":{"client":"c","version":"v","subs":{"user#42":{}}}}`, said.ID)
			return true
		case said.Subscribe != nil:
			l.say(`{"id":%d,"error":{"code":105,"message":"already subscribed"}}`, said.ID)
			return true
		case said.Publish != nil:
			answerTo(l, said, "", "")
		}
		return false
	})
	client := open(t, url, WithMode(Channel))
	if got, err := try(client, 5); err != nil || got != 5 {
		t.Errorf("got %d, %v", got, err)
	}
}

func TestReplyChannelIsRefused(t *testing.T) {
	url, _ := serve(t, func(l *peer, said *command) bool {
		if said.Subscribe != nil {
			l.say(`{"id":%d,"error":{"code":103,"message":"permission denied"}}`, said.ID)
		}
		return said.Subscribe != nil
	})
	err := open(t, url, WithMode(Channel)).Connect(context.Background())
	if final := wantStatus(t, err, StatusTerminal); final.Code != 103 {
		t.Errorf("got %#v", final)
	}
}

func TestNoReply(t *testing.T) {
	for _, mode := range []Mode{Native, Channel} {
		heard := make(chan *command, 1)
		url, _ := serve(t, func(_ *peer, said *command) bool {
			if said.RPC != nil || said.Publish != nil {
				heard <- said
			}
			return said.RPC != nil
		})
		client := open(t, url, WithMode(mode))
		err := client.Invoke(context.Background(), tell, askParams{3}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if said := <-heard; said.Publish != nil &&
			string(said.Publish.Data) != `{"method":"tell","params":{"n":3}}` {
			t.Errorf("got %s", said.Publish.Data)
		}
	}
}
