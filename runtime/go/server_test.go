package bell

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/centrifugal/protocol"
	"github.com/gorilla/websocket"
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
	RPC *struct {
		Method string          `json:"method"`
		Data   json.RawMessage `json:"data"`
	} `json:"rpc"`
}

// line is one connection of a test's server.
type line struct {
	mu     sync.Mutex
	socket *websocket.Conn
}

// say takes a reply as Centrifugo spells it in JSON; it goes out in protobuf.
func (l *line) say(format string, arguments ...any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var reply protocol.Reply
	if err := json.Unmarshal([]byte(fmt.Sprintf(format, arguments...)), &reply); err != nil {
		panic(err)
	}
	bytes, err := reply.MarshalVT()
	if err != nil {
		panic(err)
	}
	message := append(binary.AppendUvarint(nil, uint64(len(bytes))), bytes...)
	// A client that has gone hears nothing.
	_ = l.socket.WriteMessage(websocket.BinaryMessage, message)
}

// commands are a message's, each as JSON spells it.
func commands(message []byte) [][]byte {
	var all [][]byte
	for len(message) > 0 {
		size, count := binary.Uvarint(message)
		message = message[count:]
		var one protocol.Command
		if err := one.UnmarshalVT(message[:size]); err != nil {
			panic(err)
		}
		text, err := json.Marshal(&one)
		if err != nil {
			panic(err)
		}
		all = append(all, text)
		message = message[size:]
	}
	return all
}

func (l *line) close(code int, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	_ = l.socket.WriteMessage(websocket.CloseMessage, websocket.FormatCloseMessage(code, reason))
}

// serve is a server that speaks as Centrifugo does. Connects and subscriptions
// are accepted where on gives false.
func serve(t *testing.T, on func(*line, *command) bool) (url string, server *httptest.Server) {
	t.Helper()
	upgrader := websocket.Upgrader{Subprotocols: []string{"centrifuge-protobuf"}}
	server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		socket, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer socket.Close()
		hear(&line{socket: socket}, on)
	}))
	t.Cleanup(server.Close)
	return "ws" + strings.TrimPrefix(server.URL, "http"), server
}

func hear(l *line, on func(*line, *command) bool) {
	for {
		_, message, err := l.socket.ReadMessage()
		if err != nil {
			return
		}
		for _, text := range commands(message) {
			var said command
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
