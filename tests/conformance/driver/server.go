// server.go: one WebSocket server for all cases; the path of a connection says
// whose it is. It answers what no case cares about and tells its case the rest.

package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
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
	header  http.Header // of a request for an upgrade
	web     *webLine    // of a connection of REST
	asked   *webRequest // the same: what came
}

// A desk is where one play hears of its connections.
type desk struct {
	manual   bool // connect and subscribe are answered by the play
	events   chan event
	mutex    sync.Mutex
	upgrades []string // how the next ones are answered
}

// upgrade takes how the next one is answered; "" is as usual.
func (d *desk) upgrade() string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if len(d.upgrades) == 0 {
		return ""
	}
	next := d.upgrades[0]
	d.upgrades = d.upgrades[1:]
	return next
}

type server struct {
	addresses map[string]string // by certificate; "" is without TLS
	shown     map[string]*tls.Certificate
	trusted   string // the file of the authority
	mutex     sync.Mutex
	desks     map[string]*desk
}

// A line is one connection of a client. What goes out is done in order by a
// goroutine of its own: a client that does not read holds up nobody else.
type line struct {
	socket *websocket.Conn
	conn   *tap
	wire   wire
	held   []reply
	todo   chan func() error
	over   chan struct{} // closed when the connection has ended
}

func openServer() (*server, error) {
	made := &server{addresses: map[string]string{}, desks: map[string]*desk{},
		shown: map[string]*tls.Certificate{}}
	signer, err := newAuthority()
	if err != nil {
		return nil, err
	}
	if made.trusted, err = signer.write(); err != nil {
		return nil, err
	}
	for _, kind := range append([]string{""}, certificates...) {
		if err := made.listen(signer, kind); err != nil {
			return nil, err
		}
	}
	return made, nil
}

func (s *server) close() { _ = os.Remove(s.trusted) }

func (s *server) listen(signer *authority, kind string) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	s.addresses[kind] = listener.Addr().String()
	if kind != "" {
		shown, err := signer.certificateOf(kind)
		if err != nil {
			return err
		}
		s.shown[kind] = &shown
		listener = tls.NewListener(listener, &tls.Config{
			Certificates: []tls.Certificate{shown}})
	}
	quiet := &http.Server{Handler: s, ErrorLog: log.New(io.Discard, "", 0)}
	go func() { _ = quiet.Serve(listener) }()
	return nil
}

// openWeb opens a server of HTTP for one case.
func (s *server) openWeb(where *desk, certificate string) (*web, error) {
	return openWeb(where, s.shown[certificate])
}

// register opens a desk; the url is where its client has to connect to.
func (s *server) register(key string, one *Case) (*desk, string) {
	made := &desk{manual: one.Manual, events: make(chan event, 4096),
		upgrades: one.Upgrades}
	s.mutex.Lock()
	s.desks[key] = made
	s.mutex.Unlock()
	scheme := "ws"
	if one.Certificate != "" {
		scheme = "wss"
	}
	return made, fmt.Sprintf("%s://%s/%s", scheme,
		s.addresses[one.Certificate], key)
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
	where.events <- event{kind: "dialed", header: in.Header}
	head := where.upgrade()
	if head != "" && !strings.Contains(head, "$accept") && !strings.HasPrefix(head, "HTTP/1.1 101") {
		refuse(out, head)
		return
	}
	greeting := &greeter{ResponseWriter: out, head: head}
	socket, err := websocket.Accept(greeting, in, &websocket.AcceptOptions{
		Subprotocols: []string{"centrifuge-protobuf", "centrifuge-json"}})
	if err != nil {
		where.events <- event{kind: "trouble", text: err.Error()}
		return
	}
	socket.SetReadLimit(messageMax)
	made := &line{socket: socket, conn: greeting.conn, wire: jsonWire{},
		todo: make(chan func() error, 4096), over: make(chan struct{})}
	if socket.Subprotocol() == "centrifuge-protobuf" ||
		in.URL.Query().Get("cf_protocol") == "protobuf" {
		made.wire = protobufWire{}
	}
	go made.write(where)
	made.read(where)
	close(made.over)
	_ = socket.CloseNow()
}

func (l *line) write(where *desk) {
	for {
		select {
		case next := <-l.todo:
			if err := next(); err != nil {
				where.events <- event{kind: "unsent", text: err.Error()}
			}
		case <-l.over:
			return
		}
	}
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
			l.send(reply{ID: one.ID, Kind: kind})
			kind = "line"
		}
	}
	where.events <- event{kind: kind, line: l, command: one}
}

// send writes what was held and this, as one message.
func (l *line) send(one reply) {
	replies := append(l.held, one)
	l.held = nil
	l.todo <- func() error { return l.sendNow(one, replies) }
}

func (l *line) sendNow(one reply, replies []reply) error {
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

// bytes go to the socket, below any framing.
func (l *line) bytes(text string) {
	l.todo <- func() error {
		_, err := l.conn.Write([]byte(text))
		return err
	}
}

// hangUp says goodbye with a code and does not wait for the client's.
func (l *line) hangUp(code int, reason string) {
	l.todo <- func() error {
		go func() { _ = l.socket.Close(websocket.StatusCode(code), reason) }()
		return nil
	}
}

// cut ends the connection in the middle of everything.
func (l *line) cut() {
	l.todo <- func() error {
		_ = l.socket.CloseNow()
		return nil
	}
}
