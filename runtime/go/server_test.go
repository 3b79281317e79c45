// server_test.go: a server of Centrifugo's protocol that tests script.

package bell

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// command is what a client of Centrifugo sends.
type command struct {
	ID      uint32 `json:"id"`
	Connect *struct {
		Token string `json:"token"`
	} `json:"connect"`
	Subscribe *struct {
		Channel string `json:"channel"`
	} `json:"subscribe"`
	Publish *struct {
		Channel string          `json:"channel"`
		Data    json.RawMessage `json:"data"`
	} `json:"publish"`
	Refresh *struct {
		Token string `json:"token"`
	} `json:"refresh"`
	size int // of the command
	RPC  *struct {
		Method string          `json:"method"`
		Data   json.RawMessage `json:"data"`
	} `json:"rpc"`
}

// peer is one connection of a test's server.
type peer struct {
	socket *websocket.Conn
}

// say takes a reply as Centrifugo spells it.
func (l *peer) say(format string, arguments ...any) {
	// A client that has gone hears nothing.
	_ = l.socket.Write(context.Background(), websocket.MessageText,
		fmt.Appendf(nil, format, arguments...))
}

func (l *peer) close(code int, reason string) {
	_ = l.socket.Close(websocket.StatusCode(code), reason)
}

// cut ends the connection without a word.
func (l *peer) cut() {
	_ = l.socket.CloseNow()
}

// serve is a server that speaks as Centrifugo does. Connects and subscriptions
// are accepted where on gives false.
func serve(t *testing.T,
	on func(*peer, *command) bool) (url string, server *httptest.Server) {
	t.Helper()
	server = httptest.NewServer(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			socket, err := websocket.Accept(w, r, nil)
			if err != nil {
				return
			}
			socket.SetReadLimit(-1)
			defer func() { _ = socket.CloseNow() }()
			hear(&peer{socket: socket}, on)
		}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http"), server
}

func hear(l *peer, on func(*peer, *command) bool) {
	for {
		_, message, err := l.socket.Read(context.Background())
		if err != nil {
			return
		}
		for _, text := range bytes.Split(message, []byte("\n")) {
			said := command{size: len(text)}
			if json.Unmarshal(text, &said) != nil || said.ID == 0 || on(l, &said) {
				continue
			}
			switch {
			case said.Connect != nil:
				l.say(`{"id":%d,"connect":{"client":"c","version":"v"}}`, said.ID)
			case said.Subscribe != nil:
				l.say(`{"id":%d,"subscribe":{}}`, said.ID)
			case said.Publish != nil:
				l.say(`{"id":%d,"publish":{}}`, said.ID)
			}
		}
	}
}
