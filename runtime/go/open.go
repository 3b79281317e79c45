// Package bell carries typed calls over Centrifugo. Generated code stands on
// it; programs use the options, the errors and the optional values.
package bell

import (
	"context"
	"os"
	"sync"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// Client carries the calls of a service. Its methods may be called by several
// goroutines at once, also by functions that it calls.
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

// NewClient makes a client; Connect, or the first call, connects it. An empty
// url is $CENTRIFUGO_URL.
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

// Service is the table of what is called.
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

// Connect returns when calls can be sent, or with an error: the server refused
// for good, or the time is over: the context's deadline, else 10 s (see
// WithConnectWait). The client goes on connecting after that; Disconnect ends
// it, and behind that Connect begins anew.
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

// Disconnect ends the connection, and calls in flight with StatusClosed. It
// returns when nothing of the client runs any more but functions of the
// program: a token source whose context has ended, or who called it.
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

// State says how the connection stands. Before Connect and the first call it is
// StateDisconnected.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line == nil {
		return StateDisconnected
	}
	return c.line.state()
}

// Kick skips the wait before the next try at a connection: the program knows
// that the network is back.
func (c *Client) Kick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line != nil {
		c.line.kick()
	}
}
