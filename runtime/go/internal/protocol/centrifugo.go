// Package protocol is what the bytes say: Centrifugo's client protocol, and
// channel mode, which stands on it. It knows no socket and no call.
package protocol

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

// Of connect, and of refresh later unless an answer may come that has it.
const connectID = 1

const (
	closeNotUTF8 = 1007
	digitsMax    = 10
)

// Centrifugo writes commands and reads replies of Centrifugo's client protocol.
type Centrifugo struct {
	name     string
	token    string
	data     []byte // JSON without line breaks; empty: none
	greeted  bool
	renewing bool   // a refresh command has no answer yet
	ownID    uint32 // of the last command of our own
	// Advises: calls are rpc commands, so their errors say what to do.
	Advises bool
}

// NewCentrifugo makes a protocol that greets with this name and token, and with
// data, which is JSON without line breaks, or nil.
func NewCentrifugo(name, token string, data []byte) *Centrifugo {
	return &Centrifugo{name: name, token: token, data: data, ownID: connectID}
}

// SetToken is what it greets and renews with from now on; "" is none.
func (c *Centrifugo) SetToken(token string) { c.token = token }

// Join is a newline.
func (c *Centrifugo) Join() string { return "\n" }

// Own is the one id of connect and refresh.
func (c *Centrifugo) Own() uint32 { return connectID }

// Hello is connect.
func (c *Centrifugo) Hello(out []byte) []byte {
	c.greeted, c.renewing, c.ownID = false, false, connectID
	out = append(out, `{"id":1,"connect":{`...)
	if c.token != "" {
		out = append(json.AppendText(append(out, `"token":`...), c.token), ',')
	}
	if len(c.data) != 0 {
		out = append(append(append(out, `"data":`...), c.data...), ',')
	}
	return append(json.AppendText(append(out, `"name":`...), c.name), "}}"...)
}

// IsReady is false: the answer to connect comes.
func (c *Centrifugo) IsReady() bool { return false }

// Begin is rpc.
func (c *Centrifugo) Begin(out []byte, id uint32, method *seam.Method) []byte {
	out = strconv.AppendUint(append(out, `{"id":`...), uint64(id), 10)
	out = json.AppendText(append(out, `,"rpc":{"method":`...), method.Name)
	return append(out, `,"data":`...)
}

// End closes rpc.
func (c *Centrifugo) End(out []byte, _ uint32, _ *seam.Method) []byte {
	return append(out, "}}"...)
}

// Pong answers a ping.
func (c *Centrifugo) Pong(out []byte) []byte { return append(out, "{}"...) }

// Renew is refresh.
func (c *Centrifugo) Renew(out []byte, id uint32) []byte {
	c.renewing, c.ownID = true, id
	out = strconv.AppendUint(append(out, `{"id":`...), uint64(id), 10)
	out = append(out, `,"refresh":{"token":`...)
	return append(json.AppendText(out, c.token), "}}"...)
}

// ---- The usual reply, read without looking for keys -------------------------

func passLiteral(line []byte, at int, literal string) int {
	if at < 0 || !json.IsAt(line, at, literal) {
		return -1
	}
	return at + len(literal)
}

// findData gives the place of the value of data, from behind `"rpc":{`, over
// what else may stand in front of that; -1 where there is none.
func findData(line []byte, at int) int {
	var f json.Fault
	data := passLiteral(line, at, `"data":`)
	for data < 0 && at < len(line) && line[at] == '"' {
		escaped := false
		at = json.TextEnd(line, at+1, &escaped, &f)
		at = passLiteral(line, at, `":`)
		if at >= 0 {
			at = json.SkipValue(line, at, json.DepthMax, &f)
		}
		if at < 0 || at == len(line) || line[at] != ',' {
			return -1
		}
		at++
		data = passLiteral(line, at, `"data":`)
	}
	return data
}

