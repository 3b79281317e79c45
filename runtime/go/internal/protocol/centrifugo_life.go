// centrifugo_life.go: how a Centrifugo session begins, how long it lives, and
// what ends it, by the server's messages.

package protocol

import (
	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const (
	codeTokenExpired = 109
	codeExpired      = 110
	codeInternalMax  = 99
	secondsMax       = 1000000000
)

func readLife(r *json.Reader, key []byte, ping, ttl *float64,
	event *seam.Event) (good bool) {
	switch {
	case json.KeyIs(key, "ping"):
		*ping, good = r.Float64()
	case json.KeyIs(key, "ttl"):
		*ttl, good = r.Float64()
	case json.KeyIs(key, "pong"):
		event.Pong, good = r.Bool()
	case json.KeyIs(key, "client") && r.Peek() == '"':
		event.Client, good = r.Text()
	case json.KeyIs(key, "version") && r.Peek() == '"':
		event.Version, good = r.Text()
	case json.KeyIs(key, "data"):
		event.Data, good = r.Skip()
	default:
		_, good = r.Skip()
	}
	return good
}

// lives reads what the server grants: the answer to connect or refresh.
func lives(result []byte, event *seam.Event) bool {
	ping, ttl := 0.0, 0.0
	r := json.NewReader(result, json.DepthMax)
	if !r.EnterMap() {
		return false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		if !readLife(&r, key, &ping, &ttl, event) {
			return false
		}
	}
	if ping > 0 && ping < secondsMax {
		event.PingMs = int64(ping * 1000)
	}
	// The server's is whole seconds: less must not make us ask at full speed.
	if ttl > 0 && ttl < secondsMax {
		event.TTLMs = max(1000, int64(ttl*1000))
	}
	return r.Wrong == ""
}

// connectRefused is an error to connect itself: the line is of no use then.
func connectRefused(event *seam.Event) {
	event.Kind = seam.EventBye
	event.StaleToken = event.Code == codeTokenExpired
	event.SpentToken = event.StaleToken
	event.MayReconnect = event.Code <= codeInternalMax || event.Temporary ||
		event.StaleToken
	event.Text = compose("refused to connect:", event.Code, event.Text)
}

// renewalRefused: with 109, and with 110 of servers other than Centrifugo, what
// the program gave had expired already; a fresh one may do.
func renewalRefused(event *seam.Event) {
	text := compose("refused the new token:", event.Code, event.Text)
	if event.Code <= codeInternalMax || event.Temporary ||
		event.Code == codeTokenExpired || event.Code == codeExpired {
		if event.Code == 0 { // would say that it was taken
			event.Code = -1
			text = compose("refused the new token:", -1, event.Text)
		}
	} else {
		event.Kind = seam.EventBye
	}
	event.Text = text
}

func readPush(push []byte, event *seam.Event) bool {
	var disconnect, refresh []byte
	event.Payload = push
	r := json.NewReader(push, json.DepthMax)
	if !r.EnterMap() {
		return false
	}
	for key, more := r.NextKey(); more; key, more = r.NextKey() {
		value, good := r.Skip()
		switch {
		case !good:
			return false
		case json.KeyIs(key, "disconnect"):
			disconnect = value
		case json.KeyIs(key, "refresh"):
			refresh = value
		}
	}
	if refresh != nil {
		event.Kind = seam.EventRenewed
		return lives(refresh, event) && r.Wrong == ""
	}
	if disconnect != nil {
		if !readError(disconnect, event) {
			return false
		}
		closed(event.Code, event.Text, event)
	}
	return r.Wrong == ""
}
