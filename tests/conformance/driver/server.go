// server.go: one WebSocket server for all cases; the path of a connection says
// whose it is. It answers what no case cares about and tells its case the rest.

package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

const (
	messageMax = 64 << 20
	writeLimit = 20 * time.Second
)

// An event is what a play waits for: of a connection or of its runner.
type event struct {
	kind    string // connect, subscribe, request, gone, trouble; ended, ...
	line    *line
	command command
	said    answer
	text    string
}

// A desk is where one play hears of its connections.
type desk struct {
	manual bool // connect and subscribe are answered by the play
	events chan event
}

type server struct {
	listener net.Listener
	mutex    sync.Mutex
	desks    map[string]*desk
}

// A line is one connection of a client.
type line struct {
	socket *websocket.Conn
	wire   wire
	held   []reply
}

func openServer() (*server, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	made := &server{listener: listener, desks: map[string]*desk{}}
	go func() { _ = http.Serve(listener, made) }()
	return made, nil
}

// register opens a desk; the url is where its client has to connect to.
func (s *server) register(key string, manual bool) (*desk, string) {
	made := &desk{manual: manual, events: make(chan event, 4096)}
	s.mutex.Lock()
	s.desks[key] = made
	s.mutex.Unlock()
	return made, fmt.Sprintf("ws://%s/%s", s.listener.Addr(), key)
}

func (s *server) forget(key string) {
	s.mutex.Lock()
	delete(s.desks, key)
	s.mutex.Unlock()
}

func (s *server) ServeHTTP(out http.ResponseWriter, in *http.Request) {
	s.mutex.Lock()
	where := s.desks[strings.TrimPrefix(in.URL.Path, "/")]
	s.mutex.Unlock()
	if where == nil {
		http.NotFound(out, in)
		return
	}
	socket, err := websocket.Accept(out, in, &websocket.AcceptOptions{
		Subprotocols: []string{"centrifuge-protobuf", "centrifuge-json"}})
	if err != nil {
		where.events <- event{kind: "trouble", text: err.Error()}
		return
	}
	socket.SetReadLimit(messageMax)
	made := &line{socket: socket, wire: jsonWire{}}
	if socket.Subprotocol() == "centrifuge-protobuf" ||
		in.URL.Query().Get("cf_protocol") == "protobuf" {
		made.wire = protobufWire{}
	}
	made.read(where)
	_ = socket.CloseNow()
}

func (l *line) read(where *desk) {
	for {
		_, message, err := l.socket.Read(context.Background())
		if err != nil {
			where.events <- event{kind: "gone", line: l}
			return
		}
		commands, err := l.wire.commands(message)
		if err != nil {
			where.events <- event{kind: "trouble", text: err.Error()}
		}
		for _, one := range commands {
			l.take(where, one)
		}
	}
}

func (l *line) take(where *desk, one command) {
	kind := one.Kind
	switch kind {
	case "":
		kind = "pong"
	case "other": // what no case speaks of
		return
	case "rpc", "publish":
		kind = "request"
	case "connect", "subscribe":
		if !where.manual {
			_ = l.send(reply{ID: one.ID, Kind: kind})
			kind = "line"
		}
	}
	where.events <- event{kind: kind, line: l, command: one}
}

// send writes what was held and this, as one message.
func (l *line) send(one reply) error {
	replies := append(l.held, one)
	l.held = nil
	limit, done := context.WithTimeout(context.Background(), writeLimit)
	defer done()
	kind := websocket.MessageText
	if _, binary := l.wire.(protobufWire); binary || one.Binary {
		kind = websocket.MessageBinary
	}
	message := l.wire.message(replies)
	if one.Parts == 0 {
		return l.socket.Write(limit, kind, message)
	}
	writer, err := l.socket.Writer(limit, kind)
	for err == nil && len(message) > 0 {
		size := min(one.Parts, len(message))
		_, err = writer.Write(message[:size])
		message = message[size:]
	}
	if err != nil {
		return err
	}
	return writer.Close()
}

func (l *line) hold(one reply) {
	l.held = append(l.held, one)
}

// hangUp says goodbye with a code and does not wait for the client's.
func (l *line) hangUp(code int, reason string) {
	go func() { _ = l.socket.Close(websocket.StatusCode(code), reason) }()
}

// cut ends the connection in the middle of everything.
func (l *line) cut() {
	_ = l.socket.CloseNow()
}
