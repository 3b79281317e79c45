// rest_server_test.go: a server of HTTP whose answers tests write as bytes, and
// the table of a service of endpoints.

package bell

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// site answers requests with bytes, one after another; the last for ever.
type site struct {
	t      *testing.T
	listen net.Listener

	mu      sync.Mutex
	answers []string
	heard   []string // requests, as they came
	lines   int
	done    sync.WaitGroup
	open    []net.Conn
}

const cut = "cut" // instead of an answer: the line ends

func answerOf(status, body string, headers ...string) string {
	lines := append([]string{"HTTP/1.1 " + status,
		"Content-Length: " + decimalOf(len(body))}, headers...)
	return strings.Join(lines, "\r\n") + "\r\n\r\n" + body
}

func decimalOf(value int) string { return spellInteger(int64(value)) }

func startSite(t *testing.T, answers ...string) *site {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	made := &site{t: t, listen: listen, answers: answers}
	made.done.Add(1)
	go made.accept()
	t.Cleanup(func() {
		_ = listen.Close()
		made.mu.Lock()
		for _, conn := range made.open {
			_ = conn.Close()
		}
		made.mu.Unlock()
		made.done.Wait()
	})
	return made
}

func (s *site) url() string { return "http://" + s.listen.Addr().String() }

// connections is how many there have been.
func (s *site) connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines
}

func (s *site) accept() {
	defer s.done.Done()
	for {
		conn, err := s.listen.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.lines++
		s.open = append(s.open, conn)
		s.mu.Unlock()
		s.done.Add(1)
		go s.serve(conn)
	}
}

func (s *site) serve(conn net.Conn) {
	defer s.done.Done()
	defer func() { _ = conn.Close() }()
	var said strings.Builder
	from := bufio.NewReader(io.TeeReader(conn, &said))
	for {
		request, err := http.ReadRequest(from)
		if err != nil {
			return
		}
		if _, err := io.Copy(io.Discard, request.Body); err != nil {
			return
		}
		answer := s.next(said.String())
		said.Reset()
		if answer == cut {
			return
		}
		if _, err := conn.Write([]byte(answer)); err != nil {
			return
		}
	}
}

func (s *site) next(said string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, said)
	answer := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	return answer
}

func (s *site) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.heard...)
}

// ---- A service --------------------------------------------------------------

type itemPath struct{ ID string }

type itemQuery struct {
	Text  Opt[string]
	Flag  Opt[bool]
	Wide  Opt[int64]
	Real  Opt[float64]
	Level Opt[level]
	Bytes Opt[[]byte]
	When  Opt[DateTime]
	Day   Opt[Date]
	Span  Opt[time.Duration]
	UUID  Opt[string]
	Price Opt[Decimal]
	Tags  []string
	Few   []int64
	Size  Opt[int32]
	Odd   Opt[string]
}

type itemHeaders struct {
	Trace Opt[string]
	Count Opt[int32]
	Tags  []string
}

type itemParams struct {
	Path    itemPath
	Query   itemQuery
	Headers itemHeaders
	Body    word
}

type word struct{ Text string }

type created struct{ AccessToken string }

func optional(name string, t *schema.Type, how schema.How) schema.Field {
	return schema.Field{Name: name, Type: t, State: schema.Optional, How: how}
}

