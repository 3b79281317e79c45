// socket_line.go: the lines of a client's messages and streams: one for each
// place that somebody listens to, or calls. It knows no Go values.

package bell

import (
	"slices"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/protocol"
	"github.com/bellpull/bellpull/runtime/go/internal/transport"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// socketLine is one of them; what is below is under its client's mutex.
type socketLine struct {
	*link
	table  *schema.Socket
	target string
	users  int // who listens
	// it connects, or did
	started bool
}

// ring is where a line of messages finds its tokens.
type ring struct {
	roles []string
	from  *tokens // what endpoints bring; nil: there are none
	own   string
}

func (r *ring) token() string {
	if r.from != nil {
		if token := r.from.shown(r.roles); token != "" {
			return token
		}
	}
	return r.own
}

func (r *ring) spent(token string) {
	if r.from != nil {
		r.from.refused(token)
	}
	if r.own == token {
		r.own = ""
	}
}

func (r *ring) keep(token string) {
	if r.from != nil {
		r.from.answer(wantedOf(r.roles), token, true)
		return
	}
	r.own = token
}

// answerTags are the tags that calls on a socket wait for.
func answerTags(service *schema.Service, table *schema.Socket) map[string]bool {
	waited := map[string]bool{}
	for _, method := range service.Methods {
		if m := method.Message; m != nil && m.Socket == table && m.Reply != "" {
			waited[m.Reply] = true
		}
	}
	return waited
}

func (c *Client) newSocketLine(table *schema.Socket,
	target string) (*socketLine, string) {
	to := c.linkOf(table.Name)
	o := &c.options
	if to.url == "" {
		return nil, "options: url is missing"
	}
	base, wrong := transport.ReadBase(to.url)
	if wrong != "" {
		return nil, wrong
	}
	base.Target += target
	items := (*schema.Type)(nil)
	if stream := c.streamOn(table); stream != nil {
		items = stream.Item
	}
	spoken := protocol.NewSocket(table, items, answerTags(c.service, table))
	l := &link{options: o, voice: c.voice, name: table.Name, protocol: spoken,
		several: len(c.sections()) > 1, greeter: spoken, transport: o.transport}
	if l.transport == nil {
		l.transport = transport.NewWebSocket(&transport.Options{URL: base,
			TLS: o.tls, Proxy: o.rest.way(), Header: o.header,
			MessageBytesMax: o.limits.MessageBytes})
	}
	if table.Auth != nil {
		l.source = o.tokenSource
		l.ring = &ring{roles: table.Auth.Roles, own: to.token}
		if some, _ := hasRest(c.service); some {
			l.ring.from = c.tokens
		}
	}
	l.prepare()
	return &socketLine{link: l, table: table, target: target}, ""
}

// streamOn is what comes on a socket unasked; nil: nothing.
func (c *Client) streamOn(table *schema.Socket) *schema.Stream {
	for _, each := range c.service.Streams {
		if each.Socket == table {
			return each
		}
	}
	return nil
}

// socketLine gives the line to a place, which is opened where there is none, or
// where it has ended for good and somebody wants to listen; c.mu is held.
func (c *Client) socketLine(table *schema.Socket, target string,
	listens bool) (*socketLine, *Error) {
	var ended *link
	for i, each := range c.sockets {
		if each.table != table || each.target != target {
			continue
		}
		if state, _, _ := each.look(); !listens || state != core.Terminal {
			return each, nil
		}
		ended = each.link
		c.sockets = slices.Delete(c.sockets, i, i+1)
		break
	}
	if err := c.mayOpen(); err != nil {
		return nil, err
	}
	made, wrong := c.newSocketLine(table, target)
	if wrong != "" {
		return nil, localError(StatusInvalid, SentNo, "", "%s", wrong)
	}
	if ended != nil {
		go ended.close()
	}
	c.sockets = append(c.sockets, made)
	return made, nil
}

// messenger is the line that calls of a socket go to: the newest one to it.
func (c *Client) messenger(method *schema.Method) (line, *Error) {
	table := method.Message.Socket
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, each := range slices.Backward(c.sockets) {
		if each.table == table {
			return each.link, nil
		}
	}
	if stream := c.streamOn(table); stream != nil && stream.Route != nil {
		return nil, localError(StatusInvalid, SentNo, "",
			"nobody listens to %s, so there is no line for the call", table.Name)
	}
	made, err := c.socketLine(table, table.Path, false)
	if err != nil {
		return nil, err
	}
	made.start()
	return made.link, nil
}

// leave gives up a line that nobody listens to any more, unless calls are under
// way on it.
func (c *Client) leave(left *socketLine) {
	c.mu.Lock()
	left.users--
	at := slices.Index(c.sockets, left)
	over := left.users == 0 && at >= 0 && left.calls() == 0
	if over {
		c.sockets = slices.Delete(c.sockets, at, at+1)
	}
	c.mu.Unlock()
	if over {
		left.close()
	}
}

func (l *link) calls() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.session.Calls()
}
