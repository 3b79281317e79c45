// call.go: one call, from a program's values to its reply: encoded, carried,
// decoded, told of. It knows no socket.

package bell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// Caller makes calls: a Client, or a replacement in tests.
type Caller interface {
	// Invoke calls a method: params is a value of its params type, result a
	// pointer to a value of its result type (nil if it has none).
	Invoke(ctx context.Context, method *schema.Method, params, result any,
		list ...CallOption) error
}

// reply is what came for a call, and how it went.
type reply struct {
	call    uint64
	payload []byte
	guessed bool
	line    line
	start   time.Time
}

// Invoke implements Caller. For generated code.
func (c *Client) Invoke(ctx context.Context, method *schema.Method, params,
	result any, list ...CallOption) error {
	if method.Route != nil {
		return c.endpoint(ctx, method, params, result, list)
	}
	carrier := c.carrier
	if method.Message != nil {
		carrier = func() (line, *Error) { return c.messenger(method) }
	}
	return c.invoke(ctx, carrier, method, list, func(e *encoder) error {
		if method.Message != nil {
			return e.message(method, params)
		}
		if method.Params == nil {
			e.out = append(e.out, "{}"...)
			return nil
		}
		return e.root(method.Params, params)
	}, func(got *reply) error {
		if method.Result == nil || result == nil {
			return nil
		}
		return c.decode(got, method.Result, result)
	})
}

// Call calls any method by its wire name. params is JSON ([]byte or
// json.RawMessage), or any value that encoding/json can write; nil means {}. It
// returns the result as JSON.
func (c *Client) Call(ctx context.Context, method string,
	params any) ([]byte, error) {
	known := c.service.Method(method)
	if known == nil {
		known = &schema.Method{Name: method}
	}
	switch {
	case known.Route != nil:
		return nil, localError(StatusInvalid, SentNo, method,
			"%s is an endpoint of rest: call it by its function", method)
	case known.Message != nil:
		return nil, localError(StatusInvalid, SentNo, method,
			"%s is a message: call it by its function", method)
	}
	var result []byte
	err := c.invoke(ctx, c.carrier, known, nil, func(e *encoder) error {
		request, err := rawParams(params)
		if err != nil {
			return localError(StatusInvalid, SentNo, method, "params: %v", err)
		}
		return e.root(schema.TableJson, Raw(request))
	}, func(got *reply) error {
		if len(got.payload) == 0 {
			return nil
		}
		return c.decode(got, schema.TableJson, (*Raw)(&result))
	})
	return result, err
}

func rawParams(params any) ([]byte, error) {
	switch given := params.(type) {
	case nil:
		return []byte("{}"), nil
	case []byte:
		return given, nil
	case json.RawMessage:
		return given, nil
	}
	return json.Marshal(params)
}

// decode reads the payload; one whose end was guessed is looked at again where
// it is no value.
func (c *Client) decode(got *reply, t *schema.Type, result any) error {
	payload := got.payload
	if len(payload) == 0 {
		payload = []byte("null")
	}
	err := decodeWithin(t, payload, result, "result", c.options.limits)
	if err == nil || !got.guessed || StatusOf(err) != StatusBadReply {
		return err
	}
	if better, found := got.line.reread(payload); found {
		return decodeWithin(t, better, result, "result", c.options.limits)
	}
	return err
}

func named(err error, method string) error {
	var known *Error
	if errors.As(err, &known) {
		known.Method = method
	}
	return err
}

// invoke is one call: encoded, sent, waited for, decoded; in this goroutine.
func (c *Client) invoke(ctx context.Context, carried func() (line, *Error),
	method *schema.Method, list []CallOption, encode func(*encoder) error,
	decode func(*reply) error) error {
	carrier, wrong := carried()
	if wrong != nil {
		wrong.Method = method.Name
		return wrong
	}
	chosen := callOptions{retries: c.options.retries, failFast: c.options.failFast}
	for _, option := range list {
		option(&chosen)
	}
	if ctx.Err() != nil {
		return endedBefore(ctx, method.Name)
	}
	e := encoders.Get().(*encoder)
	e.reset(&c.options.limits)
	defer e.release()
	if err := encode(e); err != nil {
		if fault := carrier.mayBegin(method.Name, chosen.failFast); fault != nil {
			return errorOf(fault, method.Name)
		}
		return named(err, method.Name)
	}
	got := reply{line: carrier, start: time.Now()}
	err := c.exchange(ctx, carrier, method, &chosen, e.out, &got)
	if err == nil {
		err = named(decode(&got), method.Name)
	}
	if got.call != 0 {
		c.tellEnd(method, &got, err)
	}
	return err
}

func endedBefore(ctx context.Context, method string) *Error {
	err := localError(StatusCancelled, SentNo, method, "%s was cancelled", method)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err.Status = StatusDeadline
		err.Message = method + ": the context's deadline had passed before the call"
	}
	err.cause = ctx.Err()
	return err
}

