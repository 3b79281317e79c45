// server.go: what the fake answers: Centrifugo's commands in JSON, one a line,
// and channel mode's publications. It knows no clock.

package belltest

import (
	"bytes"
	"encoding/json"
	"time"
)

const unexpectedCode = -1

type object map[string]any

// command is what a client of Centrifugo sends, as far as the fake knows it.
type command struct {
	ID        uint32      `json:"id"`
	Connect   *credential `json:"connect"`
	Refresh   *credential `json:"refresh"`
	Subscribe *struct{}   `json:"subscribe"`
	RPC       *struct {
		Method string          `json:"method"`
		Data   json.RawMessage `json:"data"`
	} `json:"rpc"`
	Publish *struct {
		Data request `json:"data"`
	} `json:"publish"`
	Send *struct {
		Data request `json:"data"`
	} `json:"send"`
}

type credential struct {
	Token string `json:"token"`
}

// request is what channel mode publishes.
type request struct {
	Method      string          `json:"method"`
	Params      json.RawMessage `json:"params"`
	Correlation string          `json:"correlation_id"`
	ReplyTo     string          `json:"reply_to"`
}

// take reads a frame; f.mu is held.
func (f *Fake) take(w *wire, frame []byte) {
	for line := range bytes.SplitSeq(frame, []byte("\n")) {
		var said command
		if json.Unmarshal(line, &said) != nil {
			continue
		}
		f.answer(w, &said)
	}
}

func (f *Fake) answer(w *wire, said *command) {
	switch {
	case said.Connect != nil:
		f.takeToken(w, said.ID, "connect", said.Connect)
	case said.Refresh != nil:
		f.takeToken(w, said.ID, "refresh", said.Refresh)
	case said.Subscribe != nil:
		w.say(0, object{"id": said.ID, "subscribe": object{}})
	case said.RPC != nil:
		f.takeCall(w, said.RPC.Method, said.RPC.Data,
			func(kind string, body any) any {
				if kind == "result" {
					return object{"id": said.ID, "rpc": object{"data": body}}
				}
				return object{"id": said.ID, "error": body}
			}, said.ID != 0)
	case said.Publish != nil:
		f.takePublication(w, said)
	case said.Send != nil:
		f.takeCall(w, said.Send.Data.Method, said.Send.Data.Params, nil, false)
	}
}

func (f *Fake) takeToken(w *wire, id uint32, kind string, shown *credential) {
	f.token = shown.Token
	if f.refusal != nil {
		w.say(0, object{"id": id, "error": f.refusal})
		return
	}
	life := object{"client": "fake", "version": "0.0.0"}
	if f.ttl != 0 {
		life["expires"], life["ttl"] = true, f.ttl
	}
	w.say(0, object{"id": id, kind: life})
}

func (f *Fake) takePublication(w *wire, said *command) {
	asked := said.Publish.Data
	if said.ID != 0 {
		w.say(0, object{"id": said.ID, "publish": object{}})
	}
	f.takeCall(w, asked.Method, asked.Params, func(kind string, body any) any {
		envelope := object{"correlation_id": asked.Correlation, kind: body}
		return object{"push": object{"channel": asked.ReplyTo,
			"pub": object{"data": envelope}}}
	}, asked.ReplyTo != "")
}

// takeCall does what is expected of a call; reply makes the message of a
// "result" or an "error".
func (f *Fake) takeCall(w *wire, method string, params []byte,
	reply func(kind string, body any) any, wanted bool) {
	met := f.meet(method, params, false)
	var delay time.Duration
	kind, body := "error", any(&failure{Code: unexpectedCode,
		Message: "the fake did not expect this call"})
	if met != nil {
		delay = met.Delay
		switch {
		case met.Disconnect:
			w.endIn(delay, int(met.Code), met.Message)
			return
		case met.Never:
			return
		case met.Code != 0:
			body = &failure{Code: int(met.Code), Message: met.Message,
				Temporary: met.Temporary, Data: met.data}
		default:
			kind, body = "result", met.result
		}
	}
	if wanted {
		w.say(delay, reply(kind, body))
	}
}
