// faults_test.go: lines that break: how often a server reads a request, and
// whether we say truly that it was sent.

package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// faults are what a server does with a request; the first of a line may be
// answered well.
var faults = []struct {
	name   string
	does   func(*heard, []byte)
	status int // of the answer that there is all the same
}{
	{"hangs up after the head", func(h *heard, _ []byte) { h.fin() }, 0},
	{"resets after the head", func(h *heard, _ []byte) { h.rst() }, 0},
	{"closes with unread bytes", func(h *heard, _ []byte) { _ = h.Close() }, 0},
	{"resets after half the body", func(h *heard, head []byte) {
		h.body(head, lengthOf(head)/2)
		h.rst()
	}, 0},
	{"hangs up after all", func(h *heard, head []byte) {
		h.body(head, 1<<30)
		h.fin()
	}, 0},
	{"resets after all", func(h *heard, head []byte) {
		h.body(head, 1<<30)
		h.rst()
	}, 0},
	{"ends within the status line", func(h *heard, head []byte) {
		h.body(head, 1<<30)
		h.say("HTTP/1.1 2")
		h.fin()
	}, 0},
	{"resets within the status line", func(h *heard, head []byte) {
		h.body(head, 1<<30)
		h.say("HTTP/1.1 2")
		h.rst()
	}, 0},
	{"ends within the head", func(h *heard, head []byte) {
		h.body(head, 1<<30)
		h.say("HTTP/1.1 200 OK\r\nContent-")
		h.fin()
	}, 0},
	{"ends after 100", func(h *heard, head []byte) {
		h.body(head, 1<<30)
		h.say("HTTP/1.1 100 Continue\r\n\r\n")
		h.fin()
	}, 0},
	{"ends within the body", func(h *heard, head []byte) {
		h.body(head, 1<<30)
		h.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
		h.fin()
	}, 0},
	{"resets within the body", func(h *heard, head []byte) {
		h.body(head, 1<<30)
		h.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
		h.rst()
	}, 0},
	{"refuses before the body", func(h *heard, _ []byte) {
		h.say("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n" +
			"Connection: close\r\n\r\nbig")
		h.fin()
	}, 413},
	{"refuses, and reads on", func(h *heard, head []byte) {
		h.say("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
		h.body(head, 1<<30)
		h.wait()
	}, 413},
}

// kinds are requests; net/http may send some of them again by itself.
var kinds = []struct {
	name, verb string
	body       int
}{
	{"GET", http.MethodGet, 0},
	{"POST", http.MethodPost, 256},
	{"POST without a body", http.MethodPost, 0},
	{"POST of 1 MB", http.MethodPost, 1 << 20},
	{"PUT", http.MethodPut, 256},
	{"DELETE", http.MethodDelete, 0},
}

// TestNothingIsSentTwice holds it of new lines and of kept ones.
func TestNothingIsSentTwice(t *testing.T) {
	for _, fault := range faults {
		for _, kind := range kinds {
			for _, kept := range []bool{false, true} {
				name := fault.name + ", " + kind.name
				if kept {
					name += ", kept"
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					server := startLiar(t, func(h *heard) {
						if kept && !(h.request() && h.say(fine)) {
							return
						}
						if head := h.head(); head != nil {
							fault.does(h, head)
						}
					})
					h := testHTTP(t, nil)
					before := 0
					if kept {
						before = 1
						if words := do(t, h, server.exchange("GET", 0)); words != "" {
							t.Fatal(words)
						}
					}
					x := server.exchange(kind.verb, kind.body)
					words := do(t, h, x)
					if (words == "") != (fault.status != 0) || !x.Sent() ||
						x.Status != fault.status && fault.status != 0 {
						t.Errorf("got %q, %d, sent %v", words, x.Status, x.Sent())
					}
					_, heads, _ := server.counts()
					if heads != before+1 {
						t.Errorf("the server read %d requests", heads-before)
					}
				})
			}
		}
	}
}

