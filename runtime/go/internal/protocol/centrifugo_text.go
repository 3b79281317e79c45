// centrifugo_text.go: what Centrifugo's codes mean, in words for people.

package protocol

import (
	"fmt"
	"math"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const (
	errorDepthMax   = 16
	reasonBytesMax  = 90
	textBytesMax    = 1024 // longer than any server says
	closeMessageBig = 1009
)

// readError reads {code, message | reason, temporary, data}.
func readError(text []byte, event *seam.Event) bool {
	code := int64(0)
	r := json.NewReader(text, errorDepthMax)
	if !r.EnterMap() {
		return false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		good := true
		switch {
		case json.KeyIs(key, "code"):
			code, good = r.Int64()
		case json.KeyIs(key, "temporary"):
			event.Temporary, good = r.Bool()
		case json.KeyIs(key, "message") || json.KeyIs(key, "reason"):
			event.Text, good = r.Text()
		case json.KeyIs(key, "data"):
			event.Payload, good = r.Skip()
		default:
			_, good = r.Skip()
		}
		if !good {
			return false
		}
	}
	event.Text = seam.Cut(event.Text, textBytesMax)
	event.Code = 0
	if code >= math.MinInt32 && code <= math.MaxInt32 {
		event.Code = int(code)
	}
	if event.Text == "" {
		event.Text = fmt.Sprintf("error %d without a message", event.Code)
	}
	return r.Wrong == ""
}

// What a person can do about a code of the server.
var advices = map[int]string{
	102:  "a channel in the token has no namespace in the server's config",
	109:  "the token has expired: a new one is needed",
	1009: "a frame was larger than the server takes",
	3005: "the token expired while connected",
	3500: "the token's signature, user or claims are wrong",
	3501: "is the token missing, or is the server older than Centrifugo 4?",
	3502: "the connect command came too late",
	3503: "the server's API disconnected this client",
	3504: "too many connections, or another one of this user took over",
	3508: "the server does not offer this command",
}

func compose(what string, code int, reason string) string {
	text := fmt.Sprintf("the server %s %d", what, code)
	if reason != "" {
		text += " " + seam.Cut(reason, reasonBytesMax)
	}
	if advice, known := advices[code]; known {
		text += ": " + advice
	}
	return text
}

func closed(code int, reason string, event *seam.Event) {
	terminal := code >= 3500 && code <= 3999 || code >= 4500 && code <= 4999 ||
		code == closeMessageBig
	event.Kind = seam.EventBye
	event.Code = code
	event.Origin = seam.Close
	event.MayReconnect = !terminal
	event.SpentToken = code == 3005 || code == 3014
	event.Text = compose("closed with", code, reason)
}
