package bell

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"net"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge-go"
)

// How long the SDK may take to notice that a try at a connection has failed.
const noticeDelay = 100 * time.Millisecond

// dialed is one network connection of the SDK's. It ends a try that takes too
// long, and tells when one has ended that the server never greeted: the SDK
// notices that only when a command's timeout has passed.
type dialed struct {
	net.Conn
	client *Client
	sdk    *centrifuge.Client
	timer  *time.Timer

	before int // failures that were told of before this line

	once sync.Once
	mu   sync.Mutex
	late bool
}

// dialContext is for the SDK's configuration; sdk is set before it dials.
func (c *Client) dialContext(sdk **centrifuge.Client) func(context.Context, string,
	string) (net.Conn, error) {
	dialer := &net.Dialer{}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dialer.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		made := &dialed{Conn: conn, client: c, sdk: *sdk}
		made.timer = time.AfterFunc(c.options.connectDeadline, made.giveUp)
		c.mu.Lock()
		made.before = c.failures
		c.line = made
		c.mu.Unlock()
		return made, nil
	}
}

func (l *dialed) giveUp() {
	l.mu.Lock()
	l.late = true
	l.mu.Unlock()
	_ = l.Conn.Close()
}

func (l *dialed) Read(bytes []byte) (int, error) {
	count, err := l.Conn.Read(bytes)
	if err != nil {
		l.once.Do(l.ended)
	}
	return count, err
}

func (l *dialed) Close() error {
	l.once.Do(l.ended)
	return l.Conn.Close()
}

// ended dials anew where the SDK does not: where it told of no failure and no
// connection soon after.
func (l *dialed) ended() {
	l.timer.Stop()
	l.client.mu.Lock()
	untold := l.client.isStuck(l)
	l.client.mu.Unlock()
	if !untold {
		return
	}
	l.client.trouble(l.reason())
	time.AfterFunc(noticeDelay, func() { l.client.dialAnew(l) })
}

func (l *dialed) reason() *Error {
	l.mu.Lock()
	defer l.mu.Unlock()
	message := "the server ended the connection"
	if l.late {
		message = fmt.Sprintf("no answer to the connect command within %d ms",
			l.client.options.connectDeadline.Milliseconds())
	}
	return &Error{Status: StatusDisconnected, Origin: OriginLocal, Message: message}
}

// greet notes that the server has answered on the newest line.
func (c *Client) greet() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.greeted = c.line
	c.attempts = 0
	if c.line != nil {
		c.line.timer.Stop()
	}
}

// failure counts what the SDK tells of: it goes on by itself then.
func (c *Client) failure() {
	c.mu.Lock()
	c.failures++
	c.mu.Unlock()
}

// isStuck where the newest line has ended before it was greeted, and the SDK
// told of nothing; c.mu is held.
func (c *Client) isStuck(l *dialed) bool {
	return c.mine(l.sdk) && c.state == connecting && c.line == l && c.greeted != l &&
		c.failures == l.before
}

func (c *Client) dialAnew(l *dialed) {
	c.mu.Lock()
	stuck := c.isStuck(l)
	c.mu.Unlock()
	if stuck {
		c.redial(l.sdk, l.reason())
	}
}

// redial drops the SDK's connection, and connects after a wait with jitter.
func (c *Client) redial(sdk *centrifuge.Client, reason *Error) {
	c.trouble(reason)
	c.become(sdk, connecting)
	_ = sdk.Disconnect()
	time.AfterFunc(c.delay(), func() {
		c.mu.Lock()
		wanted := c.mine(sdk) && c.state == connecting
		c.mu.Unlock()
		if wanted {
			_ = sdk.Connect()
		}
	})
}

// delay is min(most, least + a random part of least * 2^attempts).
func (c *Client) delay() time.Duration {
	least, most := c.options.sdk.MinReconnectDelay, c.options.sdk.MaxReconnectDelay
	c.mu.Lock()
	step := min(c.attempts, 20)
	c.attempts++
	c.mu.Unlock()
	return min(most, least+time.Duration(rand.Int63n(int64(least)<<step+1)))
}

// reconnecting is why the SDK connects anew.
func (c *Client) reconnecting(sdk *centrifuge.Client, event centrifuge.ConnectingEvent) {
	code := int(event.Code)
	switch {
	case code == 0: // it does so for the first time, or we told it to
	case code == sdkTransportClosed:
		c.trouble(&Error{Status: StatusDisconnected, Origin: OriginLocal,
			Message: "the server ended the connection"})
	case code == sdkTooLarge && event.Reason != "subscribe timeout":
		reason := closeError(1009, event.Reason, false)
		reason.Status = StatusTerminal
		c.end(sdk, reason)
		return
	default:
		c.trouble(closeError(code, event.Reason, c.token == ""))
	}
	if (code == 3005 || code == 3014) && c.options.tokenSource != nil {
		sdk.SetToken("") // the next connection asks for a new one
	}
	c.become(sdk, connecting)
}

// gaveUp is why the SDK connects no more.
func (c *Client) gaveUp(sdk *centrifuge.Client, event centrifuge.DisconnectedEvent) {
	code := int(event.Code)
	switch code {
	case 0: // we did it
		return
	case sdkNonsense:
		// Not by the SDK's own goroutine, which waits for its handlers.
		go c.redial(sdk, &Error{Status: StatusDisconnected, Origin: OriginCodec,
			Message: "the server sent what is no Centrifugo message"})
		return
	}
	reason := closeError(code, event.Reason, c.token == "" && c.options.tokenSource == nil)
	c.mu.Lock()
	if code == sdkUnauthorized && c.reason != nil && c.reason.Origin == OriginReply {
		expired := *c.reason // and there is nobody to ask for another token
		reason = &expired
	}
	c.mu.Unlock()
	reason.Status = StatusTerminal
	c.end(sdk, reason)
}

// complained is what the SDK tells beside its states.
func (c *Client) complained(err error) {
	var configuration centrifuge.ConfigurationError
	if errors.As(err, &configuration) {
		return // nobody gives tokens: that is told when it gives up
	}
	c.failure()
	c.trouble(sdkError(err))
}
