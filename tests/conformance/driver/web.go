// web.go: the HTTP server of one case: raw connections, whose requests are read
// byte by byte. What it answers, and when, the steps say: by itself it does
// nothing.

package main

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	webHeadMax = 1 << 20
	webBodyMax = 64 << 20
	webRoom    = 64 << 10 // for what is not read, where a step has that
)

// A web is where the client of one case connects to.
type web struct {
	desk     *desk
	number   int // counts from 1
	address  string
	shown    *tls.Certificate
	shy      bool // a connection is not read before a step says so
	heads    bool // a body is not read before a step says so
	mutex    sync.Mutex
	listener net.Listener // nil: nobody listens
	lines    []*webLine
	released bool
}

// A webLine is one connection; its number counts from 1.
type webLine struct {
	web    *web
	number int
	conn   net.Conn
	input  *bufio.Reader
	going  chan struct{} // a step lets it read on
	todo   chan func() error
	over   chan struct{} // closed when the connection has ended
}

// A webRequest is one that came; its lines are without their ends.
type webRequest struct {
	line   string
	fields []string
	body   string
	came   time.Time
	seen   bool // its head was a step's
}

func openWeb(where *desk, shown *tls.Certificate) (*web, error) {
	made := &web{desk: where, shown: shown, address: "127.0.0.1:0"}
	return made, made.listen()
}

func (w *web) url() string {
	if w.shown != nil {
		return "https://" + w.address
	}
	return "http://" + w.address
}

// named puts host and port where a text names them.
func (w *web) named(text string) string {
	_, port, _ := strings.Cut(w.address, ":")
	return strings.NewReplacer("$host", w.address, "$port", port).Replace(text)
}

// listen takes connections, at the address of before where there was one.
func (w *web) listen() error {
	listener, err := net.Listen("tcp", w.address)
	if err != nil {
		return err
	}
	w.mutex.Lock()
	w.listener = listener
	w.mutex.Unlock()
	w.address = listener.Addr().String()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go w.serve(conn)
		}
	}()
	return nil
}

// hide refuses connections from now on; those that are there stay.
func (w *web) hide() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.listener != nil {
		_ = w.listener.Close()
		w.listener = nil
	}
}

// close ends all.
func (w *web) close() {
	w.hide()
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, one := range w.lines {
		_ = one.conn.Close()
	}
}

// find gives a connection by its number; nil where it has not come.
func (w *web) find(number int) *webLine {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if number < 1 || number > len(w.lines) {
		return nil
	}
	return w.lines[number-1]
}

func (w *web) serve(conn net.Conn) {
	if plain, found := conn.(*net.TCPConn); found && (w.shy || w.heads) {
		_ = plain.SetReadBuffer(webRoom)
	}
	if w.shown != nil {
		conn = tls.Server(conn, &tls.Config{
			Certificates: []tls.Certificate{*w.shown}})
	}
	made := &webLine{web: w, conn: conn, input: bufio.NewReader(conn),
		going: make(chan struct{}, 16), todo: make(chan func() error, 4096),
		over: make(chan struct{})}
	w.mutex.Lock()
	w.lines = append(w.lines, made)
	made.number = len(w.lines)
	if w.released {
		close(made.going)
	}
	w.mutex.Unlock()
	w.desk.events <- event{kind: "accepted", web: made}
	go made.write(w.desk)
	if w.shy {
		made.wait()
	}
	for made.take(w) {
	}
	close(made.over)
	_ = conn.Close()
	w.desk.events <- event{kind: "gone", web: made}
}

// release lets all connections read on, and those that come.
func (w *web) release() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.released = true
	for _, one := range w.lines {
		close(one.going)
	}
}

// wait lets a step say when to read on.
func (l *webLine) wait() { <-l.going }

func (l *webLine) write(where *desk) {
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

// take reads one request and tells it; false where the connection has ended.
func (l *webLine) take(w *web) bool {
	made := &webRequest{}
	lines, err := l.head()
	if err != nil {
		if len(lines) != 0 {
			w.desk.events <- event{kind: "trouble", text: fmt.Sprintf(
				"a part of a request: %s", shown(strings.Join(lines, "|")))}
		}
		return false
	}
	made.line, made.fields = lines[0], lines[1:]
	if w.heads {
		w.desk.events <- event{kind: "head", web: l, asked: made}
		l.wait()
	}
	if made.body, err = l.body(made); err != nil {
		if !w.heads {
			w.desk.events <- event{kind: "trouble", text: fmt.Sprintf(
				"%s and a part of its body: %v", made.line, err)}
		}
		return false
	}
	made.came = time.Now()
	w.desk.events <- event{kind: "request", web: l, asked: made}
	return true
}

// head reads the lines up to the empty one. A client ends each by CRLF.
func (l *webLine) head() ([]string, error) {
	var lines []string
	var line []byte
	for size := 0; size < webHeadMax; size++ {
		one, err := l.input.ReadByte()
		if err != nil {
			if len(line) != 0 {
				lines = append(lines, string(line))
			}
			return lines, err
		}
		if one != '\n' {
			line = append(line, one)
			continue
		}
		if len(line) == 0 || line[len(line)-1] != '\r' {
			return append(lines, string(line)), fmt.Errorf("a bare LF")
		}
		if len(line) == 1 {
			if len(lines) == 0 {
				return []string{""}, fmt.Errorf("an empty line")
			}
			return lines, nil
		}
		lines = append(lines, string(line[:len(line)-1]))
		line = nil
	}
	return lines, fmt.Errorf("a head without end")
}

func (l *webLine) body(made *webRequest) (string, error) {
	size := 0
	for _, field := range made.fields {
		name, value, _ := strings.Cut(field, ": ")
		if strings.EqualFold(name, "Transfer-Encoding") {
			return "", fmt.Errorf("%s", field)
		}
		if !strings.EqualFold(name, "Content-Length") {
			continue
		}
		length, err := strconv.Atoi(value)
		if err != nil || length < 0 || length > webBodyMax {
			return "", fmt.Errorf("%s", field)
		}
		size = length
	}
	bytes := make([]byte, size)
	_, err := io.ReadFull(l.input, bytes)
	return string(bytes), err
}

// ---- What goes out ----------------------------------------------------------

// A webReply is what the server answers; it is written as it stands.
type webReply struct {
	bytes string
	parts int           // in pieces of so many bytes; 0: in one
	every time.Duration // between pieces
	end   string        // close, reset, or "" for neither
}

func (l *webLine) send(one webReply) {
	l.todo <- func() error { return l.sendNow(one) }
}

func (l *webLine) sendNow(one webReply) error {
	rest := []byte(one.bytes)
	for len(rest) > 0 {
		size := len(rest)
		if one.parts != 0 {
			size = min(one.parts, size)
		}
		if _, err := l.conn.Write(rest[:size]); err != nil {
			return err
		}
		rest = rest[size:]
		if one.every != 0 && len(rest) > 0 {
			time.Sleep(one.every)
		}
	}
	switch one.end {
	case "close":
		return l.finish()
	case "reset":
		return l.reset()
	}
	return nil
}

// finish says that nothing more comes, and reads on.
func (l *webLine) finish() error {
	if half, found := l.conn.(interface{ CloseWrite() error }); found {
		return half.CloseWrite()
	}
	return l.conn.Close()
}

// reset breaks the connection off.
func (l *webLine) reset() error {
	conn := l.conn
	if wrapped, found := conn.(*tls.Conn); found {
		conn = wrapped.NetConn()
	}
	if plain, found := conn.(*net.TCPConn); found {
		_ = plain.SetLinger(0)
	}
	return conn.Close()
}
