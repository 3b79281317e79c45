// fake_test.go: what the fake answers, and what it has to say of a program.

package belltest_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	bell "github.com/bellpull/bellpull/runtime/go"
	"github.com/bellpull/bellpull/runtime/go/belltest"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

var service = &schema.Service{Name: "t", Version: "1.0.0", Contract: "c"}

type sum struct {
	Total int64 `json:"total"`
}

func open(t *testing.T, fake *belltest.Fake,
	options ...bell.Option) *bell.Client {
	t.Helper()
	client := bell.NewClient(service, "", "the token", "42",
		append(options, fake.Option(),
			bell.WithReconnectDelays(time.Millisecond, time.Millisecond))...)
	t.Cleanup(client.Disconnect)
	return client
}

func call(client *bell.Client, method string, params any) (string, error) {
	raw, err := client.Call(context.Background(), method, params)
	return string(raw), err
}

// want compares an error's words; "": none is wanted.
func want(t *testing.T, wanted string, err error) {
	t.Helper()
	said := ""
	if err != nil {
		said = err.Error()
	}
	if said != wanted {
		t.Errorf("want %q, got %q", wanted, said)
	}
}

func modes(t *testing.T, test func(t *testing.T, mode bell.Option)) {
	t.Run("native", func(t *testing.T) { test(t, bell.WithMode(bell.Native)) })
	t.Run("channel", func(t *testing.T) { test(t, bell.WithMode(bell.Channel)) })
}

func TestAnswers(t *testing.T) {
	modes(t, func(t *testing.T, mode bell.Option) {
		fake := belltest.New(t)
		client := open(t, fake, mode)
		fake.Expect(belltest.Call{Method: "add",
			Params: map[string]any{"b": 2, "a": 1}, Result: sum{math.MaxInt64}})
		fake.Expect(belltest.Call{Method: "add", Code: 404, Message: "no such sum",
			Data: sum{4}, Temporary: true})
		got, err := call(client, "add", struct {
			A int `json:"a"`
			B int `json:"b"`
		}{1, 2})
		want(t, "", err)
		if got != `{"total":9223372036854775807}` {
			t.Errorf("got %s", got)
		}
		_, err = call(client, "add", nil)
		want(t, "add: 404: no such sum", err)
		var refused *bell.RPCError
		if !errors.As(err, &refused) || !refused.Temporary ||
			string(refused.Data) != `{"total":4}` {
			t.Errorf("got %+v", refused)
		}
		if fake.Token() != "the token" {
			t.Errorf("shown: %q", fake.Token())
		}
	})
}

func TestTrouble(t *testing.T) {
	modes(t, func(t *testing.T, mode bell.Option) {
		fake := belltest.New(nil)
		client := open(t, fake, mode)
		trouble := func(wanted string) {
			t.Helper()
			if got := fake.Trouble(); got != wanted {
				t.Errorf("want %q, got %q", wanted, got)
			}
		}
		trouble("")
		fake.Expect(belltest.Call{Method: "a", Params: sum{7}})
		trouble(`a call that never came: a with {"total":7}`)
		_, err := call(client, "a", sum{8})
		want(t, "a: -1: the fake did not expect this call", err)
		trouble(`an unexpected call: a with {"total":8}; expected was {"total":7}`)
	})
	fake := belltest.New(nil)
	client := open(t, fake)
	fake.Expect(belltest.Call{Method: "a"})
	fake.Expect(belltest.Call{Method: "b", Times: belltest.Always})
	_, err := call(client, "a", nil)
	want(t, "", err)
	if trouble := fake.Trouble(); trouble != "" {
		t.Error(trouble)
	}
	_, _ = call(client, "a", nil)
	if trouble := fake.Trouble(); trouble != "an unexpected call: a with {}; all "+
		"that were expected have come" {
		t.Error(trouble)
	}
}

// A test that forgets a call, or makes a wrong one, fails by itself.
func TestTroubleFailsTheTest(t *testing.T) {
	inner := &recorder{TB: t}
	fake := belltest.New(inner)
	fake.Expect(belltest.Call{Method: "a"})
	inner.end()
	if inner.said != "belltest: a call that never came: a" {
		t.Errorf("said %q", inner.said)
	}
}

