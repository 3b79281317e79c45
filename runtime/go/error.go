// error.go: what became of a call, as programs see it. It knows no line: core's
// faults are turned into errors here.

package bell

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// Status says how a call ended; it is the same in all languages.
type Status string

// The statuses.
const (
	// an argument, option or parameter is wrong
	StatusInvalid Status = "invalid"
	// a limit was reached; the message names it
	StatusLimit  Status = "limit"
	StatusClosed Status = "closed" // the client was closed
	// the deadline passed before the reply came
	StatusDeadline     Status = "deadline"
	StatusCancelled    Status = "cancelled"    // the context was cancelled
	StatusDisconnected Status = "disconnected" // the connection was lost; see Sent
	// the server or its backend answered with an error
	StatusRefused  Status = "refused"
	StatusBadReply Status = "bad_reply" // the reply does not fit the schema
	// the server ended the session for good
	StatusTerminal Status = "terminal"
)

// Sentinels for errors.Is: each matches every *Error with its status.
var (
	ErrInvalid      = errors.New("invalid")
	ErrLimit        = errors.New("limit")
	ErrClosed       = errors.New("closed")
	ErrDeadline     = errors.New("deadline")
	ErrCancelled    = errors.New("cancelled")
	ErrDisconnected = errors.New("disconnected")
	ErrRefused      = errors.New("refused")
	ErrBadReply     = errors.New("bad reply")
	ErrTerminal     = errors.New("terminal")
)

var sentinels = map[error]Status{ErrInvalid: StatusInvalid,
	ErrLimit: StatusLimit, ErrClosed: StatusClosed, ErrDeadline: StatusDeadline,
	ErrCancelled:    StatusCancelled,
	ErrDisconnected: StatusDisconnected, ErrRefused: StatusRefused,
	ErrBadReply: StatusBadReply, ErrTerminal: StatusTerminal}

// StatusOf returns the status of a call's error: "" if err is nil or not an
// error of this package.
func StatusOf(err error) Status {
	var known *Error
	var refused *RPCError
	switch {
	case errors.As(err, &refused):
		return StatusRefused
	case errors.As(err, &known):
		return known.Status
	}
	return ""
}

// Origin says who reported the error. The meaning of a code depends on it.
type Origin string

// The origins.
const (
	OriginLocal   Origin = "local"   // this runtime
	OriginReply   Origin = "reply"   // an error reply of the server; its code
	OriginClose   Origin = "close"   // the server closed; the close code
	OriginBackend Origin = "backend" // a backend in channel mode; its code
	OriginCodec   Origin = "codec"   // wrong JSON or value; see Path, Offset
)

// Sent says whether a request without a reply was sent.
type Sent string

// The values of Sent.
const (
	SentUnknown Sent = "unknown" // it may have been sent and executed
	SentNo      Sent = "no"      // it was certainly not sent: safe to repeat
)

// Error is any error except an error answer of the server or its backend, which
// is an *RPCError.
type Error struct {
	Status    Status
	Origin    Origin
	Code      int // depends on the origin; 0 if it has none
	Temporary bool
	Sent      Sent
	Offset    int    // codec: byte offset in the JSON text
	Path      string // codec: "result.items[3].id"
	Method    string // the method's wire name, or ""
	Message   string // one sentence: what happened, where, what to do

	cause error
}

func (e *Error) Error() string {
	return e.Message
}

// Unwrap returns the context's error if a context ended the call, so that
// errors.Is(err, context.DeadlineExceeded) works.
func (e *Error) Unwrap() error {
	return e.cause
}

// Is reports whether target is the sentinel of the status: errors.Is(err,
// ErrDisconnected).
func (e *Error) Is(target error) bool {
	status, known := sentinels[target]
	return known && e.Status == status
}

// Code is the code of an error that the server or its backend answered.
// Generated code has a constant for each that the schema names.
type Code int

// RPCError is an error answer of the server or its backend.
type RPCError struct {
	Code      Code
	Message   string
	Data      json.RawMessage // what came with it, or nil
	Origin    Origin          // OriginReply or OriginBackend
	Temporary bool            // the server says that the error may go away
	Method    string          // the method's wire name
	HTTP      *HTTPError      // of a call of rest; else nil
	// SentNo if it was a login's that went before: the call itself was not sent
	Sent Sent
}

func (e *RPCError) Error() string {
	if e.Method == "" {
		return fmt.Sprintf("%d: %s", e.Code, e.Message)
	}
	return fmt.Sprintf("%s: %d: %s", e.Method, e.Code, e.Message)
}

// Is reports whether target is ErrRefused.
func (e *RPCError) Is(target error) bool {
	return target == ErrRefused
}

// IsError reports whether a call was refused with that code. For generated
// code.
func IsError(err error, code Code) bool {
	var refused *RPCError
	return errors.As(err, &refused) && refused.Code == code
}

// ErrorData stores the declared data of an error with that code in out. It
// returns false if err is a different error, came without data, or its data do
// not fit the type. For generated code.
func ErrorData(err error, code Code, data *schema.Type, out any) bool {
	var refused *RPCError
	if !errors.As(err, &refused) || refused.Code != code || refused.Data == nil {
		return false
	}
	return decodeRoot(data, refused.Data, out, "data") == nil
}

// errorOf is a fault of the session's as people read it.
func errorOf(fault *seam.Fault, method string) error {
	if fault.Status == seam.Refused {
		return &RPCError{Code: Code(fault.Code), Message: tame(fault.Message),
			Origin: Origin(fault.Origin), Temporary: fault.Temporary, Method: method,
			Sent: SentUnknown}
	}
	made := &Error{Status: Status(fault.Status), Origin: Origin(fault.Origin),
		Code: fault.Code, Temporary: fault.Temporary, Sent: SentUnknown,
		Method: method, Message: tame(fault.Message)}
	if fault.Unsent {
		made.Sent = SentNo
	}
	switch fault.Status {
	case seam.Deadline:
		made.cause = context.DeadlineExceeded
	case seam.Cancelled:
		made.cause = context.Canceled
	}
	return made
}

func localError(status Status, sent Sent, method, format string,
	arguments ...any) *Error {
	return &Error{Status: status, Origin: OriginLocal, Sent: sent, Method: method,
		Message: tame(fmt.Sprintf(format, arguments...))}
}
