// dial_linux_test.go: a dial that nobody answers is given up with whoever
// wanted it.

package transport

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"runtime/pprof"
	"strings"
	"syscall"
	"testing"
	"time"
)

// deaf is an address where nothing is answered: its queue is full.
func deaf(t *testing.T) string {
	t.Helper()
	listener, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(listener) })
	local := &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	if err := syscall.Bind(listener, local); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(listener, 0); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(listener)
	if err != nil {
		t.Fatal(err)
	}
	address := fmt.Sprintf("127.0.0.1:%d", bound.(*syscall.SockaddrInet4).Port)
	for range 16 {
		conn, err := net.DialTimeout("tcp", address, 100*time.Millisecond)
		if err != nil {
			return address
		}
		t.Cleanup(func() { _ = conn.Close() })
	}
	t.Fatal("the queue of " + address + " does not fill")
	return ""
}

func dials() bool {
	var all strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&all, 1)
	return strings.Contains(all.String(), "net.(*Dialer)")
}

func TestDialIsGivenUp(t *testing.T) {
	url, wrong := ReadURL("ws://" + deaf(t) + "/x")
	if wrong != "" {
		t.Fatal(wrong)
	}
	socket := NewWebSocket(&Options{URL: url, MessageBytesMax: 1})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if wire, _ := socket.Dial(ctx); wire != nil {
			t.Error("it was answered")
		}
	}()
	for !dials() {
		time.Sleep(time.Millisecond)
	}
	cancel()
	<-ended
	for rounds := 0; dials(); rounds++ {
		if rounds == 10000 {
			t.Fatal("it still dials")
		}
		time.Sleep(time.Millisecond)
	}
}

// TestCloseEndsDials: nobody waits for what nobody wants any more.
func TestCloseEndsDials(t *testing.T) {
	h := testHTTP(t, func(o *HTTPOptions) { o.ConnectTry = time.Hour })
	x := &Exchange{Origin: Origin{Authority: deaf(t)}, Verb: "GET", Target: "/",
		Header: http.Header{}}
	ended := make(chan string, 1)
	go func() { ended <- h.Do(context.Background(), x) }()
	for !dials() {
		time.Sleep(time.Millisecond)
	}
	h.Close()
	if words := <-ended; words == "" || x.Sent() {
		t.Errorf("got %q, sent %v", words, x.Sent())
	}
}