var (
	levelType = &schema.Type{Kind: schema.KindEnum, Name: "Level",
		Values: []string{"low", "very high"}}
	fewType = &schema.Type{Kind: schema.KindRuled, Name: "int64[]",
		Item: listOf(schema.TableInt64),
		Rule: &schema.Rule{MaxCount: schema.Count(2)}}
	sizeType = &schema.Type{Kind: schema.KindRuled, Name: "int32",
		Item: schema.TableInt32, Rule: &schema.Rule{
			MinInteger: schema.Integer(1), MaxInteger: schema.Integer(50)}}
	wordType = recordOf("Word",
		schema.Field{Name: "text", Type: schema.TableString})
	itemQueryType = recordOf("ItemQuery",
		optional("text", schema.TableString, schema.Opted),
		optional("flag", schema.TableBool, schema.Opted),
		optional("wide", schema.TableInt64, schema.Opted),
		optional("real", schema.TableFloat64, schema.Opted),
		optional("level", levelType, schema.Opted),
		optional("bytes", schema.TableBytes, schema.Opted),
		optional("when", schema.TableDatetime, schema.Opted),
		optional("day", schema.TableDate, schema.Opted),
		optional("span", schema.TableDuration, schema.Opted),
		optional("uuid", schema.TableUuid, schema.Opted),
		optional("price", schema.TableDecimal, schema.Opted),
		optional("tags", listOf(schema.TableString), schema.OmitEmpty),
		optional("few", fewType, schema.OmitEmpty),
		optional("size", sizeType, schema.Opted),
		optional("a b&c=d[ü]", schema.TableString, schema.Opted))
	itemHeadersType = recordOf("ItemHeaders",
		optional("X-Trace", schema.TableString, schema.Opted),
		optional("x-count", schema.TableInt32, schema.Opted),
		optional("X-Tags", listOf(schema.TableString), schema.OmitEmpty))
	itemPathType = recordOf("ItemPath",
		schema.Field{Name: "item_id", Type: schema.TableString})
	itemParts = []schema.RoutePart{{Text: "/items/", Field: "item_id"},
		{Text: "/all"}}
	putItem = &schema.Method{Name: "item.put", Idempotent: true,
		Params: recordOf("ItemPutParams",
			schema.Field{Name: "path", Type: itemPathType},
			schema.Field{Name: "query", Type: itemQueryType},
			schema.Field{Name: "headers", Type: itemHeadersType},
			schema.Field{Name: "body", Type: wordType}),
		Result: wordType, Route: &schema.Route{Verb: "PUT",
			Path: "/items/{item_id}/all", Parts: itemParts}}
	rootParts = []schema.RoutePart{{Text: "/root"}}
	getRoot   = &schema.Method{Name: "root.get", Idempotent: true,
		Result: wordType, Route: &schema.Route{Verb: "GET", Path: "/root",
			Parts: rootParts}}
	poke = &schema.Method{Name: "poke", Route: &schema.Route{Verb: "POST",
		Path: "/root", Parts: rootParts}}
	postWord = &schema.Method{Name: "word.post", Result: wordType,
		Params: recordOf("WordPostParams",
			schema.Field{Name: "body", Type: wordType}),
		Route: &schema.Route{Verb: "POST", Path: "/root", Parts: rootParts}}
	getText = &schema.Method{Name: "text.get", Idempotent: true,
		Result: schema.TableString, Route: &schema.Route{Verb: "GET", Path: "/root",
			Parts: rootParts, Text: true}}
	checkRoot = &schema.Method{Name: "root.check", Idempotent: true,
		Route: &schema.Route{Verb: "HEAD", Path: "/root", Parts: rootParts}}
	getMe = &schema.Method{Name: "me.get", Idempotent: true, Result: wordType,
		Route: &schema.Route{Verb: "GET", Path: "/root", Parts: rootParts,
			Bearer: true}}
	login = &schema.Method{Name: "login", Result: recordOf("Created",
		schema.Field{Name: "access_token", Type: schema.TableString}),
		Route: &schema.Route{Verb: "POST", Path: "/root", Parts: rootParts,
			Sets: []schema.RouteToken{{Name: "access_token"}}}}
	webService = &schema.Service{Name: "web", Methods: []*schema.Method{putItem,
		getRoot, poke, postWord, getText, checkRoot, getMe, login}}
)

type wordParams struct{ Body word }

func openSite(t *testing.T, url, token string, list ...Option) *Client {
	t.Helper()
	list = append([]Option{WithRetryDelays(time.Millisecond, 2*time.Millisecond),
		WithUserAgent("test")}, list...)
	made := NewClient(webService, url, token, "", list...)
	t.Cleanup(made.Disconnect)
	return made
}
