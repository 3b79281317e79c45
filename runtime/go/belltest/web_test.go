// web_test.go: endpoints of rest against a fake.

package belltest_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	bell "github.com/bellpull/bellpull/runtime/go"
	"github.com/bellpull/bellpull/runtime/go/belltest"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

type getPath struct {
	ID string `json:"id"`
}

type getQuery struct {
	Count bell.Opt[int32] `json:"count,omitzero"`
	Flag  bell.Opt[bool]  `json:"flag,omitzero"`
	Tags  []string        `json:"tags,omitempty"`
}

type getHeaders struct {
	Trace bell.Opt[string] `json:"X-Trace,omitzero"`
	Words []string         `json:"X-Words,omitempty"`
}

type getParams struct {
	Path    getPath    `json:"path"`
	Query   getQuery   `json:"query"`
	Headers getHeaders `json:"headers"`
}

type putParams struct {
	Body sum `json:"body"`
}

func record(name string, fields ...schema.Field) *schema.Type {
	return &schema.Type{Kind: schema.KindRecord, Name: name, Fields: fields}
}

func optional(name string, kind *schema.Type, how schema.How) schema.Field {
	return schema.Field{Name: name, Type: kind, State: schema.Optional, How: how}
}

var (
	texts = &schema.Type{Kind: schema.KindList, Name: "string[]",
		Item: schema.TableString}
	sumType = record("Sum", schema.Field{Name: "total",
		Type: schema.TableInt64})
	getRoute = &schema.Method{Name: "thing.get", Idempotent: true,
		Result: sumType,
		Params: record("GetParams",
			schema.Field{Name: "path", Type: record("Path",
				schema.Field{Name: "id", Type: schema.TableString})},
			schema.Field{Name: "query", Type: record("Query",
				optional("count", schema.TableInt32, schema.Opted),
				optional("flag", schema.TableBool, schema.Opted),
				optional("tags", texts, schema.OmitEmpty))},
			schema.Field{Name: "headers", Type: record("Headers",
				optional("X-Trace", schema.TableString, schema.Opted),
				optional("X-Words", texts, schema.OmitEmpty))}),
		Route: &schema.Route{Verb: "GET", Path: "/things/{id}", Bearer: true,
			Parts: []schema.RoutePart{{Text: "/things/", Field: "id"}}}}
	putRoute = &schema.Method{Name: "thing.put",
		Params: record("PutParams", schema.Field{Name: "body", Type: sumType}),
		Route: &schema.Route{Verb: "POST", Path: "/things/all",
			Parts: []schema.RoutePart{{Text: "/things/all"}}}}
	allRoute = &schema.Method{Name: "thing.all", Idempotent: true,
		Result: schema.TableString,
		Route: &schema.Route{Verb: "GET", Path: "/things/all", Text: true,
			Parts: []schema.RoutePart{{Text: "/things/all"}}}}
	things = &schema.Service{Name: "things",
		Methods: []*schema.Method{getRoute, putRoute, allRoute}}
)

func openThings(t *testing.T, fake *belltest.Fake,
	options ...bell.Option) *bell.Client {
	t.Helper()
	client := bell.NewClient(things, "", "secret", "",
		append([]bell.Option{fake.Option(),
			bell.WithRetryDelays(time.Millisecond, time.Millisecond)},
			options...)...)
	t.Cleanup(client.Disconnect)
	return client
}

func get(client *bell.Client, id string) (int64, error) {
	var got sum
	err := client.Invoke(context.Background(), getRoute,
		getParams{Path: getPath{id}}, &got)
	return got.Total, err
}

// What the program meant is compared, not how HTTP spells it.
func TestEndpointParams(t *testing.T) {
	fake := belltest.New(t)
	client := openThings(t, fake)
	params := getParams{Path: getPath{"a/ä %"},
		Query: getQuery{Count: bell.Some(int32(3)), Flag: bell.Some(true),
			Tags: []string{"c d", "e&f"}},
		Headers: getHeaders{Trace: bell.Some("12"),
			Words: []string{"g", "h"}}}
	fake.Expect(belltest.Call{Method: "thing.get", Params: json.RawMessage(
		`{"path":{"id":"a/ä %"},"query":{"tags":["c d","e&f"],"flag":true,` +
			`"count":3},"headers":{"X-Trace":"12","X-Words":["g","h"]}}`),
		Result: sum{7}})
	var got sum
	err := client.Invoke(context.Background(), getRoute, params, &got)
	if want(t, "", err); got.Total != 7 || fake.Token() != "secret" {
		t.Errorf("got %d, %q", got.Total, fake.Token())
	}
	fake.Expect(belltest.Call{Method: "thing.get",
		Params: getParams{Path: getPath{"b"}}, Result: sum{8}})
	if total, err := get(client, "b"); total != 8 || err != nil {
		t.Errorf("got %d, %v", total, err)
	}
	fake.Expect(belltest.Call{Method: "thing.put",
		Params: putParams{sum{9}}})
	want(t, "", client.Invoke(context.Background(), putRoute,
		putParams{sum{9}}, nil))
	fake.Expect(belltest.Call{Method: "thing.all", Result: "all \"of\" them\n"})
	var all string
	want(t, "", client.Invoke(context.Background(), allRoute, nil, &all))
	if all != "all \"of\" them\n" {
		t.Errorf("got %q", all)
	}
}