// takeApart is for `{"id":N,"rpc":{"data":X}}`, as every Centrifugo writes it:
// N, and the bytes of X if nothing follows it. False: it looks different, and
// the general way must look.
func (c *Centrifugo) takeApart(line []byte) (id uint32, data []byte,
	good bool) {
	at := passLiteral(line, 0, `{"id":`)
	if at < 0 {
		return 0, nil, false
	}
	number, digits := uint64(0), at
	for at < len(line) && line[at] >= '0' && line[at] <= '9' &&
		at-digits < digitsMax {
		number = number*10 + uint64(line[at]-'0')
		at++
	}
	if number == uint64(c.ownID) || number > math.MaxUint32 ||
		at == digits || line[digits] == '0' {
		return 0, nil, false
	}
	at = passLiteral(line, at, `,"rpc":{`)
	if at >= 0 {
		at = findData(line, at)
	}
	if at < 0 || len(line)-at < 3 || string(line[len(line)-2:]) != "}}" {
		return 0, nil, false
	}
	return uint32(number), line[at : len(line)-2], true
}

// usualReply leaves it to whoever decodes the data to find out whether it is
// one value: to look for its end here as well would cost half as much again.
func (c *Centrifugo) usualReply(line []byte, event *seam.Event) bool {
	id, data, good := c.takeApart(line)
	if !good {
		return false
	}
	first, last := data[0], data[len(data)-1]
	if (first != '{' || last != '}') && (first != '[' || last != ']') {
		return false
	}
	*event = seam.Event{Kind: seam.EventReply, ID: id, Payload: data,
		Guessed: true}
	return true
}

// Reread is for data that were guessed to reach up to the line's last two
// brackets: members may follow them, of rpc and of the message.
func (c *Centrifugo) Reread(payload []byte) ([]byte, bool) {
	reader := json.Inside(payload[:len(payload)+2], 2, json.DepthMax)
	data, good := reader.Skip()
	for depth := 0; good && depth < 2; depth++ {
		key, more := reader.NextKey()
		for ; good && more; key, more = reader.NextKey() {
			value, fine := reader.Skip()
			switch {
			case !fine || depth == 1 && json.KeyIs(key, "error"):
				good = false
			case depth == 0 && json.KeyIs(key, "data"):
				data = value
			}
		}
	}
	return data, good && reader.Done()
}

// onlyInside: what is wrong inside of one message must not end the calls of all
// others. Bad data go to their own call, where the codec says what is wrong
// with them, and a push that nests too deep, or is not UTF-8, is nobody's: the
// server passes on what any client may have published.
func (c *Centrifugo) onlyInside(line []byte, wrong string,
	event *seam.Event) bool {
	if id, data, good := c.takeApart(line); good {
		*event = seam.Event{Kind: seam.EventReply, ID: id, Payload: data}
		return true
	}
	*event = seam.Event{Kind: seam.EventPush}
	if wrong == json.NotUTF8 {
		event.Text = "a push was ignored: it is not UTF-8"
	}
	return (wrong == json.TooDeep || wrong == json.NotUTF8) &&
		passLiteral(line, 0, `{"push":{`) >= 0
}

// ---- Any other message ------------------------------------------------------

// message is what a message holds; values are lent slices, nil where missing.
type message struct {
	id                    uint64
	err, connect, refresh []byte
	data                  []byte // of rpc
	push                  []byte
	empty                 bool // {}
}

func readData(r *json.Reader) (data []byte, good bool) {
	if !r.EnterMap() {
		return nil, false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		value, good := r.Skip()
		if !good {
			return nil, false
		}
		if json.KeyIs(key, "data") {
			data = value
		}
	}
	return data, r.Wrong == ""
}

func readMessage(r *json.Reader) (m message, good bool) {
	m.empty = true
	if !r.EnterMap() {
		return m, false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		m.empty = false
		ignored := []byte(nil)
		value := &ignored
		good = true
		switch {
		case json.KeyIs(key, "id"):
			m.id, good = r.Uint64()
			value = nil
		case json.KeyIs(key, "rpc"):
			m.data, good = readData(r)
			value = nil
		case json.KeyIs(key, "error"):
			value = &m.err
		case json.KeyIs(key, "connect"):
			value = &m.connect
		case json.KeyIs(key, "refresh"):
			value = &m.refresh
		case json.KeyIs(key, "push"):
			value = &m.push
		}
		if value != nil {
			*value, good = r.Skip()
		}
		if !good {
			return m, false
		}
	}
	return m, r.Wrong == "" && r.Done()
}

