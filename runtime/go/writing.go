package bell

import (
	"context"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge-go"
)

// The SDK reads its connection without a lock when it writes a command, and
// replaces it when it is closed. So commands are written under a lock of ours,
// and what closes the SDK's client waits for them first.

// The SDK's own limit of a write is 1 s.
const quietMost = 1500 * time.Millisecond

// writing is a call's context while its command may be written: the SDK asks
// for Done once before it writes, and again when it begins to wait.
type writing struct {
	context.Context
	mu    sync.Mutex
	asked int
	end   func()
}

// write is nil where the connection that the caller knows is not ready.
func (c *Client) write(ctx context.Context, sdk *centrifuge.Client) *writing {
	c.writes.RLock()
	c.mu.Lock()
	good := c.sdk == sdk && c.state == ready
	c.mu.Unlock()
	if !good {
		c.writes.RUnlock()
		return nil
	}
	return &writing{Context: ctx, end: sync.OnceFunc(c.writes.RUnlock)}
}

func (w *writing) Done() <-chan struct{} {
	w.mu.Lock()
	w.asked++
	written := w.asked == 2
	w.mu.Unlock()
	if written {
		w.end()
	}
	return w.Context.Done()
}

// quiet returns when nothing is being written. The client is not ready any
// more, so nothing begins to be.
func (c *Client) quiet() {
	for most := time.Now().Add(quietMost); time.Now().Before(most); {
		if c.writes.TryLock() {
			c.writes.Unlock()
			return
		}
		time.Sleep(time.Millisecond)
	}
}