func TestEndpointErrors(t *testing.T) {
	fake := belltest.New(t)
	client := openThings(t, fake, bell.WithRestRetries(-1))
	fake.Expect(belltest.Call{Method: "thing.get", Code: 404,
		Message: "no such thing"})
	fake.Expect(belltest.Call{Method: "thing.get", Code: 409,
		Data: map[string]string{"title": "taken"}})
	fake.Expect(belltest.Call{Method: "thing.get", Code: 7, Temporary: true})
	fake.Expect(belltest.Call{Method: "thing.get", Result: "no sum"})
	for _, wanted := range []struct {
		code bell.Code
		text string
	}{{404, "no such thing"}, {409, "taken"}, {503, "refused"}} {
		_, err := get(client, "a")
		var refused *bell.RPCError
		if !errors.As(err, &refused) || refused.Code != wanted.code ||
			refused.Message != wanted.text {
			t.Errorf("got %v", err)
		}
	}
	if _, err := get(client, "a"); !errors.Is(err, bell.ErrBadReply) {
		t.Errorf("got %v", err)
	}
}

func TestEndpointTries(t *testing.T) {
	fake := belltest.New(t)
	client := openThings(t, fake)
	fake.Expect(belltest.Call{Method: "thing.get", Code: 503, Times: 2})
	fake.Expect(belltest.Call{Method: "thing.get", Disconnect: true})
	fake.Expect(belltest.Call{Method: "thing.get", Result: sum{1},
		Delay: time.Millisecond})
	if total, err := get(client, "a"); total != 1 || err != nil {
		t.Errorf("got %d, %v", total, err)
	}
	fake.Offline(true)
	_, err := get(client, "a")
	var gone *bell.Error
	if !errors.As(err, &gone) || gone.Sent != bell.SentNo {
		t.Errorf("got %v", err)
	}
	fake.Offline(false)
	// What is not idempotent never leaves twice.
	fake.Expect(belltest.Call{Method: "thing.put", Disconnect: true,
		Message: "the power is out"})
	err = client.Invoke(context.Background(), putRoute, putParams{}, nil)
	if !errors.As(err, &gone) || gone.Sent != bell.SentUnknown ||
		!errors.Is(err, bell.ErrDisconnected) {
		t.Errorf("got %v", err)
	}
}

func TestEndpointEnds(t *testing.T) {
	fake := belltest.New(t)
	client := openThings(t, fake, bell.WithRestRetries(-1))
	fake.Expect(belltest.Call{Method: "thing.get", Never: true, Times: 2})
	ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
	defer cancel()
	err := client.Invoke(ctx, getRoute, getParams{Path: getPath{"a"}}, nil)
	if !errors.Is(err, bell.ErrDeadline) {
		t.Errorf("got %v", err)
	}
	ended := make(chan error, 1)
	go func() {
		_, err := get(client, "a")
		ended <- err
	}()
	for isOver := false; !isOver; {
		fake.Disconnect(0, "")
		select {
		case err := <-ended:
			isOver = true
			if !errors.Is(err, bell.ErrDisconnected) {
				t.Errorf("got %v", err)
			}
		case <-time.After(time.Millisecond):
		}
	}
	fake.Expect(belltest.Call{Method: "thing.get", Never: true,
		Times: belltest.Always})
	time.AfterFunc(time.Millisecond, client.Disconnect)
	if _, err := get(client, "a"); !errors.Is(err, bell.ErrClosed) {
		t.Errorf("got %v", err)
	}
}

func TestEndpointTrouble(t *testing.T) {
	fake := belltest.New(nil)
	client := openThings(t, fake)
	fake.Expect(belltest.Call{Method: "thing.get",
		Params: getParams{Path: getPath{"b"}}})
	_, err := get(client, "a")
	var refused *bell.RPCError
	if !errors.As(err, &refused) || refused.Code != -1 {
		t.Errorf("got %v", err)
	}
	if got := fake.Trouble(); got != "an unexpected call: thing.get with "+
		`{"path":{"id":"a"}}; expected was {"path":{"id":"b"},"query":{},`+
		`"headers":{}}` {
		t.Errorf("got %q", got)
	}
}