// TestStaleLinesAreReplaced: what a server does to a kept line before the next
// request costs nothing.
func TestStaleLinesAreReplaced(t *testing.T) {
	for _, each := range []struct {
		name string
		does func(*heard)
	}{
		{"hangs up", func(h *heard) { _ = h.Close() }},
		{"hangs up, but reads on", func(h *heard) { _ = h.CloseWrite() }},
		{"resets", func(h *heard) { h.rst() }},
		{"says 408", func(h *heard) {
			h.say("HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n" +
				"Connection: close\r\n\r\n")
			_ = h.CloseWrite()
		}},
		{"says something to nobody", func(h *heard) { h.say(fine) }},
		{"says a byte", func(h *heard) { h.say("H") }},
	} {
		for _, kind := range kinds {
			t.Run(each.name+", "+kind.name, func(t *testing.T) {
				t.Parallel()
				answered, done := make(chan struct{}), make(chan struct{})
				server := startLiar(t, func(h *heard) {
					if !h.request() || !h.say(fine) {
						return
					}
					select {
					case <-answered:
						each.does(h)
						close(done)
						h.wait()
					case <-h.liar.ends:
					}
				})
				h := testHTTP(t, nil)
				if words := do(t, h, server.exchange("GET", 0)); words != "" {
					t.Fatal(words)
				}
				answered <- struct{}{}
				<-done
				x := server.exchange(kind.verb, kind.body)
				words := do(t, h, x)
				_, heads, _ := server.counts()
				if words != "" || string(x.Answer) != "ok" || heads != 2 {
					t.Errorf("got %q, %q, %d requests", words, x.Answer, heads)
				}
			})
		}
	}
}

// TestNotSent: what ends before a byte of the request has left.
func TestNotSent(t *testing.T) {
	server := startLiar(t, func(h *heard) { h.wait() })
	_ = server.listen.Close()
	x := server.exchange("POST", 10)
	words := do(t, testHTTP(t, nil), x)
	if words != "cannot connect to "+x.Origin.Authority+": Connection refused" ||
		x.Sent() || x.Connected() {
		t.Errorf("got %q, %v", words, x.Sent())
	}
	silent := startLiar(t, func(h *heard) { h.wait() })
	x = silent.exchange("POST", 10)
	x.Origin.Secure = true
	limited, cancel := context.WithCancelCause(context.Background())
	time.AfterFunc(20*time.Millisecond, func() { cancel(errors.New("over")) })
	if words := testHTTP(t, nil).Do(limited, x); words == "" || x.Sent() {
		t.Errorf("got %q, %v", words, x.Sent())
	}
}

// TestLinesAreSharedWithinLimits: no more at once than are allowed, and what is
// kept is used again.
func TestLinesAreSharedWithinLimits(t *testing.T) {
	gate := make(chan struct{})
	server := startLiar(t, func(h *heard) {
		for h.request() {
			<-gate
			h.say(fine)
		}
	})
	h := testHTTP(t, func(o *HTTPOptions) { o.ConnectionsMax = 2 })
	ended := make(chan string, 6)
	for range 6 {
		go func() { ended <- do(t, h, server.exchange("POST", 3)) }()
	}
	for range 6 {
		gate <- struct{}{}
	}
	for range 6 {
		if words := <-ended; words != "" {
			t.Error(words)
		}
	}
	if lines, _, wholes := server.counts(); lines > 2 || wholes != 6 {
		t.Errorf("%d lines for %d requests", lines, wholes)
	}
}

// TestIdleLinesEnd: by our own limit, and by what the server says of its.
func TestIdleLinesEnd(t *testing.T) {
	for name, says := range map[string]string{
		"ours": fine,
		"the server's": "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1, max=5\r\n" +
			"Content-Length: 2\r\n\r\nok"} {
		t.Run(name, func(t *testing.T) {
			server := startLiar(t, func(h *heard) {
				for h.request() && h.say(says) {
				}
			})
			h := testHTTP(t, func(o *HTTPOptions) {
				if name == "ours" {
					o.Idle = time.Millisecond
				}
			})
			for range 2 {
				if words := do(t, h, server.exchange("POST", 3)); words != "" {
					t.Fatal(words)
				}
				time.Sleep(20 * time.Millisecond)
			}
			if lines, _, _ := server.counts(); lines != 2 {
				t.Errorf("%d lines", lines)
			}
		})
	}
}

