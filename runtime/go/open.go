// Package bell makes typed calls over Centrifugo and HTTP. It is the runtime of
// generated clients; programs use its options, errors and optional values.
package bell

import (
	"context"
	"os"
	"sync"

	"github.com/bellpull/bellpull/runtime/go/internal/transport"
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
	tokens  *tokens

	environment environment
	misset      string // what is wrong with it; "": nothing

	mu     sync.Mutex
	line   line  // nil: Connect was not called, or Disconnect was
	rest   *rest // the same for calls of rest
	closed bool
	// the lines of messages and streams
	sockets []*socketLine
}

// NewClient makes a client; Connect, or the first call, connects it. If url is
// empty, $CENTRIFUGO_URL is used.
func NewClient(service *schema.Service, url, token, userID string,
	list ...Option) *Client {
	if _, alone := hasRest(service); url == "" && !alone {
		url = os.Getenv("CENTRIFUGO_URL")
	}
	made := &Client{service: service, url: url, token: token, userID: userID,
		options: makeOptions(list)}
	own := made.linkOf("rest")
	source := made.options.tokenSource
	if own.token != "" && token == "" {
		source = nil // the link has its own
	}
	made.tokens = newTokens(service, source, own.token)
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

// mayOpen says what is wrong with the client's options; c.mu is held.
func (c *Client) mayOpen() *Error {
	switch {
	case c.closed:
		return localError(StatusClosed, SentNo, "", "the client is closed")
	case c.misset != "":
		return localError(StatusInvalid, SentNo, "", "options: %s", c.misset)
	}
	wrong := c.options.wrong(c.token)
	if wrong == "" {
		wrong = c.linksWrong()
	}
	if wrong != "" {
		return localError(StatusInvalid, SentNo, "", "options: %s", wrong)
	}
	return nil
}

// carrier is the line that calls go to; it begins to connect.
func (c *Client) carrier() (line, *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.line != nil {
		return c.line, nil
	}
	if err := c.mayOpen(); err != nil {
		return nil, err
	}
	to := c.linkOf("rpc")
	made, wrong := newLink(&c.options, c.voice, to.url, to.token, c.userID)
	if wrong != "" {
		return nil, localError(StatusInvalid, SentNo, "", "%s", wrong)
	}
	c.line = made
	made.open()
	return made, nil
}

// webTransport is a transport of tests that answers endpoints too.
type webTransport interface {
	Web(service *schema.Service) transport.Exchanger
}

// exchanger is what calls of rest go to.
func (c *Client) exchanger() (*rest, *Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.openRest()
}

// openRest is exchanger under c.mu.
func (c *Client) openRest() (*rest, *Error) {
	if c.rest != nil {
		return c.rest, nil
	}
	if err := c.mayOpen(); err != nil {
		return nil, err
	}
	to := c.linkOf("rest")
	standIn, isTest := c.options.transport.(webTransport)
	if isTest {
		to = &chosenLink{url: "http://fake", token: to.token}
	}
	made, wrong := newRest(&c.options, to, c.tokens)
	if wrong != "" {
		return nil, localError(StatusInvalid, SentNo, "", "%s", wrong)
	}
	if isTest {
		made.http.Close()
		made.http = standIn.Web(c.service)
	}
	c.rest = made
	return made, nil
}

// Connect returns when calls can be sent. If the server refuses for good, it
// returns an error at once. If the context's deadline passes, or 10 s (see
// WithConnectWait) if it has none, Connect returns an error, but the client
// keeps trying until Disconnect. After Disconnect, Connect starts again. Where
// the service has no rpc, Connect is done at once, and no change is told:
// messages and streams connect when somebody listens or calls.
func (c *Client) Connect(ctx context.Context) error {
	c.mu.Lock()
	c.closed = false
	c.mu.Unlock()
	if some, alone := hasRest(c.service); alone {
		return c.beginAlone(some)
	}
	carrier, err := c.carrier()
	if err != nil {
		return err
	}
	return carrier.ready(ctx)
}

// beginAlone is Connect where there is no rpc.
func (c *Client) beginAlone(rest bool) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	err := c.mayOpen()
	if err == nil && rest {
		_, err = c.openRest()
	}
	if err != nil {
		return err
	}
	return nil
}

// Disconnect ends the connection; calls in flight end with StatusClosed. It
// returns when the client's goroutines have ended. Only functions of the
// program may still run: a token source, whose context has ended, or the
// function that called Disconnect.
func (c *Client) Disconnect() {
	c.mu.Lock()
	old, other, sockets := c.line, c.rest, c.sockets
	c.line, c.rest, c.sockets = nil, nil, nil
	c.closed = true
	c.mu.Unlock()
	closeAll(sockets)
	if other != nil {
		other.close()
		c.tellRestClosed()
	}
	if old != nil {
		old.close()
	}
}

func (c *Client) tellRestClosed() {
	if _, alone := hasRest(c.service); !alone {
		return
	}
	c.voice.say(LevelInfo, "closed", "closed", "rest")
	c.voice.teller.settle(settleMost)
}

// State returns the state of the connections that are in use: StateConnecting
// while one of them is not up. Before Connect and the first call it is
// StateDisconnected.
func (c *Client) State() State {
	c.mu.Lock()
	defer c.mu.Unlock()
	state := StateDisconnected
	if _, alone := hasRest(c.service); alone && c.rest != nil {
		state = StateConnected
	}
	for _, each := range c.linesInUse() {
		switch each.state() {
		case StateConnecting:
			return StateConnecting
		case StateConnected:
			state = StateConnected
		}
	}
	return state
}

// Kick skips the wait before the next attempt to connect, for example when the
// network is back.
func (c *Client) Kick() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, each := range c.linesInUse() {
		each.kick()
	}
}

// linesInUse are those that connect; c.mu is held.
func (c *Client) linesInUse() []line {
	var list []line
	if c.line != nil {
		list = append(list, c.line)
	}
	for _, each := range c.sockets {
		list = append(list, each.link)
	}
	return list
}
