// stream.go: what programs listen with: streams of one type, and functions for
// messages of several. For generated code and its users.

package bell

import (
	"context"
	"errors"
	"iter"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// Stream gives the items of a WebSocket one by one. It connects again by itself
// when its connection is lost; items that the server sent meanwhile are missing
// then. Its methods may be called by several goroutines at once: each item goes
// to one of them.
type Stream[T any] struct{ from *listener }

// OpenStream returns when a stream is connected, and its token taken. Its
// context limits this wait alone, for which WithConnectWait is the limit where
// it has no deadline. For generated code.
func OpenStream[T any](ctx context.Context, c *Client, stream *schema.Stream,
	params any) (*Stream[T], error) {
	target, err := c.targetOf(stream, params)
	if err != nil {
		return nil, err
	}
	from, err := c.listen(stream, target)
	if err != nil {
		return nil, err
	}
	if err := from.line.ready(ctx); err != nil {
		from.close()
		return nil, err
	}
	return &Stream[T]{from}, nil
}

func (c *Client) targetOf(stream *schema.Stream,
	params any) (string, error) {
	if stream.Route == nil {
		return stream.Socket.Path, nil
	}
	e := encoders.Get().(*encoder)
	e.reset(&c.options.limits)
	defer e.release()
	written, err := e.route(&schema.Method{Name: stream.Socket.Name,
		Route: stream.Route, Params: stream.Params}, params, "params")
	if err != nil {
		return "", err
	}
	return string(written.target), nil
}

// Next waits for the next item. An item that does not fit the schema is a
// *BadItem, after which Next goes on; every other error is the end of the wait:
// of the context, and then no item is lost, of the stream by Close, or of the
// connection for good.
func (s *Stream[T]) Next(ctx context.Context) (T, error) {
	var value T
	item, err := s.from.next(ctx)
	if err == nil {
		err = s.from.decode(item, &value)
	}
	return value, err
}

// All gives items and errors as Next does, until the loop is left or Next would
// fail for good; the error that says so is the last. Leaving the loop closes
// nothing: another loop goes on where it ended.
func (s *Stream[T]) All(ctx context.Context) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			value, err := s.Next(ctx)
			var bad *BadItem
			if !yield(value, err) || err != nil && !errors.As(err, &bad) {
				return
			}
		}
	}
}

// Close ends the stream; what waits is forgotten. The connection ends with its
// last stream, unless calls are under way on it.
func (s *Stream[T]) Close() { s.from.close() }

// Dropped returns how many items were dropped for want of room.
func (s *Stream[T]) Dropped() uint64 { return s.from.counts().Dropped }

// Counts returns what became of the items so far.
func (s *Stream[T]) Counts() Counts { return s.from.counts() }

// ---- Functions --------------------------------------------------------------

// Listener calls functions of the program for what comes.
type Listener struct{ from *listener }

// Listen calls handle for items from now on, and bad, which may be nil, for
// those that do not fit the schema. They are called one after another, in a
// goroutine of the listener, and may make calls, close the listener and panic.
// Listen connects if there is no connection yet; it waits for nothing. For
// generated code.
func Listen[T any](c *Client, stream *schema.Stream, params any,
	handle func(T), bad func(raw []byte, err error)) (*Listener, error) {
	target, err := c.targetOf(stream, params)
	if err != nil {
		return nil, err
	}
	from, err := c.listen(stream, target)
	if err != nil {
		return nil, err
	}
	quiet := make(chan struct{})
	from.line.mu.Lock()
	from.quiet = quiet
	from.line.mu.Unlock()
	go func() {
		defer close(quiet)
		hearItems(from, handle, bad)
	}()
	return &Listener{from}, nil
}

// hearItems ends when the listener is closed, or its line for good: of that,
// the client's state tells.
func hearItems[T any](from *listener, handle func(T),
	bad func(raw []byte, err error)) {
	for {
		item, err := from.next(context.Background())
		if err != nil {
			return
		}
		var value T
		err = from.decode(item, &value)
		guarded("handler", func() {
			switch {
			case err == nil:
				handle(value)
			case bad != nil:
				bad(item, err)
			}
		})
	}
}

// Close ends the listener; a function that is running is not waited for. The
// connection ends with its last listener, unless calls are under way on it.
func (l *Listener) Close() { l.from.close() }

// Dropped returns how many items were dropped for want of room.
func (l *Listener) Dropped() uint64 { return l.from.counts().Dropped }

// Counts returns what became of the items so far.
func (l *Listener) Counts() Counts { return l.from.counts() }
