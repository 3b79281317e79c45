package bell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge-go"
)

// Invoke calls a method: params is a value of its params type, result a pointer
// to one of its result type (nil where it has none). For generated code.
func (c *Client) Invoke(ctx context.Context, method *Method, params, result any,
	list ...CallOption) error {
	request := []byte("{}")
	if method.Params != nil {
		encoded, err := Encode(method.Params, params)
		if err != nil {
			return named(err, method.Name)
		}
		request = encoded
	}
	reply, err := c.call(ctx, method, request, list)
	if err != nil || method.Result == nil || result == nil {
		return err
	}
	if len(reply) == 0 {
		reply = []byte("null")
	}
	if bad := decodeWithin(method.Result, reply, result, "result", c.options.limits); bad != nil {
		c.log(Record{Event: "failed", Method: method.Name, Text: bad.Error()})
		return named(bad, method.Name)
	}
	return nil
}

// Call calls any method by its wire name: params is JSON ([]byte or
// json.RawMessage), or anything that encoding/json takes; nil is {}. It gives
// the result as JSON.
func (c *Client) Call(ctx context.Context, method string, params any) ([]byte, error) {
	known := c.service.Method(method)
	if known == nil {
		known = &Method{Name: method}
	}
	var request []byte
	switch given := params.(type) {
	case nil:
		request = []byte("{}")
	case []byte:
		request = given
	case json.RawMessage:
		request = given
	default:
		encoded, err := json.Marshal(params)
		if err != nil {
			return nil, localError(StatusInvalid, SentNo, method, "params: %v", err)
		}
		request = encoded
	}
	compact, err := Encode(TableJson, Raw(request))
	if err != nil {
		return nil, named(err, method)
	}
	return c.call(ctx, known, compact, nil)
}

func named(err error, method string) error {
	var known *Error
	if errors.As(err, &known) {
		known.Method = method
	}
	return err
}

// deadlineOf is the call's over the client's over the schema's.
func (c *Client) deadlineOf(method *Method, call *callOptions) time.Duration {
	for _, said := range []time.Duration{call.deadline, c.options.deadline, time.Duration(method.DeadlineMs) * time.Millisecond} {
		if said != 0 {
			return said
		}
	}
	return deadlineDefault
}

// call sends a request and gives the reply's JSON. It ends exactly once: by a
// return.
func (c *Client) call(ctx context.Context, method *Method, request []byte,
	list []CallOption) ([]byte, error) {
	chosen := callOptions{retries: c.options.retries, failFast: c.options.failFast}
	for _, option := range list {
		option(&chosen)
	}
	start := time.Now()
	ctx = context.WithValue(ctx, startKey{}, start)
	if deadline := c.deadlineOf(method, &chosen); deadline > 0 {
		limited, cancel := context.WithDeadline(ctx, start.Add(deadline))
		defer cancel()
		ctx = limited
	}
	if len(request) > c.options.requestBytes {
		return nil, localError(StatusLimit, SentNo, method.Name,
			"request_bytes_max (%d) is met: nothing was sent", c.options.requestBytes)
	}
	c.log(Record{Event: "call", Method: method.Name, Text: "it begins"})
	reply, err := c.tries(ctx, method, request, chosen)
	if err != nil {
		c.log(Record{Event: "failed", Method: method.Name, Elapsed: time.Since(start),
			Text: err.Error()})
		return nil, err
	}
	c.log(Record{Event: "reply", Method: method.Name, Elapsed: time.Since(start), Text: "ok"})
	return reply, nil
}

// tries sends an idempotent call again where its connection broke.
func (c *Client) tries(ctx context.Context, method *Method, request []byte,
	chosen callOptions) ([]byte, error) {
	for retries := chosen.retries; ; retries-- {
		reply, err := c.try(ctx, method, request, chosen.failFast)
		var broken *Error
		if err == nil || !method.Idempotent || retries <= 0 || !errors.As(err, &broken) ||
			broken.Status != StatusDisconnected {
			return reply, err
		}
	}
}

func (c *Client) try(ctx context.Context, method *Method, request []byte,
	failFast bool) ([]byte, error) {
	for {
		lost, wrong := c.await(ctx, method.Name, failFast)
		if wrong != nil {
			return nil, wrong
		}
		c.mu.Lock()
		sdk, channel := c.sdk, c.channel
		c.mu.Unlock()
		write := c.write(ctx, sdk)
		if write == nil {
			continue // it is not ready any more
		}
		switch {
		case channel != nil:
			return channel.call(ctx, write, lost, method, request)
		case method.NoReply:
			return nil, c.send(ctx, write, lost, sdk, method, request)
		}
		result, err := sdk.RPC(write, method.Name, request)
		write.end()
		if err != nil {
			return nil, c.failed(ctx, lost, method.Name, err)
		}
		return result.Data, nil
	}
}

// failed is what became of a command that the SDK gave an error for.
func (c *Client) failed(ctx context.Context, lost <-chan struct{}, method string,
	err error) error {
	var refused *centrifuge.Error
	switch {
	case errors.As(err, &refused):
		return &RPCError{Code: int(refused.Code), Message: said(refused), Origin: OriginReply,
			Temporary: refused.Temporary, Method: method}
	case ctx.Err() != nil:
		return c.ended(ctx, method, SentUnknown)
	case errors.Is(err, centrifuge.ErrTimeout):
		late := localError(StatusDeadline, SentUnknown, method,
			"%s: no reply within the SDK's timeout", method)
		late.cause = context.DeadlineExceeded
		return late
	}
	select { // the SDK ends commands before it tells why
	case <-lost:
	case <-ctx.Done():
	}
	return c.broken(method)
}

func said(refused *centrifuge.Error) string {
	if refused.Message == "" {
		return fmt.Sprintf("error %d without a message", refused.Code)
	}
	return refused.Message
}

// send hands a call that has no reply to the transport, and waits no longer.
func (c *Client) send(ctx context.Context, write *writing, lost <-chan struct{},
	sdk *centrifuge.Client, method *Method, request []byte) error {
	handed := &handedOver{writing: write, done: make(chan struct{})}
	failed := make(chan error, 1)
	go func() {
		_, err := sdk.RPC(handed, method.Name, request)
		write.end()
		failed <- err
	}()
	select {
	case <-handed.done:
		return nil
	case err := <-failed:
		if err == nil {
			return nil
		}
		return c.failed(ctx, lost, method.Name, err)
	}
}

// handedOver is a context that ends when its command is written.
type handedOver struct {
	*writing
	once sync.Once
	done chan struct{}
}

func (h *handedOver) Done() <-chan struct{} {
	ended := h.writing.Done()
	h.writing.mu.Lock()
	asked := h.writing.asked
	h.writing.mu.Unlock()
	if asked == 1 {
		return ended
	}
	h.once.Do(func() { close(h.done) })
	return h.done
}

func (h *handedOver) Err() error {
	if err := h.writing.Err(); err != nil {
		return err
	}
	return context.Canceled
}
