// route_test.go: params become a target, headers and a body: every kind of
// value, and what cannot be sent.

package bell

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

func route(t *testing.T, method *schema.Method, params any) (string,
	http.Header, string, error) {
	t.Helper()
	var e encoder
	e.reset(&Limits{})
	made, err := e.route(method, params, "params")
	return string(made.target), made.headers, string(made.body), err
}

func TestRouteWritesPaths(t *testing.T) {
	for text, want := range map[string]string{
		"a-b.c_d~9": "a-b.c_d~9", "a/b?c#d%2F": "a%2Fb%3Fc%23d%252F",
		"ä €": "%C3%A4%20%E2%82%AC", "...": "...", "a\x00b": "a%00b",
		"!$&'()*+,;=:@": "%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40"} {
		params := itemParams{Path: itemPath{text}}
		for _, each := range []any{params, &params} {
			target, headers, body, err := route(t, putItem, each)
			if err != nil || target != "/items/"+want+"/all" ||
				headers != nil || body != `{"text":""}` {
				t.Errorf("got %q, %v, %q, %v", target, headers, body, err)
			}
		}
	}
	if target, _, body, err := route(t, getRoot, nil); err != nil ||
		target != "/root" || body != "" {
		t.Errorf("got %q, %q, %v", target, body, err)
	}
}

func TestRouteWritesQueries(t *testing.T) {
	moment := At(time.Date(2024, 1, 2, 3, 4, 5, 500, time.FixedZone("", 3600)))
	for _, each := range []struct {
		query itemQuery
		want  string
	}{
		{itemQuery{}, ""},
		{itemQuery{Text: Some("a b&c=ü/")}, "?text=a%20b%26c%3D%C3%BC%2F"},
		{itemQuery{Text: Some("")}, "?text="},
		{itemQuery{Text: Some("say \"no\"\n")}, "?text=say%20%22no%22%0A"},
		{itemQuery{Flag: Some(false), Wide: Some(int64(-9007199254740993))},
			"?flag=false&wide=-9007199254740993"},
		{itemQuery{Real: Some(1e21), Level: Some(level("very high"))},
			"?real=1e%2B21&level=very%20high"},
		{itemQuery{Level: Some(level("no such"))}, "?level=no%20such"},
		{itemQuery{Bytes: Some([]byte{0xfb, 0xff, 0})}, "?bytes=%2B%2F8A"},
		{itemQuery{When: Some(moment), Day: Some(Date{2024, 2, 29})},
			"?when=2024-01-02T02%3A04%3A05.0000005Z&day=2024-02-29"},
		{itemQuery{Span: Some(90 * time.Second), Price: Some(Decimal("1.50"))},
			"?span=PT1M30S&price=1.50"},
		{itemQuery{UUID: Some("A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")},
			"?uuid=a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
		{itemQuery{Tags: []string{"a b", "", "x"}, Few: []int64{1, 2}},
			"?tags=a%20b&tags=&tags=x&few=1&few=2"},
		{itemQuery{Odd: Some("é"), Size: Some(int32(50))},
			"?size=50&a%20b%26c%3Dd%5B%C3%BC%5D=%C3%A9"},
	} {
		target, _, _, err := route(t, putItem,
			itemParams{Path: itemPath{"a"}, Query: each.query})
		if err != nil || target != "/items/a/all"+each.want {
			t.Errorf("got %q, %v, wanted %q", target, err, each.want)
		}
	}
}

func TestRouteWritesHeaders(t *testing.T) {
	_, headers, body, err := route(t, putItem, itemParams{Path: itemPath{"a"},
		Headers: itemHeaders{Trace: Some("a; b"), Count: Some(int32(-7)),
			Tags: []string{"x", "y z"}}, Body: word{"ü"}})
	want := http.Header{"X-Trace": {"a; b"}, "x-count": {"-7"},
		"X-Tags": {"x, y z"}}
	if err != nil || !reflect.DeepEqual(headers, want) ||
		body != `{"text":"ü"}` {
		t.Errorf("got %v, %q, %v", headers, body, err)
	}
}

func TestRouteRefuses(t *testing.T) {
	good := itemPath{"a"}
	const unprintable = "not printable ASCII without spaces around it"
	for _, each := range []struct {
		params      itemParams
		path, wrong string
	}{
		{itemParams{}, "params.path.item_id",
			"an empty text cannot be part of a path"},
		{itemParams{Path: itemPath{"."}}, "params.path.item_id",
			". cannot be part of a path"},
		{itemParams{Path: itemPath{".."}}, "params.path.item_id",
			".. cannot be part of a path"},
		{itemParams{Path: itemPath{"a\xff"}}, "params.path.item_id",
			"the text is not UTF-8"},
		{itemParams{Path: good, Query: itemQuery{Text: Some("\xff")}},
			"params.query.text", "the text is not UTF-8"},
		{itemParams{Path: good, Query: itemQuery{Text: Opt[string]{Value: "a"}}},
			"params.query.text", "a value is there, but it is not Set"},
		{itemParams{Path: good, Query: itemQuery{Tags: []string{"a", "\xff"}}},
			"params.query.tags[1]", "the text is not UTF-8"},
		{itemParams{Path: good, Query: itemQuery{Few: []int64{1, 2, 3}}},
			"params.query.few", "3 items, max_items is 2"},
		{itemParams{Path: good, Query: itemQuery{Size: Some(int32(51))}},
			"params.query.size", "51 is more than its max 50"},
		{itemParams{Path: good, Headers: itemHeaders{Trace: Some("a\nb")}},
			"params.headers.X-Trace", unprintable},
		{itemParams{Path: good, Headers: itemHeaders{Trace: Some(" a")}},
			"params.headers.X-Trace", unprintable},
		{itemParams{Path: good, Headers: itemHeaders{Trace: Some("ü")}},
			"params.headers.X-Trace", unprintable},
		{itemParams{Path: good, Body: word{"\xff"}}, "params.body.text",
			"the text is not UTF-8"},
	} {
		_, _, _, err := route(t, putItem, each.params)
		wrong, is := err.(*Error)
		if !is || wrong.Status != StatusInvalid || wrong.Path != each.path ||
			wrong.Message != each.path+": "+each.wrong || wrong.Sent != SentNo {
			t.Errorf("got %#v, wanted %s: %s", err, each.path, each.wrong)
		}
	}
	if _, _, _, err := route(t, putItem, nil); StatusOf(err) != StatusInvalid {
		t.Errorf("got %v", err)
	}
}