// deadlineOf is the call's over the context's over the client's over the
// schema's; where call and context both have one the earlier wins.
func (c *Client) deadlineOf(ctx context.Context, method *schema.Method,
	chosen *callOptions, now int64) int64 {
	said := chosen.deadline
	until, limited := ctx.Deadline()
	if said == 0 && !limited {
		said = c.options.deadline
		if said == 0 {
			said = time.Duration(method.DeadlineMs) * time.Millisecond
			if method.DeadlineMs > int64(maxDuration/time.Millisecond) {
				said = maxDuration
			}
		}
		if said == 0 {
			said = c.environment.deadline
		}
	}
	deadline := int64(core.Never)
	if said != 0 {
		deadline = behind(now, said)
	}
	if limited {
		deadline = min(deadline, behind(now, max(time.Until(until), 0)))
	}
	return deadline
}

const maxDuration = time.Duration(1<<63 - 1)

var calls = sync.Pool{New: func() any {
	return &call{done: make(chan core.Completion, 1)}
}}

// takeCall gives a call. Over a transport of a test's it is used once: a
// channel of a synctest bubble must not leave it.
func (c *Client) takeCall() *call {
	if c.options.transport != nil {
		return &call{done: make(chan core.Completion, 1)}
	}
	return calls.Get().(*call)
}

func (c *Client) leaveCall(one *call) {
	if c.options.transport == nil {
		calls.Put(one)
	}
}

// exchange sends a request and waits for its end, which comes once.
func (c *Client) exchange(ctx context.Context, carrier line,
	method *schema.Method, chosen *callOptions, request []byte,
	got *reply) error {
	one := c.takeCall()
	defer c.leaveCall(one)
	done := one.done
	*one = call{done: done, params: request, failFast: chosen.failFast,
		retries: max(chosen.retries, 0), method: seam.Method{Name: method.Name,
			Idempotent: method.Idempotent, NoReply: method.NoReply}}
	if method.Message != nil {
		one.method.Answer = method.Message.Reply
	}
	one.begun = carrier.now()
	one.deadline = c.deadlineOf(ctx, method, chosen, one.begun)
	if fault := carrier.send(one); fault != nil {
		one.params = nil
		return errorOf(fault, method.Name)
	}
	one.params = nil
	got.call = one.number
	c.tellCall(method, one, len(request))
	var end core.Completion
	select {
	case end = <-done:
	case <-ctx.Done():
		// Where the context has a deadline the line knows it, and ends the call
		// when it has read what lies there.
		_, known := ctx.Deadline()
		switch late := errors.Is(ctx.Err(), context.DeadlineExceeded); {
		case late && !known:
			carrier.cancel(one, seam.Deadline)
		case !late:
			carrier.cancel(one, seam.Cancelled)
		}
		end = <-done
	}
	got.payload, got.guessed = end.Payload, end.Guessed
	if end.Fault.Status == seam.OK {
		return nil
	}
	err := errorOf(&end.Fault, method.Name)
	if refused, is := err.(*RPCError); is && end.Payload != nil {
		refused.Data = end.Payload
	}
	return err
}

// ---- What is told of calls --------------------------------------------------

func (c *Client) tellCall(method *schema.Method, one *call, bytes int) {
	v := c.voice
	v.countNow(Metric{Kind: MetricCall, Link: sectionOf(method),
		Method: method.Name, Bytes: bytes})
	if !v.speaks() {
		return
	}
	text := fmt.Sprintf("call, %d bytes of params", bytes)
	if !one.ready {
		text += ", waits for a connection"
	}
	v.sayNow(Record{Level: v.said.callLevel, Link: sectionOf(method),
		Event: "call", Method: method.Name, Call: one.number, Text: text})
}

func (c *Client) tellEnd(method *schema.Method, got *reply, err error) {
	v := c.voice
	if v.metrics == nil && !v.speaks() {
		return
	}
	elapsed := time.Since(got.start)
	v.countNow(Metric{Kind: MetricEnd, Link: sectionOf(method),
		Method: method.Name, Status: StatusOf(err),
		Code: codeOf(err), Elapsed: elapsed, Bytes: len(got.payload)})
	if !v.speaks() {
		return
	}
	ms := float64(elapsed) / float64(time.Millisecond)
	record := Record{Level: v.said.callLevel, Link: sectionOf(method),
		Event: "reply", Method: method.Name,
		Call: got.call, Elapsed: elapsed,
		Text: fmt.Sprintf("reply, %d bytes in %.3f ms", len(got.payload), ms)}
	if err != nil {
		record.Level, record.Event = LevelWarn, "error"
		record.Text = fmt.Sprintf("%s after %.3f ms: %v", StatusOf(err), ms,
			messageOf(err))
	}
	v.sayNow(record)
}

func codeOf(err error) int {
	switch known := err.(type) {
	case *RPCError:
		return int(known.Code)
	case *Error:
		return known.Code
	}
	return 0
}

// messageOf is without the method, which a record names by itself.
func messageOf(err error) string {
	if refused, is := err.(*RPCError); is {
		return refused.Message
	}
	return err.Error()
}
