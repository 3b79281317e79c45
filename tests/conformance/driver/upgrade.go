// upgrade.go: how the server answers who asks for a WebSocket: as RFC 6455 has
// it, or with the very bytes that a case says. It knows no message.

package main

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"sync"
)

// A tap is a connection that may stop reading.
type tap struct {
	net.Conn
	mutex sync.Mutex
	shut  chan struct{} // while the server is deaf; closed when it hears again
}

func (t *tap) Read(bytes []byte) (int, error) {
	count, err := t.Conn.Read(bytes)
	t.mutex.Lock()
	shut := t.shut
	t.mutex.Unlock()
	if shut != nil {
		<-shut
	}
	return count, err
}

func (t *tap) deafen() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.shut == nil {
		t.shut = make(chan struct{})
	}
}

func (t *tap) hear() {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.shut != nil {
		close(t.shut)
		t.shut = nil
	}
}

func (t *tap) Close() error {
	t.hear()
	return t.Conn.Close()
}

// A greeter answers an upgrade by a head of the case's own; "" is the usual
// one. It is what the library upgrades by.
type greeter struct {
	http.ResponseWriter
	head string
	conn *tap
}

const usualHead = "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\n" +
	"Connection: Upgrade\nSec-WebSocket-Accept: $accept"

// WriteHeader waits for Hijack, which writes the whole head.
func (g *greeter) WriteHeader(status int) {
	if status != http.StatusSwitchingProtocols {
		g.ResponseWriter.WriteHeader(status)
	}
}

// Hijack writes the head.
func (g *greeter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, both, err := http.NewResponseController(g.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	g.conn = &tap{Conn: conn}
	head := g.head
	if head == "" {
		head = usualHead
		if chosen := g.Header().Get("Sec-WebSocket-Protocol"); chosen != "" {
			head += "\nSec-WebSocket-Protocol: " + chosen
		}
	}
	_, err = g.conn.Write(headBytes(head, g.Header().Get("Sec-WebSocket-Accept")))
	return g.conn, both, err
}

func headBytes(head, accept string) []byte {
	head = strings.ReplaceAll(head, "$accept", accept)
	return []byte(strings.ReplaceAll(head, "\n", "\r\n") + "\r\n\r\n")
}

// refuse answers with the case's bytes and no WebSocket; where it says `silent`
// with nothing at all, until the client leaves.
func refuse(out http.ResponseWriter, head string) {
	conn, _, err := http.NewResponseController(out).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if head == "silent" {
		_, _ = conn.Read(make([]byte, 1))
	} else if head != "cut" {
		_, _ = conn.Write(headBytes(head, ""))
	}
}