// sortOwn is for the answer to connect or to refresh.
func (c *Centrifugo) sortOwn(m *message, event *seam.Event) bool {
	greeted := c.greeted
	*event = seam.Event{Kind: seam.EventReady, ID: c.ownID}
	if greeted {
		event.Kind = seam.EventRenewed
	}
	c.renewing = false
	switch {
	case m.err != nil:
		event.Origin = seam.Reply
		if !readError(m.err, event) {
			return false
		}
		if greeted {
			renewalRefused(event)
		} else {
			connectRefused(event)
		}
		return true
	case greeted:
		return m.refresh != nil && lives(m.refresh, event)
	}
	c.greeted = true
	return m.connect != nil && lives(m.connect, event)
}

func (c *Centrifugo) sortMessage(m *message, event *seam.Event) bool {
	switch {
	case m.empty:
		*event = seam.Event{Kind: seam.EventAlive}
		return true
	case m.id == 0:
		*event = seam.Event{Kind: seam.EventPush}
		return m.push == nil || readPush(m.push, event)
	case m.id == uint64(c.ownID) && (!c.greeted || c.renewing):
		return c.sortOwn(m, event)
	}
	*event = seam.Event{Kind: seam.EventReply, Payload: m.data}
	if m.id <= math.MaxUint32 { // what is beyond 32 bits is for nobody
		event.ID = uint32(m.id)
	}
	if m.err == nil {
		return true
	}
	event.Kind = seam.EventError
	event.Payload = nil
	event.Origin = seam.Reply
	if !readError(m.err, event) {
		return false
	}
	if advice := rpcAdvices[event.Code]; advice != "" && c.Advises {
		event.Text += ": " + advice
	}
	return true
}

// rpcAdvices are what to do about errors of rpc.
var rpcAdvices = map[int]string{100: "does its backend answer?",
	108: "is rpc proxied?"}

// nonsense: nothing that comes after it can be trusted to be in step. Whether
// it is text at all (RFC 6455 8.1) is asked here alone: whoever reads a string
// checks it as well.
func nonsense(frame []byte, event *seam.Event, offset int, wrong string) {
	*event = seam.Event{Kind: seam.EventBye, MayReconnect: true,
		Origin: seam.Codec}
	if good := goodUTF8(frame); good < len(frame) {
		event.DropCode = closeNotUTF8
		event.Text = fmt.Sprintf("the server sent text that is not UTF-8 (byte %d)", good)
		return
	}
	event.Text = fmt.Sprintf("the server sent something that is not a Centrifugo message (byte %d: %s)", offset,
		wrong)
}

func goodUTF8(frame []byte) int {
	at := 0
	for at < len(frame) {
		letter, size := utf8.DecodeRune(frame[at:])
		if letter == utf8.RuneError && size <= 1 {
			break
		}
		at += size
	}
	return at
}

// Decode reads a frame line by line.
func (c *Centrifugo) Decode(frame []byte, at *int, event *seam.Event) bool {
	// white space between messages is nobody's, newlines too
	start := json.SkipSpace(frame, *at)
	if start >= len(frame) {
		return false
	}
	line := frame[start:]
	*at = len(frame)
	if newline := bytes.IndexByte(line, '\n'); newline >= 0 {
		line = line[:newline]
		*at = start + newline + 1
	}
	if c.usualReply(line, event) {
		return true
	}
	reader := json.NewReader(line, json.DepthMax)
	m, good := readMessage(&reader)
	good = good && c.sortMessage(&m, event)
	if !good && !c.onlyInside(line, reader.Wrong, event) {
		wrong := reader.Wrong
		if wrong == "" {
			wrong = "a member has a wrong type"
		}
		*at = len(frame)
		nonsense(frame, event, start+reader.At, wrong)
	}
	return true
}

// Closed says what a close code means.
func (c *Centrifugo) Closed(code int, reason string, event *seam.Event) {
	*event = seam.Event{}
	closed(code, reason, event)
	if code == 3501 && c.token == "" {
		event.Text = "the server closed with 3501 bad request: no token was sent; " +
			"does it allow anonymous clients?"
	}
}
