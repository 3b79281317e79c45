// socket.go: messages of a schema's own on a WebSocket: what a message is, the
// token at the start, bare pings, close codes. It knows no type and no call.

package protocol

import (
	"fmt"
	"math"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// How far the token is.
const (
	stageNew   = iota // nothing was said
	stageAsked        // the server wants it
	stageSaid
	stageOver // taken, or none is wanted
)

const (
	refusedMax  = 2 // the program is asked for another one before that
	closeNormal = 1000
)

// Socket reads and writes the messages of one table. The commands of calls are
// whole before they come here.
type Socket struct {
	table  *schema.Socket
	items  *schema.Type    // what comes without a request; nil: nothing
	waited map[string]bool // the tags of answers
	token  string
	stage  int
	// tokens in a row that were not taken
	refused int
}

// NewSocket makes a protocol; waited are the tags that calls wait for.
func NewSocket(table *schema.Socket, items *schema.Type,
	waited map[string]bool) *Socket {
	return &Socket{table: table, items: items, waited: waited}
}

// SetToken is what the next line shows.
func (s *Socket) SetToken(token string) { s.token = token }

// Join is nothing: a message is a frame.
func (s *Socket) Join() string { return "" }

// Own is none.
func (s *Socket) Own() uint32 { return 0 }

// Hello is the token, once it is wanted.
func (s *Socket) Hello(out []byte) []byte {
	auth := s.table.Auth
	switch {
	case auth == nil:
		s.stage = stageOver
		return out
	case s.stage != stageAsked && auth.Wait != "":
		s.stage = stageNew
		return out
	}
	s.stage = stageSaid
	out = append(out, '{')
	if auth.Send != "" {
		out = append(json.AppendText(out, s.table.Tag), ':')
		out = append(json.AppendText(out, auth.Send), ',')
	}
	out = append(json.AppendText(out, auth.Token), ':')
	return append(json.AppendText(out, s.token), '}')
}

// IsReady is true where nobody answers the token.
func (s *Socket) IsReady() bool {
	if s.stage == stageSaid && s.table.Auth.Reply == "" {
		s.stage = stageOver
	}
	return s.stage == stageOver
}

// Begin is nothing: see Socket.
func (s *Socket) Begin(out []byte, _ uint32, _ *seam.Method) []byte {
	return out
}

// End is nothing.
func (s *Socket) End(out []byte, _ uint32, _ *seam.Method) []byte {
	return out
}

// Pong answers a bare ping.
func (s *Socket) Pong(out []byte) []byte {
	if s.table.Keepalive == nil {
		return out
	}
	return append(out, s.table.Keepalive.Answer...)
}

// Renew is nothing: a token is for the next line.
func (s *Socket) Renew(out []byte, _ uint32) []byte { return out }

// Reread finds nothing: nothing is guessed.
func (s *Socket) Reread([]byte) ([]byte, bool) { return nil, false }

// tagOf gives what a message says it is; the last of equal members counts.
func (s *Socket) tagOf(frame []byte) (tag string, tagged bool) {
	r := json.NewReader(frame, json.DepthMax)
	if s.table.Tag == "" || r.Peek() != '{' || !r.EnterMap() {
		return "", false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		good := true
		if json.KeyIs(key, s.table.Tag) {
			tagged = r.Peek() == '"'
			if tagged {
				tag, good = r.Text()
			} else {
				_, good = r.Skip()
			}
		} else {
			_, good = r.Skip()
		}
		if !good {
			break
		}
	}
	return tag, tagged && r.Wrong == ""
}

// Decode gives what a message means: one event.
func (s *Socket) Decode(frame []byte, at *int, event *seam.Event) bool {
	if *at > 0 {
		return false
	}
	*at = max(len(frame), 1)
	if alive := s.table.Keepalive; alive != nil &&
		string(frame) == alive.Receive {
		*event = seam.Event{Kind: seam.EventAlive, Pong: true}
		return true
	}
	tag, tagged := s.tagOf(frame)
	*event = seam.Event{Kind: seam.EventPush, Payload: frame}
	if tagged && !s.sortAuth(frame, tag, event) {
		s.sort(frame, tag, event)
	}
	return true
}

// sortAuth is for what belongs to the token.
func (s *Socket) sortAuth(frame []byte, tag string, event *seam.Event) bool {
	auth := s.table.Auth
	if auth == nil || tag == "" {
		return false
	}
	fault := s.table.Error
	switch {
	case tag == auth.Wait:
		*event = seam.Event{Kind: seam.EventAlive}
		if s.stage == stageNew {
			s.stage = stageAsked
			event.Kind = seam.EventAsked
		}
	case tag == auth.Reply:
		*event = seam.Event{Kind: seam.EventAlive}
		if s.stage == stageSaid {
			s.stage, s.refused = stageOver, 0
			event.Kind = seam.EventReady
		}
	case tag == auth.Error || s.stage != stageOver && fault != nil &&
		tag == fault.Tag:
		s.refused++
		*event = seam.Event{Kind: seam.EventBye, Origin: seam.Reply,
			StaleToken: s.refused < refusedMax, SpentToken: true,
			DropCode: closeNormal}
		why := s.readFault(frame, event)
		event.Text = "the server refused the token"
		if why != "" {
			event.Text += ": " + why
		}
	default:
		return false
	}
	return true
}

func (s *Socket) isItem(tag string) bool {
	if s.items == nil || s.items.Tag != s.table.Tag {
		return false
	}
	for i := range s.items.Variants {
		if s.items.Variants[i].Name == tag {
			return true
		}
	}
	return false
}

// sort is for what comes of calls: an item is never theirs.
func (s *Socket) sort(frame []byte, tag string, event *seam.Event) {
	switch fault := s.table.Error; {
	case s.isItem(tag):
	case s.waited[tag]:
		event.Kind = seam.EventAnswer
		event.Tag = tag
	case fault != nil && tag == fault.Tag:
		event.Kind = seam.EventAnswer
		event.Origin = seam.Reply
		event.Text = s.readFault(frame, event)
		if event.Text == "" {
			event.Text = "the server reported an error"
		}
	}
}

// readFault reads the code of a message that reports an error, and gives its
// words.
func (s *Socket) readFault(frame []byte, event *seam.Event) (text string) {
	names := schema.MessageError{Message: "message"}
	if s.table.Error != nil {
		names = *s.table.Error
	}
	r := json.NewReader(frame, json.DepthMax)
	r.EnterMap()
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		good := true
		switch {
		case names.Message != "" && json.KeyIs(key, names.Message) &&
			r.Peek() == '"':
			text, good = r.Text()
		case names.Code != "" && json.KeyIs(key, names.Code) && isDigit(r.Peek()):
			event.Code, good = readCode(&r)
		default:
			_, good = r.Skip()
		}
		if !good {
			break
		}
	}
	return seam.Cut(text, textBytesMax)
}

