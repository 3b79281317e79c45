package bell

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/centrifugal/centrifuge-go"
)

// What a person can do about a code of the server.
var advices = map[int]string{
	102:  "a channel in the token has no namespace in the server's config",
	109:  "the token has expired: open the client with a new one",
	1009: "a frame was larger than the server takes",
	3005: "the token expired while connected",
	3500: "the token's signature, user or claims are wrong",
	3501: "is the token missing, or is this no Centrifugo of version 4 or newer?",
	3502: "the connect command came too late",
	3503: "the server's API disconnected this client",
	3504: "too many connections, or another one of this user took over",
	3508: "the server does not offer this command",
}

// Codes of the SDK's own that are no close codes of a server. Of 1 to 3 it
// means one thing when it connects anew, another when it gives up.
const (
	sdkTransportClosed = 1
	sdkTooLarge        = 3 // it also connects anew where a subscription is late
	sdkUnauthorized    = 1
	sdkNonsense        = 2
	sdkCodesMost       = 99
	closeCodesLeast    = 1000
)

func compose(what string, code int, reason string) string {
	text := fmt.Sprintf("the server %s %d", what, code)
	if reason != "" {
		text += " " + reason
	}
	if advice, known := advices[code]; known {
		text += ": " + advice
	}
	return text
}

// closeError is why a connection ended, by its code.
func closeError(code int, reason string, noToken bool) *Error {
	err := &Error{Status: StatusDisconnected, Origin: OriginClose, Code: code}
	switch {
	case code == sdkUnauthorized:
		err.Origin, err.Code, err.Message = OriginLocal, 0, "no token: not authorized"
	case code <= sdkCodesMost:
		err.Origin, err.Code, err.Message = OriginLocal, 0, reason
	case code == 3501 && noToken:
		err.Message = "the server closed with 3501 bad request: no token was sent; " +
			"does it allow anonymous clients?"
	case code >= closeCodesLeast:
		err.Message = compose("closed with", code, reason)
	default: // the connect command was answered by an error
		err.Origin, err.Message = OriginReply, compose("refused to connect:", code, reason)
	}
	return err
}

// sdkError is what the SDK's error says. What it wraps may hold a URL with
// secrets; the SDK's own words do not.
func sdkError(err error) *Error {
	var refused *centrifuge.Error
	if errors.As(err, &refused) {
		return &Error{Status: StatusDisconnected, Origin: OriginReply, Code: int(refused.Code),
			Temporary: refused.Temporary,
			Message:   compose("refused to connect:", int(refused.Code), refused.Message)}
	}
	return &Error{Status: StatusDisconnected, Origin: OriginLocal, Message: err.Error()}
}

// ended is a call whose context has ended.
func (c *Client) ended(ctx context.Context, method string, sent Sent) *Error {
	err := localError(StatusCancelled, sent, method, "%s was cancelled", method)
	if method == "" {
		err.Message = "connecting was cancelled"
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err.Status = StatusDeadline
		err.Message = c.late(ctx, method, sent)
	}
	err.cause = ctx.Err()
	return err
}

type startKey struct{}

// waited is the time from the call's begin to its deadline.
func waited(ctx context.Context) int64 {
	deadline, _ := ctx.Deadline()
	start, known := ctx.Value(startKey{}).(time.Time)
	if !known {
		return 0
	}
	return deadline.Sub(start).Round(time.Millisecond).Milliseconds()
}

func (c *Client) late(ctx context.Context, method string, sent Sent) string {
	c.mu.Lock()
	reason := c.reason
	c.mu.Unlock()
	switch {
	case method == "":
		return "not connected in time" + because(reason)
	case sent == SentNo:
		return fmt.Sprintf("%s: not connected within %d ms%s", method, waited(ctx), because(reason))
	}
	return fmt.Sprintf("%s: no reply within %d ms", method, waited(ctx))
}

// broken is a call whose connection was lost.
func (c *Client) broken(method string) *Error {
	c.mu.Lock()
	state, reason := c.state, c.reason
	c.mu.Unlock()
	if state == closed {
		return localError(StatusClosed, SentUnknown, method, "%s: the client was closed", method)
	}
	err := localError(StatusDisconnected, SentUnknown, method,
		"%s: sent, but no reply came; whether it was executed is unknown%s", method,
		because(reason))
	if state == terminal {
		err.Status = StatusTerminal
	}
	if reason != nil {
		err.Origin, err.Code = reason.Origin, reason.Code
	}
	return err
}
