// message.go: a call as a message of a socket. It knows no socket.

package bell

import (
	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// message writes the params with the tag in front of their members.
func (e *encoder) message(method *schema.Method, params any) error {
	said := method.Message
	if said.Socket.Tag != "" {
		e.out = json.AppendText(append(e.out, '{'), said.Socket.Tag)
		e.out = json.AppendText(append(e.out, ':'), said.Tag)
	}
	from := len(e.out)
	switch {
	case method.Params == nil:
		e.out = append(e.out, "{}"...)
	default:
		if err := e.root(method.Params, params); err != nil {
			return err
		}
	}
	switch {
	case from == 0:
	case len(e.out)-from == 2: // {}
		e.out = append(e.out[:from], '}')
	default:
		e.out[from] = ','
	}
	return nil
}
