// socket_server_test.go: a schema of messages and streams, and a server of it
// that tests script.

package bell

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// ---- A schema's tables, as they are generated -------------------------------

type greeting struct {
	Message string `json:"message"`
}

type news interface{ isNews() }

type newsWelcome struct{ Value greeting }

type newsCount struct{ Value greeting }

type newsUnknown struct {
	Tag string
	Raw Raw
}

func (newsWelcome) isNews() {}
func (newsCount) isNews()   {}
func (newsUnknown) isNews() {}

type page struct {
	Page int32 `json:"page"`
}

var tableGreeting = &schema.Type{Kind: schema.KindRecord, Name: "Greeting",
	Fields: []schema.Field{{Name: "message", Type: schema.TableString}}}

var tablePage = &schema.Type{Kind: schema.KindRecord, Name: "Page",
	Fields: []schema.Field{{Name: "page", Type: schema.TableInt32}}}

var tableNews = &schema.Type{Kind: schema.KindUnion, Name: "Push", Tag: "type",
	Unknown: schema.GoType[newsUnknown](), Variants: []schema.Variant{
		{Name: "welcome", Type: tableGreeting, Go: schema.GoType[newsWelcome]()},
		{Name: "count", Type: tableGreeting, Go: schema.GoType[newsCount]()}}}

var publicSocket = &schema.Socket{Name: "messages", Path: "/public/ws",
	Tag:       "type",
	Keepalive: &schema.Keepalive{Receive: "ping", Answer: "pong"},
	Error: &schema.MessageError{Tag: "error", Code: "code",
		Message: "message"}}

var publicNews = &schema.Stream{Socket: publicSocket, Item: tableNews}

var agentsSocket = &schema.Socket{Name: "streams.agents", Path: "/agents/ws",
	Tag: "type",
	Auth: &schema.Auth{Wait: "wanted", Reply: "taken", Error: "refused",
		Token: "token"},
	Closes: []schema.Close{{Code: 4001, Text: "the token does not count",
		Final: true}, {Code: 4000, Text: "later"}, {Code: 1008}}}

var agents = &schema.Stream{Socket: agentsSocket, Item: tableGreeting, Keep: 1}

var boardSocket = &schema.Socket{Name: "streams.board", Path: "/board/ws",
	Tag: "type", Auth: &schema.Auth{Send: "auth", Token: "token"}}

var board = &schema.Stream{Socket: boardSocket, Item: tableGreeting, Keep: 3}

var roomPathTable = &schema.Type{Kind: schema.KindRecord, Name: "RoomPath",
	Fields: []schema.Field{{Name: "id", Type: schema.TableString}}}

var roomSocket = &schema.Socket{Name: "streams.room"}

var room = &schema.Stream{Socket: roomSocket, Item: tableGreeting,
	Params: &schema.Type{Kind: schema.KindRecord, Name: "RoomParams",
		Fields: []schema.Field{{Name: "path", Type: roomPathTable}}},
	Route: &schema.Route{Verb: "GET", Path: "/room/{id}",
		Parts: []schema.RoutePart{{Text: "/room/", Field: "id"}}}}

type roomPath struct {
	ID string `json:"id"`
}

type roomParams struct {
	Path roomPath `json:"path"`
}

var (
	getPage = &schema.Method{Name: "get_page", Params: tablePage,
		Result: tableGreeting, Message: &schema.Message{Socket: publicSocket,
			Tag: "get_page", Reply: "page"}}
	askPing = &schema.Method{Name: "ping", Result: tableGreeting,
		Message: &schema.Message{Socket: publicSocket, Tag: "ping",
			Reply: "pong"}}
	pauseBoard = &schema.Method{Name: "board.pause", NoReply: true,
		Message: &schema.Message{Socket: boardSocket, Tag: "pause"}}
)

var socketService = &schema.Service{Name: "sockets",
	Methods: []*schema.Method{getPage, askPing, pauseBoard},
	Sockets: []*schema.Socket{publicSocket, agentsSocket, boardSocket,
		roomSocket},
	Streams: []*schema.Stream{publicNews, agents, board, room}}

// ---- A server ---------------------------------------------------------------

// visit is one connection to it.
type visit struct {
	*testing.T
	socket *websocket.Conn
	path   string
	number int // of its path, from 1
}

func (v *visit) say(text string) {
	_ = v.socket.Write(context.Background(), websocket.MessageText, []byte(text))
}

// hear gives the next message; "" when there are no more.
func (v *visit) hear() string {
	_, message, err := v.socket.Read(context.Background())
	if err != nil {
		return ""
	}
	return string(message)
}

func (v *visit) want(text string) {
	if got := v.hear(); got != text {
		v.Errorf("%s: got %q, want %q", v.path, got, text)
	}
}

func (v *visit) close(code int, reason string) {
	_ = v.socket.Close(websocket.StatusCode(code), reason)
}

// rest reads until the client goes.
func (v *visit) rest() {
	for v.hear() != "" {
	}
}

// startSockets scripts each path's connections; where a script returns, the
// connection is cut.
func startSockets(t *testing.T, scripts map[string]func(*visit)) string {
	t.Helper()
	var mu sync.Mutex
	counts := map[string]int{}
	var running sync.WaitGroup
	server := httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			script := scripts[r.URL.EscapedPath()]
			if script == nil {
				http.Error(w, "", http.StatusForbidden)
				return
			}
			running.Add(1)
			defer running.Done()
			socket, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			socket.SetReadLimit(-1)
			mu.Lock()
			counts[r.URL.Path]++
			number := counts[r.URL.Path]
			mu.Unlock()
			defer func() { _ = socket.CloseNow() }()
			script(&visit{t, socket, r.URL.Path, number})
		}))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
		running.Wait()
	})
	return server.URL
}

func socketClient(t *testing.T, url, token string, list ...Option) *Client {
	t.Helper()
	c := NewClient(socketService, url, token, "", append([]Option{
		WithReconnectDelays(time.Millisecond, 20*time.Millisecond)}, list...)...)
	t.Cleanup(c.Disconnect)
	return c
}

func patience(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// told gathers what handlers hear, as lines.
type told struct {
	lines chan string
}

func newTold() *told { return &told{make(chan string, 1000)} }

func (k *told) add(format string, arguments ...any) {
	k.lines <- fmt.Sprintf(format, arguments...)
}

func (k *told) want(t *testing.T, lines ...string) {
	t.Helper()
	for _, line := range lines {
		select {
		case got := <-k.lines:
			if got != line {
				t.Errorf("got %q, want %q", got, line)
			}
		case <-time.After(time.Minute):
			t.Fatalf("%q did not come", line)
		}
	}
}

func (k *told) listen(t *testing.T, c *Client) *Listener {
	t.Helper()
	listener, err := Listen(c, publicNews, nil, func(item news) {
		switch v := item.(type) {
		case newsWelcome:
			k.add("welcome %s", v.Value.Message)
		case newsCount:
			k.add("count %s", v.Value.Message)
		case newsUnknown:
			k.add("unknown %s %s", v.Tag, v.Raw)
		}
	}, func(raw []byte, err error) {
		k.add("bad %s: %v", raw, err)
	})
	if err != nil {
		t.Fatal(err)
	}
	return listener
}
