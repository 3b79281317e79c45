// tap.go: a network connection that is looked at: when bytes came, and whether
// some wait. It knows no frame.

package transport

import (
	"net"
	"sync/atomic"
	"time"
)

// tap is a network connection that is looked at: when bytes came, which was the
// first, and whether somebody waits for more.
type tap struct {
	net.Conn
	began   time.Time
	heard   atomic.Int64 // nanoseconds behind began; 0: nothing came
	first   atomic.Int32 // the first byte + 1
	reading atomic.Bool
	reads   atomic.Uint64
}

func newTap(conn net.Conn) *tap {
	return &tap{Conn: conn, began: time.Now()}
}

func (t *tap) Read(bytes []byte) (int, error) {
	t.reading.Store(true)
	count, err := t.Conn.Read(bytes)
	t.reading.Store(false)
	t.reads.Add(1)
	if count > 0 {
		if t.heard.Load() == 0 {
			t.first.Store(int32(bytes[0]) + 1)
		}
		t.heard.Store(int64(time.Since(t.began)) + 1)
	}
	return count, err
}

func (t *tap) heardAt() time.Time {
	return t.began.Add(time.Duration(t.heard.Load()))
}

// behind: nobody waits for bytes, so that those which came are being worked on;
// or some lie in the kernel.
func (t *tap) behind() bool {
	return !t.reading.Load() || hasUnread(t.Conn)
}
