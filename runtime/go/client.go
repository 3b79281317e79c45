// Package bell carries typed calls over Centrifugo. Generated code stands on
// it; programs use the options, the errors and the optional values.
package bell

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"

	"github.com/centrifugal/centrifuge-go"
)

type state int

const (
	idle       state = iota // Connect was not called
	connecting              // also between two connections
	ready                   // calls can be sent
	terminal                // the server ended it for good; reason says why
	closed                  // Disconnect was called
)

// Client carries the calls of a service. Its methods may be called by several
// goroutines at once.
type Client struct {
	service *Service
	url     string
	token   string
	userID  string
	options options

	writes sync.RWMutex // see writing.go

	mu      sync.Mutex
	state   state
	changed chan struct{} // closed at the next change of state
	lost    chan struct{} // closed when the connection that is ready is lost
	reason  *Error        // what went wrong last
	sdk     *centrifuge.Client
	channel *channelMode

	line     *dialed // the newest
	greeted  *dialed // the newest that the server has answered on
	failures int     // that the SDK told of
	attempts int     // of our own at a connection
	first    *string // a token that was got before the SDK asks for it
}

// NewClient makes a client; Connect, or the first call, connects it. An empty
// url is $CENTRIFUGO_URL.
func NewClient(service *Service, url, token, userID string, list ...Option) *Client {
	if url == "" {
		url = os.Getenv("CENTRIFUGO_URL")
	}
	return &Client{service: service, url: url, token: token, userID: userID,
		options: makeOptions(list), changed: make(chan struct{})}
}

// Service is the table of what is called.
func (c *Client) Service() *Service {
	return c.service
}

// Connect returns when calls can be sent, or with an error: the context ended,
// or the server refused for good. The client goes on connecting after the
// context's end; Disconnect ends that. After Disconnect, Connect begins anew.
func (c *Client) Connect(ctx context.Context) error {
	c.mu.Lock()
	if c.state == closed || c.state == terminal {
		c.setState(idle)
	}
	c.mu.Unlock()
	_, err := c.await(ctx, "", false)
	if err != nil {
		return err
	}
	return nil
}

// Disconnect ends the connection, and calls in flight with StatusClosed. It
// returns when nothing of the client runs any more.
func (c *Client) Disconnect() {
	c.mu.Lock()
	sdk := c.sdk
	c.sdk = nil
	c.setState(closed)
	c.mu.Unlock()
	if sdk != nil {
		c.quiet()
		sdk.Close()
	}
}

// setState wakes everybody who waits for a change; c.mu is held.
func (c *Client) setState(next state) {
	if c.state == ready && next != ready {
		close(c.lost)
	}
	if next == ready && c.state != ready {
		c.lost = make(chan struct{})
	}
	c.state = next
	close(c.changed)
	c.changed = make(chan struct{})
}

func (c *Client) log(record Record) {
	if c.options.log != nil {
		c.options.log(record)
	}
}

// begin makes the SDK's client and lets it connect; c.mu is held.
func (c *Client) begin() error {
	if !strings.HasPrefix(c.url, "ws://") && !strings.HasPrefix(c.url, "wss://") {
		return localError(StatusInvalid, SentNo, "",
			"options: the url must begin with ws:// or wss://")
	}
	if c.options.mode == Channel && c.userID == "" {
		return localError(StatusInvalid, SentNo, "", "options: channel mode needs a user id")
	}
	config := c.options.sdk
	config.Token = c.token
	config.ReadTimeout = c.options.requestTimeout(c.service)
	if c.options.tokenSource != nil {
		config.GetToken = c.askToken
	}
	var sdk *centrifuge.Client
	config.NetDialContext = c.dialContext(&sdk)
	// In protobuf data are bytes: JSON passes as it is, and what is wrong with
	// it ends its own call and not the connection.
	sdk = centrifuge.NewProtobufClient(c.url, config)
	c.sdk = sdk
	c.channel = nil
	c.hear(sdk)
	if c.options.mode == Channel {
		channel, err := newChannelMode(c, sdk)
		if err != nil {
			return err
		}
		c.channel = channel
	}
	c.setState(connecting)
	go c.dial(sdk)
	return nil
}

// dial asks for the first token before it dials: a server does not wait long
// for a client that has connected and says nothing.
func (c *Client) dial(sdk *centrifuge.Client) {
	if c.options.tokenSource != nil && c.token == "" {
		token, err := c.askToken(centrifuge.ConnectionTokenEvent{})
		if errors.Is(err, centrifuge.ErrUnauthorized) {
			c.end(sdk, &Error{Status: StatusTerminal, Origin: OriginLocal,
				Message: "no token: not authorized"})
			return
		}
		if err == nil {
			sdk.SetToken(token)
			c.mu.Lock()
			c.first = &token // of an empty one the SDK asks again
			c.mu.Unlock()
		}
	}
	// An error here is told to OnError as well, and it is tried again.
	_ = sdk.Connect()
}

