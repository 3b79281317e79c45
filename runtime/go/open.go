// Package bell makes typed calls over Centrifugo. It is the runtime of
// generated clients; programs use its options, errors and optional values.
package bell

import (
	"context"
	"os"
	"sync"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// Client makes the calls of a service. Its methods may be called from several
// goroutines at once, and from the functions that it calls.
type Client struct {
	service *schema.Service
	url     string
	token   string
	userID  string
	options options
	voice   *voice

	environment environment
	misset      string // what is wrong with it; "": nothing

	mu     sync.Mutex
	line   line // nil: Connect was not called, or Disconnect was
	closed bool
}

// NewClient makes a client; Connect, or the first call, connects it. If url is
// empty, $CENTRIFUGO_URL is used.
func NewClient(service *schema.Service, url, token, userID string,
	list ...Option) *Client {
	if url == "" {
		url = os.Getenv("CENTRIFUGO_URL")
	}
	made := &Client{service: service, url: url, token: token, userID: userID,
		options: makeOptions(list)}
	made.environment = builtIn()
	if made.options.transport == nil { // tests are alike everywhere
		made.environment, made.misset = readEnvironment()
	}
	made.voice = newVoice(&made.options, made.environment)
	return made
}

// Service returns the table of the service.
func (c *Client) Service() *schema.Service {
	return c.service
}

// begin makes the line and lets it connect; c.mu is held.
func (c *Client) begin() *Error {
	if c.misset != "" {
		return localError(StatusInvalid, SentNo, "", "options: %s", c.misset)
	}
	if wrong := c.options.wrong(c.token); wrong != "" {
		return localError(StatusInvalid, SentNo, "", "options: %s", wrong)
	}
	made, wrong := newLink(&c.options, c.voice, c.url, c.token, c.userID)
	if wrong != "" {
		return localError(StatusInvalid, SentNo, "", "%s", wrong)
	}
	c.line = made
	made.open()
	return nil
}

// carrier is the line that calls go to.
func (c *Client) carrier() (line, *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil, localError(StatusClosed, SentNo, "", "the client is closed")
	}
	if c.line == nil {
		if err := c.begin(); err != nil {
			return nil, err
		}
	}
	return c.line, nil
}

// Connect returns when calls can be sent. If the server refuses for good, it
// returns an error at once. If the context's deadline passes, or 10 s (see
// WithConnectWait) if it has none, Connect returns an error, but the client
// keeps trying until Disconnect. After Disconnect, Connect starts again.
func (c *Client) Connect(ctx context.Context) error {
	c.mu.Lock()
	c.closed = false
	c.mu.Unlock()
	carrier, err := c.carrier()
	if err != nil {
		return err
	}
	return carrier.ready(ctx)
}

// Disconnect ends the connection; calls in flight end with StatusClosed. It
// returns when the client's goroutines have ended. Only functions of the
// program may still run: a token source, whose context has ended, or the
// function that called Disconnect.
func (c *Client) Disconnect() {
	c.mu.Lock()
	old := c.line
	c.line = nil
	c.closed = true
	c.mu.Unlock()
	if old != nil {
		old.close()
	}
}

// State returns the state of the connection. Before Connect and the first call
// it is StateDisconnected.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line == nil {
		return StateDisconnected
	}
	return c.line.state()
}

// Kick skips the wait before the next attempt to connect, for example when the
// network is back.
func (c *Client) Kick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line != nil {
		c.line.kick()
	}
}
