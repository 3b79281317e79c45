// options_test.go: options that cannot be are refused at the first call, by
// name, and what an option was given is the client's.

package bell

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

func TestOptionsThatCannotBe(t *testing.T) {
	limits := func(change func(*Limits)) Option {
		var limits Limits
		change(&limits)
		return WithLimits(limits)
	}
	const reconnect = "WithReconnectDelays: the least is negative or " +
		"beyond the most"
	const calls = "Limits.Calls is negative or beyond 536870911"
	const limit = "a limit is negative"
	for _, one := range []struct {
		with Option
		says string
	}{
		{WithMode(Channel + 1), "WithMode: it is neither Native nor Channel"},
		{WithMode(-1), "WithMode: it is neither Native nor Channel"},
		{WithConnectDeadline(-1), "WithConnectDeadline is negative"},
		{WithReconnectDelays(-1, time.Second), reconnect},
		{WithReconnectDelays(time.Minute, time.Second), reconnect},
		{WithPingGrace(-1), "WithPingGrace is negative"},
		{WithRetries(-1), "WithRetries is negative"},
		{limits(func(l *Limits) { l.Calls = -1 }), calls},
		{limits(func(l *Limits) { l.Calls = callsMost + 1 }), calls},
		{limits(func(l *Limits) { l.Depth = -1 }), limit},
		{limits(func(l *Limits) { l.Items = -1 }), limit},
		{limits(func(l *Limits) { l.RequestBytes = -1 }), limit},
		{limits(func(l *Limits) { l.QueueBytes = -1 }), limit},
		{limits(func(l *Limits) { l.MessageBytes = -1 }), limit},
		{limits(func(l *Limits) { l.ReplyBytes = -1 }), limit},
	} {
		client := NewClient(testService, "ws://h", "", "", one.with)
		err := client.Connect(context.Background())
		known := wantStatus(t, err, StatusInvalid)
		if known.Message != "options: "+one.says || known.Sent != SentNo {
			t.Errorf("got %v, want options: %s", err, one.says)
		}
	}
}

func TestTokenAndSource(t *testing.T) {
	source := func(context.Context) (string, error) { return "b", nil }
	for _, service := range []*schema.Service{testService, webService} {
		client := NewClient(service, "ws://h", "a", "", WithTokenSource(source))
		known := wantStatus(t, client.Connect(context.Background()), StatusInvalid)
		if known.Message !=
			"options: token and WithTokenSource: give one of them" {
			t.Errorf("got %v", known)
		}
	}
}

func TestOptionsAreCopied(t *testing.T) {
	header := http.Header{"X-Key": {"first"}}
	data := Raw(`"first"`)
	made := makeOptions([]Option{WithHeader(header), WithConnectData(data)})
	header.Set("X-Key", "second")
	copy(data, `"other"`)
	sent, wrong := connectDataOf(&made)
	if string(sent) != `"first"` || wrong != "" {
		t.Errorf("data: %s %s", sent, wrong)
	}
	if key := made.header.Get("X-Key"); key != "first" {
		t.Errorf("header: %s", key)
	}
}