func (c *Client) askToken(centrifuge.ConnectionTokenEvent) (string, error) {
	c.mu.Lock()
	first := c.first
	c.first = nil
	c.mu.Unlock()
	if first != nil && *first == "" {
		return "", nil
	}
	token, err := c.options.tokenSource(context.Background())
	if errors.Is(err, ErrUnauthorized) {
		return "", centrifuge.ErrUnauthorized
	}
	if err != nil {
		err = fmt.Errorf("no token: %w", err)
		c.trouble(&Error{Status: StatusDisconnected, Origin: OriginLocal, Message: err.Error()})
	}
	return token, err
}

// mine tells whether sdk is still the client's own; c.mu is held.
func (c *Client) mine(sdk *centrifuge.Client) bool {
	return c.sdk == sdk && c.state != closed
}

// become follows the SDK: to connecting or ready.
func (c *Client) become(sdk *centrifuge.Client, next state) {
	c.mu.Lock()
	if !c.mine(sdk) || c.state == terminal {
		c.mu.Unlock()
		return
	}
	if next == ready {
		c.reason = nil
	}
	c.setState(next)
	c.mu.Unlock()
	if next == ready {
		c.log(Record{Event: "connected", Text: "calls can be sent"})
	}
}

func (c *Client) trouble(reason *Error) {
	c.mu.Lock()
	c.reason = reason
	c.mu.Unlock()
	c.log(Record{Event: "lost", Text: reason.Message})
}

// end is for good: the reason is what calls are told from now on.
func (c *Client) end(sdk *centrifuge.Client, reason *Error) {
	c.mu.Lock()
	if !c.mine(sdk) {
		c.mu.Unlock()
		return
	}
	c.reason = reason
	c.setState(terminal)
	c.mu.Unlock()
	c.log(Record{Event: "refused", Text: reason.Message})
	// Not by the SDK's own goroutine, which waits for its handlers.
	go func() {
		c.quiet()
		_ = sdk.Disconnect()
	}()
}

// hear follows what happens to the SDK's connection.
func (c *Client) hear(sdk *centrifuge.Client) {
	sdk.OnConnecting(func(event centrifuge.ConnectingEvent) {
		c.reconnecting(sdk, event)
	})
	sdk.OnConnected(func(centrifuge.ConnectedEvent) {
		c.greet()
		c.mu.Lock()
		channel := c.channel
		c.mu.Unlock()
		if channel != nil {
			channel.subscribe()
			return
		}
		c.become(sdk, ready)
	})
	sdk.OnDisconnected(func(event centrifuge.DisconnectedEvent) {
		c.gaveUp(sdk, event)
	})
	sdk.OnError(func(event centrifuge.ErrorEvent) {
		c.complained(event.Error)
	})
}

// await waits until calls can be sent. It gives what is closed when that ends.
func (c *Client) await(ctx context.Context, method string,
	failFast bool) (<-chan struct{}, *Error) {
	for waited := false; ; waited = true {
		if ctx.Err() != nil {
			return nil, c.ended(ctx, method, SentNo)
		}
		c.mu.Lock()
		if c.state == idle {
			if err := c.begin(); err != nil {
				c.mu.Unlock()
				return nil, asError(err)
			}
		}
		state, changed, lost, reason := c.state, c.changed, c.lost, c.reason
		c.mu.Unlock()
		switch {
		case state == ready:
			return lost, nil
		case state == closed && waited && method != "":
			return nil, localError(StatusClosed, SentNo, method, "%s: the client was closed",
				method)
		case state == closed:
			return nil, localError(StatusClosed, SentNo, method, "the client is closed")
		case state == terminal:
			return nil, refusedFor(reason, method, waited)
		case failFast:
			return nil, localError(StatusDisconnected, SentNo, method, "not connected%s",
				because(reason))
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, c.ended(ctx, method, SentNo)
		}
	}
}

// refusedFor is a call that was not sent and never will be.
func refusedFor(reason *Error, method string, waited bool) *Error {
	message := reason.Message
	if waited && method != "" {
		message = method + ": it was not sent" + because(reason)
	}
	return &Error{Status: StatusTerminal, Origin: reason.Origin, Code: reason.Code,
		Sent: SentNo, Method: method, Message: message}
}

func because(reason *Error) string {
	if reason == nil {
		return ""
	}
	return ": " + reason.Message
}

func asError(err error) *Error {
	var known *Error
	if errors.As(err, &known) {
		return known
	}
	return &Error{Status: StatusInvalid, Origin: OriginLocal, Sent: SentNo, Message: err.Error()}
}
