// channel.go: calls as publications, on top of Centrifugo's protocol. It knows
// no socket and no call.

package protocol

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const subscribeID = 2

const (
	passedMost        = 64
	alreadySubscribed = 105
	nameBytesMax      = 255 // Centrifugo's own limit of a channel's name
	nonceBytes        = 16
	shownBytesMax     = 64
)

// Channel carries calls as publications: {method, params, correlation_id,
// reply_to} goes out, {correlation_id, result | error} comes on the user's own
// channel.
type Channel struct {
	*Centrifugo
	// 128 random bits and a dash: two clients of one user never cross
	prefix       string
	request      []byte // its name as JSON
	reply        []byte
	replyChannel string
	responder    string // "": nobody
	subscribed   bool
	ready        seam.Event // waits for the subscription
	held         bool       // it does
}

// NewChannel makes channel mode of Centrifugo; wrong says which name is.
func NewChannel(inner *Centrifugo, request, reply,
	responder string) (made *Channel, wrong string) {
	for _, name := range []string{request, reply, responder} {
		if len(name) > nameBytesMax || name == "" && name != responder ||
			!json.IsUTF8(name) || request == "" || reply == "" {
			return nil, "a channel's name or responder_user is empty, longer than 255 bytes or " +
				"not UTF-8"
		}
	}
	var nonce [nonceBytes]byte
	_, _ = rand.Read(nonce[:]) // it never fails
	return &Channel{Centrifugo: inner, prefix: hex.EncodeToString(nonce[:]) + "-",
		request: json.AppendText(nil, request), reply: json.AppendText(nil, reply),
		replyChannel: reply, responder: responder}, ""
}

// Own are the ids of connect and subscribe.
func (c *Channel) Own() uint32 { return subscribeID }

// Hello is connect and subscribe in one frame: one round trip less.
func (c *Channel) Hello(out []byte) []byte {
	c.subscribed, c.held = false, false
	out = append(c.Centrifugo.Hello(out),
		"\n{\"id\":2,\"subscribe\":{\"channel\":"...)
	return append(append(out, c.reply...), "}}"...)
}

// Begin is publish.
func (c *Channel) Begin(out []byte, id uint32, method *seam.Method) []byte {
	out = strconv.AppendUint(append(out, `{"id":`...), uint64(id), 10)
	out = append(append(out, `,"publish":{"channel":`...), c.request...)
	out = json.AppendText(append(out, `,"data":{"method":`...), method.Name)
	return append(out, `,"params":`...)
}

// End closes publish; a method without a reply names no channel for it.
func (c *Channel) End(out []byte, id uint32, method *seam.Method) []byte {
	if method.NoReply {
		return append(out, "}}}"...)
	}
	out = append(append(out, `,"correlation_id":"`...), c.prefix...)
	out = strconv.AppendUint(out, uint64(id), 10)
	out = append(append(out, `","reply_to":`...), c.reply...)
	return append(out, "}}}"...)
}

// ---- Replies ----------------------------------------------------------------

// publication is a push, taken apart; slices are lent, nil where missing.
type publication struct {
	channel    string
	data, info []byte
	gone       bool // the server ended the subscription
}

func readPub(r *json.Reader, p *publication) bool {
	if !r.EnterMap() {
		return false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		value, good := r.Skip()
		switch {
		case !good:
			return false
		case json.KeyIs(key, "data"):
			p.data = value
		case json.KeyIs(key, "info"):
			p.info = value
		}
	}
	return r.Wrong == ""
}

func readPublication(push []byte) (p publication, good bool) {
	r := json.NewReader(push, json.DepthMax)
	if !r.EnterMap() {
		return p, false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		switch {
		case json.KeyIs(key, "channel"):
			p.channel, good = r.Text()
		case json.KeyIs(key, "pub"):
			good = readPub(&r, &p)
		default:
			p.gone = p.gone || json.KeyIs(key, "unsubscribe")
			_, good = r.Skip()
		}
		if !good {
			return p, false
		}
	}
	return p, r.Wrong == ""
}

// envelope is a reply's; an error that is null is none.
type envelope struct {
	correlation string
	result, err []byte
}

func readEnvelope(data []byte) (e envelope, good bool) {
	r := json.NewReader(data, json.DepthMax)
	if r.Peek() != '{' || !r.EnterMap() {
		return e, false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		switch {
		case json.KeyIs(key, "correlation_id") && r.Peek() == '"':
			e.correlation, good = r.Text()
		case json.KeyIs(key, "result"):
			e.result, good = r.Skip()
		case json.KeyIs(key, "error") && r.Peek() != 'n':
			e.err, good = r.Skip()
		default:
			_, good = r.Skip()
		}
		if !good {
			return e, false
		}
	}
	return e, r.Wrong == ""
}