func isDigit(letter byte) bool {
	return letter >= '0' && letter <= '9' || letter == '-'
}

// readCode gives 0 for what is no code of 32 bits.
func readCode(r *json.Reader) (code int, good bool) {
	raw, good := r.Skip()
	inside := json.NewReader(raw, 1)
	value, whole := inside.Int64()
	if !whole || value < math.MinInt32 || value > math.MaxInt32 {
		value = 0
	}
	return int(value), good
}

// ---- The end ----------------------------------------------------------------

// Close codes after which another line would end as this one did, unless the
// schema says otherwise (RFC 6455 7.4.1).
var finalCodes = map[int]bool{1002: true, 1003: true, 1007: true, 1008: true,
	1010: true}

// Closed says what a close code means.
func (s *Socket) Closed(code int, reason string, event *seam.Event) {
	*event = seam.Event{Kind: seam.EventBye, Code: code, Origin: seam.Close,
		MayReconnect: !finalCodes[code],
		Text:         fmt.Sprintf("the server closed: %d", code)}
	if reason != "" {
		event.Text += " " + seam.Cut(reason, reasonBytesMax)
	}
	for i := range s.table.Closes {
		if each := &s.table.Closes[i]; each.Code == code {
			event.MayReconnect = !each.Final
			if each.Text != "" {
				event.Text += ": " + each.Text
			}
		}
	}
}