type recorder struct {
	testing.TB
	end  func()
	said string
}

func (r *recorder) Cleanup(end func()) { r.end = end }
func (r *recorder) Errorf(format string, arguments ...any) {
	r.said = strings.ReplaceAll(format, "%s", arguments[0].(string))
}

func TestLines(t *testing.T) {
	modes(t, func(t *testing.T, mode bell.Option) {
		fake := belltest.New(t)
		client := open(t, fake, mode)
		fake.Expect(belltest.Call{Method: "a", Disconnect: true})
		fake.Expect(belltest.Call{Method: "a", Result: 1, Delay: time.Millisecond})
		_, err := call(client, "a", nil)
		if bell.StatusOf(err) != bell.StatusDisconnected {
			t.Errorf("got %v", err)
		}
		got, err := call(client, "a", nil)
		want(t, "", err)
		if got != "1" {
			t.Errorf("got %s", got)
		}
		fake.Disconnect(3503, "force disconnect")
		for client.State() != bell.StateDisconnected {
			time.Sleep(time.Millisecond)
		}
		_, err = call(client, "a", nil)
		if bell.StatusOf(err) != bell.StatusTerminal {
			t.Errorf("got %v", err)
		}
	})
}

func TestOfflineAndRefused(t *testing.T) {
	fake := belltest.New(t)
	fake.Offline(true)
	client := open(t, fake)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	err := client.Connect(ctx)
	if err == nil || !strings.HasSuffix(err.Error(), "the fake is offline") {
		t.Errorf("got %v", err)
	}
	fake.Refuse(109, "token expired")
	fake.Offline(false)
	err = client.Connect(context.Background())
	if bell.StatusOf(err) != bell.StatusTerminal {
		t.Errorf("got %v", err)
	}
	fake.Refuse(0, "")
	// It has ended for good: only Disconnect lets it begin anew.
	err = client.Connect(context.Background())
	if bell.StatusOf(err) != bell.StatusTerminal {
		t.Errorf("got %v", err)
	}
	client.Disconnect()
	want(t, "", client.Connect(context.Background()))
}

func TestTokensExpire(t *testing.T) {
	fake := belltest.New(t)
	fake.Expire(1)
	var asked atomic.Int32
	client := bell.NewClient(service, "", "", "42", fake.Option(),
		bell.WithTokenSource(func(context.Context) (string, error) {
			if asked.Add(1) > 1 {
				fake.Expire(0)
				return "second", nil
			}
			return "first", nil
		}))
	defer client.Disconnect()
	want(t, "", client.Connect(context.Background()))
	for fake.Token() != "second" {
		time.Sleep(time.Millisecond)
	}
}

// Many callers, and lines that break under them: each call ends once.
func TestManyCallers(t *testing.T) {
	fake := belltest.New(t)
	client := open(t, fake, bell.WithRetries(0))
	fake.Expect(belltest.Call{Method: "a", Result: 1, Times: belltest.Always,
		Delay: time.Microsecond})
	want(t, "", client.Connect(context.Background()))
	var wait sync.WaitGroup
	var ended atomic.Int32
	for range 50 {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for range 40 {
				_, _ = call(client, "a", nil)
				ended.Add(1)
			}
		}()
	}
	for range 20 {
		fake.Disconnect(0, "cut")
		time.Sleep(time.Millisecond)
	}
	wait.Wait()
	if ended.Load() != 2000 {
		t.Errorf("%d calls ended", ended.Load())
	}
}

func TestExpectPanics(t *testing.T) {
	for _, wrong := range []belltest.Call{{}, {Method: "a", Result: func() {}},
		{Method: "a", Message: "no"}, {Method: "a", Data: 1},
		{Method: "a", Temporary: true}, {Method: "a", Times: -2},
		{Method: "a", Code: 1 << 40}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v is taken", wrong)
				}
			}()
			belltest.New(nil).Expect(wrong)
		}()
	}
}