// TestEarlyAnswersEndTheirLine: nobody knows what the rest of the request does
// there. A pipe holds nothing, so that its reader says when a write is over.
func TestEarlyAnswersEndTheirLine(t *testing.T) {
	for early, read := range map[bool]int{true: 1000, false: 1 << 30} {
		ours, theirs := net.Pipe()
		line := newHTTPLine(ours, ours, 1000, func() {})
		x := &Exchange{Verb: "POST", Body: bytes.Repeat([]byte("b"), 200000)}
		line.take(x, false)
		request := append([]byte("POST / HTTP/1.1\r\n\r\n"), x.Body...)
		written := make(chan struct{})
		go func() {
			defer close(written)
			_, _ = line.Write(request)
		}()
		_, _ = io.ReadFull(theirs, make([]byte, min(read, len(request))))
		go func() { _, _ = theirs.Write([]byte(fine)) }()
		if _, err := line.Read(make([]byte, 4096)); err != nil {
			t.Fatal(err)
		}
		if line.spent != early {
			t.Errorf("early %v: spent %v", early, line.spent)
		}
		_ = theirs.Close()
		<-written
	}
}

// breaking is a connection on which so many writes succeed, and an answer lies.
type breaking struct {
	net.Conn
	writes int
}

func (b *breaking) Write(bytes []byte) (int, error) {
	if b.writes == 0 {
		return 0, syscall.EPIPE
	}
	b.writes--
	return len(bytes), nil
}

func (b *breaking) Read(bytes []byte) (int, error) {
	return copy(bytes, fine), nil
}

// TestAnswersOfBrokenLinesAreRead: net/http would end the exchange where a
// write fails; where nothing was written it may.
func TestAnswersOfBrokenLinesAreRead(t *testing.T) {
	for _, writes := range []int{0, 1} {
		conn := &breaking{writes: writes}
		line := newHTTPLine(conn, conn, 1000, func() {})
		x := &Exchange{Verb: "POST", Body: bytes.Repeat([]byte("b"), 200000)}
		line.take(x, false)
		request := append([]byte("POST / HTTP/1.1\r\n\r\n"), x.Body...)
		count, err := line.Write(request)
		if writes == 0 {
			if count != 0 || err == nil || x.Sent() {
				t.Errorf("got %d, %v, sent %v", count, err, x.Sent())
			}
			continue
		}
		if count != len(request) || err != nil || !x.Sent() {
			t.Errorf("got %d, %v, sent %v", count, err, x.Sent())
		}
		read := make([]byte, 4096)
		count, err = line.Read(read)
		if string(read[:count]) != fine || err != nil || !line.spent {
			t.Errorf("got %q, %v, spent %v", read[:count], err, line.spent)
		}
	}
}

// TestCloseLeavesNothing: no goroutine is left behind.
func TestCloseLeavesNothing(t *testing.T) {
	before := runtime.NumGoroutine()
	stopped := make(chan struct{})
	server := startLiar(t, func(h *heard) {
		for h.request() {
			if h.rest == nil {
				h.say(fine)
			}
			<-stopped
		}
	})
	h := testHTTP(t, nil)
	limited, cancel := context.WithCancel(context.Background())
	ended := make(chan string, 4)
	for range 4 {
		go func() { ended <- h.Do(limited, server.exchange("POST", 3)) }()
	}
	cancel()
	for range 4 {
		<-ended
	}
	h.Close()
	close(stopped)
	_ = server.listen.Close()
	server.done.Wait()
	for tries := 0; runtime.NumGoroutine() > before && tries < 1000; tries++ {
		time.Sleep(time.Millisecond)
	}
	if left := runtime.NumGoroutine() - before; left > 0 {
		t.Errorf("%d goroutines are left", left)
	}
}
