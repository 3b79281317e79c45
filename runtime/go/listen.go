// listen.go: who hears what comes on a line of messages: what waits for them,
// taken one by one, decoded where it is taken. It knows no socket.

package bell

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// Counts are of what came to a Stream or a Listener since it was opened.
type Counts struct {
	Received uint64
	// for want of room, before they were taken
	Dropped uint64
	Unknown uint64 // taken, with a tag that the schema does not have
	Bad     uint64 // taken, and not as the schema says
	Waiting int    // not taken yet
}

// BadItem is the error of a message that does not fit the schema. Others follow
// it: it ends nothing.
type BadItem struct {
	Raw []byte // as it came
	Err *Error // what is wrong with it: Path and Offset
}

func (b *BadItem) Error() string { return b.Err.Message }

// Unwrap returns Err.
func (b *BadItem) Unwrap() error { return b.Err }

// listener has an inbox on a line.
type listener struct {
	client *Client
	line   *socketLine
	stream *schema.Stream
	filled chan struct{} // something waits
	over   chan struct{} // closed by close
	once   sync.Once
	quiet  chan struct{} // closed: its goroutine has ended; nil: none

	// under the link's mutex
	inbox        core.Inbox
	unknown, bad uint64
}

// listen opens a listener, and its line where there is none.
func (c *Client) listen(stream *schema.Stream,
	target string) (*listener, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, localError(StatusClosed, SentNo, "", "the client is closed")
	}
	carrier, err := c.socketLine(stream.Socket, target, true)
	if err != nil {
		return nil, err
	}
	made := &listener{client: c, line: carrier, stream: stream,
		filled: make(chan struct{}, 1), over: make(chan struct{}),
		inbox: core.Inbox{ItemsMax: stream.Keep,
			BytesMax: c.options.limits.InboxBytes}}
	carrier.users++
	l := carrier.link
	l.mu.Lock()
	l.session.Listen(&made.inbox)
	l.listeners = append(l.listeners, made)
	l.mu.Unlock()
	carrier.start()
	return made, nil
}

// start opens a line once; its client's mutex is held.
func (s *socketLine) start() {
	if !s.started {
		s.started = true
		s.open()
	}
}

// close lets it hear no more; what waits is forgotten. It may be called several
// times, and from anywhere.
func (w *listener) close() {
	w.once.Do(func() {
		l := w.line.link
		l.mu.Lock()
		l.session.Unlisten(&w.inbox)
		for i, each := range l.listeners {
			if each == w {
				l.listeners = append(l.listeners[:i:i], l.listeners[i+1:]...)
				break
			}
		}
		l.mu.Unlock()
		close(w.over)
		w.client.leave(w.line)
	})
}

func (w *listener) counts() Counts {
	l := w.line.link
	l.mu.Lock()
	defer l.mu.Unlock()
	counts := w.inbox.Counts()
	return Counts{Received: counts.Came, Dropped: counts.Dropped,
		Waiting: counts.Waiting, Unknown: w.unknown, Bad: w.bad}
}

// take gives the oldest item that waits, or why none will come; and what is
// closed when the line's state changes.
func (w *listener) take() (item []byte, some bool, changed <-chan struct{},
	end error) {
	l := w.line.link
	l.mu.Lock()
	defer l.mu.Unlock()
	item, some = w.inbox.Take()
	switch state := l.session.State(); {
	case some:
		if w.inbox.Counts().Waiting > 0 {
			nudge(w.filled) // another one may wait for it
		}
	case state == core.Closed:
		end = localError(StatusClosed, SentUnknown, "", "the client was closed")
	case state == core.Terminal:
		trouble := l.session.Trouble()
		trouble.Status = seam.Terminal
		end = errorOf(&trouble, "")
	}
	return item, some, l.changed, end
}

func (w *listener) closed() error {
	return localError(StatusClosed, SentUnknown, "", "%s was closed", w.line.name)
}

// next waits for an item. Where it gives an error, nothing was taken.
func (w *listener) next(ctx context.Context) ([]byte, error) {
	begun := time.Now()
	for {
		select {
		case <-w.over:
			return nil, w.closed()
		default:
		}
		if ctx.Err() != nil {
			return nil, w.waited(ctx, time.Since(begun))
		}
		item, some, changed, end := w.take()
		if some || end != nil {
			return item, end
		}
		select {
		case <-w.filled:
		case <-changed:
		case <-w.over:
		case <-ctx.Done():
		}
	}
}

// waited is the error of a context that has ended.
func (w *listener) waited(ctx context.Context, waited time.Duration) error {
	why := ""
	if state, _, trouble := w.line.look(); state != core.Ready &&
		trouble.Message != "" {
		why = ": " + trouble.Message
	}
	made := localError(StatusDeadline, SentUnknown, "", "no item within %d ms%s",
		milliseconds(waited), why)
	if ctx.Err() == context.Canceled {
		made = localError(StatusCancelled, SentUnknown, "",
			"%s: waiting was cancelled", w.line.name)
	}
	made.cause = ctx.Err()
	return made
}

// decode reads an item into out; what does not fit is counted, and a variant
// that the schema does not have.
func (w *listener) decode(item []byte, out any) error {
	t := w.stream.Item
	var wrong *Error
	err := decodeWithin(t, item, out, "item", w.client.options.limits)
	if errors.As(err, &wrong) {
		w.count(&w.bad)
		return &BadItem{Raw: item, Err: wrong}
	}
	if value := reflect.ValueOf(out).Elem(); value.Kind() == reflect.Interface &&
		value.Elem().Type() == t.Unknown {
		w.count(&w.unknown)
	}
	return nil
}

func (w *listener) count(which *uint64) {
	w.line.mu.Lock()
	defer w.line.mu.Unlock()
	*which++
}

// closeAll ends lines; who hears what they bring has a moment to end.
func closeAll(lines []*socketLine) {
	var quiet []chan struct{}
	for _, each := range lines {
		each.mu.Lock()
		for _, w := range each.listeners {
			if w.quiet != nil {
				quiet = append(quiet, w.quiet)
			}
		}
		each.mu.Unlock()
		each.close()
	}
	timer := time.NewTimer(settleMost)
	defer timer.Stop()
	for _, each := range quiet {
		select {
		case <-each:
		case <-timer.C:
			return
		}
	}
}
