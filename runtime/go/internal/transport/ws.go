// Package transport is how bytes get there: a WebSocket by coder/websocket. It
// knows no call, no id and no protocol.
package transport

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const (
	headBytesMax = 16 << 10
	// a program that ends is not held up for longer
	goodbyeMost = 50 * time.Millisecond
	scratchMin  = 4 << 10
	scratchKept = 64 << 10
)

// Options of a WebSocket.
type Options struct {
	URL             URL
	TLS             *tls.Config
	Proxy           *Proxy // nil: none
	Header          http.Header
	MessageBytesMax int64
}

// WebSocket dials one url.
type WebSocket struct {
	url     URL
	tls     *tls.Config
	proxy   *Proxy
	header  http.Header
	limit   int64
	address string
}

// NewWebSocket makes a transport; nothing is dialed yet.
func NewWebSocket(options *Options) *WebSocket {
	made := &WebSocket{url: options.URL, tls: options.TLS, proxy: options.Proxy,
		header: options.Header.Clone(), limit: options.MessageBytesMax,
		address: options.URL.String()}
	if made.header == nil {
		made.header = http.Header{}
	}
	if made.header["User-Agent"] == nil {
		made.header["User-Agent"] = []string{""} // then net/http sends none
	}
	return made
}

type wire struct {
	socket  *websocket.Conn
	tap     *tap
	limit   int64
	scratch []byte
}

// Dial has a client of its own: no redirect, no proxy of the environment, a
// head of at most 16 KiB.
func (w *WebSocket) Dial(ctx context.Context) (seam.Wire, seam.LineEnd) {
	var line atomic.Pointer[tap]
	transport := &http.Transport{TLSClientConfig: w.tls,
		MaxResponseHeaderBytes: headBytesMax, DisableKeepAlives: true,
		DisableCompression: true, // else it would ask for gzip
		// Its own context lives on after the request, for another one that
		// might want the connection: nothing answers there, perhaps for minutes.
		DialContext: func(_ context.Context, _, address string) (net.Conn, error) {
			conn, err := reach(ctx, w.proxy, address)
			if err != nil {
				return nil, err
			}
			made := newTap(conn)
			line.Store(made)
			if ctx.Err() != nil { // whoever wanted it has gone
				_ = made.Close()
			}
			return made, nil
		}}
	greeting := &handshake{by: transport}
	client := &http.Client{Transport: greeting,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		}}
	socket, _, err := websocket.Dial(ctx, w.address, &websocket.DialOptions{
		HTTPClient: client, HTTPHeader: w.header})
	if err != nil {
		made := line.Load()
		end := w.notUp(err, made)
		if greeting.refusal != "" {
			end = local("%s", greeting.refusal)
		}
		if made != nil {
			_ = made.Close()
		}
		return nil, end
	}
	socket.SetReadLimit(w.limit)
	return &wire{socket: socket, tap: line.Load(), limit: w.limit}, seam.LineEnd{}
}

// Read gives a message in memory of its own: it is decoded while the next ones
// come.
func (c *wire) Read() ([]byte, seam.LineEnd, bool) {
	_, reader, err := c.socket.Reader(context.Background())
	if err != nil {
		return nil, c.down(err), false
	}
	if cap(c.scratch) < scratchMin || cap(c.scratch) > scratchKept {
		c.scratch = make([]byte, scratchMin)
	}
	room := c.scratch[:cap(c.scratch)]
	size := 0
	for {
		if size == len(room) {
			room = append(room, 0)
			room = room[:cap(room)]
		}
		count, err := reader.Read(room[size:])
		size += count
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, c.down(err), false
		}
	}
	if size > scratchKept { // a large one is given away, not copied
		c.scratch = nil
		return room[:size:size], seam.LineEnd{}, true
	}
	c.scratch = room
	return append(make([]byte, 0, size), room[:size]...), seam.LineEnd{}, true
}

func (c *wire) Write(frame []byte) bool {
	err := c.socket.Write(context.Background(), websocket.MessageText, frame)
	return err == nil
}

// Goodbye ends a write that hangs as well: nobody waits for it any more.
func (c *wire) Goodbye(code int) {
	timer := time.AfterFunc(goodbyeMost, c.Abort)
	_ = c.socket.Close(websocket.StatusCode(code), "")
	timer.Stop()
	c.Abort()
}

// Abort closes the network's connection below TLS, which would say goodbye.
func (c *wire) Abort() { _ = c.tap.Conn.Close() }

func (c *wire) HeardAt() time.Time { return c.tap.heardAt() }

func (c *wire) Behind() bool { return c.tap.behind() }
