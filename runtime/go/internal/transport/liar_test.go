// liar_test.go: a server that lies: a raw listener, whose connections a test
// scripts, and which counts what it read.

package transport

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// liar is such a server.
type liar struct {
	t      *testing.T
	listen net.Listener

	mu     sync.Mutex
	lines  int
	heads  int // that came whole
	wholes int // with their bodies
	done   sync.WaitGroup
	ends   chan struct{} // closed: the test is over
}

// heard is a connection of a liar's.
type heard struct {
	*net.TCPConn
	liar *liar
	rest []byte
}

func startLiar(t *testing.T, each func(*heard)) *liar {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	made := &liar{t: t, listen: listen, ends: make(chan struct{})}
	made.done.Add(1)
	go func() {
		defer made.done.Done()
		for {
			conn, err := listen.Accept()
			if err != nil {
				return
			}
			made.mu.Lock()
			made.lines++
			made.mu.Unlock()
			made.done.Add(1)
			go func() {
				defer made.done.Done()
				line := &heard{TCPConn: conn.(*net.TCPConn), liar: made}
				defer func() { _ = line.Close() }()
				each(line)
			}()
		}
	}()
	t.Cleanup(func() {
		close(made.ends)
		_ = listen.Close()
		made.done.Wait()
	})
	return made
}

func (l *liar) origin() Origin {
	return Origin{Authority: l.listen.Addr().String()}
}

func (l *liar) counts() (lines, heads, wholes int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lines, l.heads, l.wholes
}

func (h *heard) more() bool {
	some := make([]byte, 64<<10)
	count, err := h.Read(some)
	h.rest = append(h.rest, some[:count]...)
	return err == nil
}

// head reads one; nil: the client has gone.
func (h *heard) head() []byte {
	for {
		if end := bytes.Index(h.rest, []byte(headEnd)); end >= 0 {
			read := h.rest[:end+len(headEnd)]
			h.rest = h.rest[len(read):]
			h.liar.mu.Lock()
			h.liar.heads++
			h.liar.mu.Unlock()
			return read
		}
		if !h.more() {
			return nil
		}
	}
}

func lengthOf(head []byte) int {
	for line := range strings.SplitSeq(string(head), "\r\n") {
		if value, is := strings.CutPrefix(line, "Content-Length: "); is {
			length, _ := strconv.Atoi(value)
			return length
		}
	}
	return 0
}

// body reads so much of a body, and counts it where it is all.
func (h *heard) body(head []byte, most int) []byte {
	length := lengthOf(head)
	for len(h.rest) < min(length, most) && h.more() {
	}
	read := h.rest[:min(len(h.rest), length)]
	h.rest = h.rest[len(read):]
	if len(read) == length {
		h.liar.mu.Lock()
		h.liar.wholes++
		h.liar.mu.Unlock()
	}
	return read
}

// request reads a whole one; false: the client has gone.
func (h *heard) request() bool {
	head := h.head()
	if head == nil {
		return false
	}
	h.body(head, 1<<30)
	return true
}

func (h *heard) say(text string) bool {
	_, err := h.Write([]byte(text))
	return err == nil
}

// wait is until the test is over, or the client has gone.
func (h *heard) wait() {
	go func() {
		<-h.liar.ends
		_ = h.Close()
	}()
	for h.more() {
		h.rest = nil
	}
}

func (h *heard) fin() {
	_ = h.CloseWrite()
	h.wait()
}

func (h *heard) rst() {
	_ = h.SetLinger(0)
	_ = h.Close()
}

const fine = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

func testHTTP(t *testing.T, change func(*HTTPOptions)) *HTTP {
	options := HTTPOptions{ConnectionsMax: 100, IdleMax: 20,
		Idle: 4 * time.Second, HeadBytesMax: 64 << 10, BodyBytesMax: 1 << 20,
		ConnectTry: 5 * time.Second}
	if change != nil {
		change(&options)
	}
	made := NewHTTP(&options)
	t.Cleanup(made.Close)
	return made
}

func (l *liar) exchange(verb string, body int) *Exchange {
	made := &Exchange{Origin: l.origin(), Verb: verb, Target: "/a?b=c",
		Header: http.Header{"User-Agent": {"test"}}}
	if body > 0 {
		made.Body = bytes.Repeat([]byte("b"), body)
	}
	return made
}

// do gives an exchange as long as it may need on a busy machine.
func do(t *testing.T, h *HTTP, x *Exchange) string {
	t.Helper()
	limited, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	words := h.Do(limited, x)
	if limited.Err() != nil {
		t.Error("the exchange was not ended by what the server did")
	}
	return words
}