// ourID is the call's, 0 where the correlation id is not one of ours: another
// client of the same user has its own prefix.
func (c *Channel) ourID(correlation string) uint32 {
	digits, mine := strings.CutPrefix(correlation, c.prefix)
	if !mine || len(digits) > digitsMax ||
		strings.Trim(digits, "0123456789") != "" {
		return 0
	}
	id, err := strconv.ParseUint(digits, 10, 32)
	if err != nil || id <= subscribeID {
		return 0
	}
	return uint32(id)
}

// isTrusted goes by the server's word on who published; its API leaves none.
// Else any client that may publish could answer in the backend's name.
func (c *Channel) isTrusted(info []byte) (user string, trusted bool) {
	if info == nil {
		return "", true
	}
	r := json.NewReader(info, json.DepthMax)
	if !r.EnterMap() {
		return "", false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		good := true
		if json.KeyIs(key, "user") {
			user, good = r.Text()
		} else {
			_, good = r.Skip()
		}
		if !good {
			return user, false
		}
	}
	return user, r.Wrong == "" && c.responder != "" && user == c.responder
}

func readBackendError(text []byte, event *seam.Event) {
	event.Kind = seam.EventError
	event.Origin = seam.Backend
	event.Payload = nil
	if !readError(text, event) {
		event.Code, event.Temporary, event.Payload = 0, false, nil
		event.Text = "the backend sent an error that is not {code, message}"
	}
}

// takePush makes a push the reply of a call, or leaves one that nobody awaits.
func (c *Channel) takePush(event *seam.Event) {
	p, good := readPublication(event.Payload)
	if !good || p.channel != c.replyChannel {
		return
	}
	if p.gone {
		*event = seam.Event{Kind: seam.EventBye, MayReconnect: true,
			Origin: seam.Reply,
			Text:   "the server ended the subscription of the reply channel"}
		return
	}
	e, good := readEnvelope(p.data)
	id := c.ourID(e.correlation)
	if !good || id == 0 {
		return
	}
	if user, trusted := c.isTrusted(p.info); !trusted {
		event.Text = fmt.Sprintf("a reply was refused: user \"%s\" published it, who is not "+
			"responder_user", seam.Cut(user, shownBytesMax))
		return
	}
	event.ID = id
	if e.err != nil {
		readBackendError(e.err, event)
		return
	}
	event.Kind = seam.EventReply
	event.Payload = e.result
}

// ---- Events -----------------------------------------------------------------

func (c *Channel) becomeReady(event *seam.Event) {
	c.subscribed, c.held = true, false
	*event = c.ready
	c.ready = seam.Event{}
}

func (c *Channel) subscriptionRefused(event *seam.Event) {
	event.Kind = seam.EventBye
	event.MayReconnect = event.Temporary || event.Code <= codeInternalMax
	event.Text = fmt.Sprintf("the server refused the reply channel %s: %d %s",
		seam.Cut(c.replyChannel, shownBytesMax), event.Code,
		seam.Cut(event.Text, shownBytesMax))
}

// translate gives true where the event is for the session; false where it was
// ours alone.
func (c *Channel) translate(event *seam.Event) bool {
	ours := event.ID == subscribeID && !c.subscribed
	switch event.Kind {
	case seam.EventReady:
		c.ready, c.held = *event, true
		c.ready.Data = append([]byte(nil), event.Data...)
		return false
	case seam.EventReply:
		if ours {
			c.becomeReady(event)
			return true
		}
		return false // the publication is out; its reply is a push
	case seam.EventError:
		switch {
		case ours && event.Code == alreadySubscribed:
			c.becomeReady(event)
		case ours:
			c.subscriptionRefused(event)
		}
	case seam.EventPush:
		c.takePush(event)
	case seam.EventAlive: // between connect and subscribe as well
		event.Pong = event.Pong || c.held && c.ready.Pong
	}
	return true
}

// Decode is Centrifugo's, of whose pushes it makes replies. What is ours alone
// it passes over, and tells of it where much stands in a row.
func (c *Channel) Decode(frame []byte, at *int, event *seam.Event) bool {
	for range passedMost {
		if !c.Centrifugo.Decode(frame, at, event) {
			return false
		}
		if c.translate(event) {
			return true
		}
	}
	*event = seam.Event{Kind: seam.EventPush}
	return true
}
