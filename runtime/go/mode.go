// mode.go: which protocol and which transport a client's options mean.

package bell

import (
	"fmt"
	"strings"

	"github.com/bellpull/bellpull/runtime/go/internal/protocol"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/internal/transport"
)

const userMark = "{user_id}"

// protocolOf is what carries a client's calls, and who greets in it.
func protocolOf(o *options, token,
	userID string) (seam.Protocol, *protocol.Centrifugo, string) {
	data, wrong := connectDataOf(o)
	if wrong != "" {
		return nil, nil, wrong
	}
	greeter := protocol.NewCentrifugo(o.name, token, data)
	if o.mode != Channel {
		greeter.Advises = true
		return greeter, greeter, ""
	}
	if userID == "" && strings.Contains(o.replyChannel, userMark) {
		return nil, nil, "channel mode needs a user id"
	}
	reply := strings.ReplaceAll(o.replyChannel, userMark, userID)
	channel, wrong := protocol.NewChannel(greeter, o.requestChannel, reply,
		o.responderUser)
	return channel, greeter, wrong
}

// connectDataOf is the data of the connect command as it is sent: checked, and
// without white space, so that it holds no line break.
func connectDataOf(o *options) ([]byte, string) {
	if len(o.connectData) == 0 {
		return nil, ""
	}
	var e encoder
	e.reset(&o.limits)
	if !e.json(o.connectData) {
		return nil, "the connect data is wrong: " + e.wrong
	}
	if len(e.out) > o.limits.RequestBytes {
		return nil, fmt.Sprintf("the connect data is larger than "+
			"request_bytes_max (%d)", o.limits.RequestBytes)
	}
	return e.out, ""
}

func transportOf(o *options, url string) (seam.Transport, string) {
	if o.transport != nil {
		return o.transport, ""
	}
	if url == "" {
		return nil, "options: url is missing (or set $CENTRIFUGO_URL)"
	}
	read, wrong := transport.ReadURL(url)
	if wrong != "" {
		return nil, wrong
	}
	return transport.NewWebSocket(&transport.Options{URL: read, TLS: o.tls,
		Proxy:  o.rest.way(),
		Header: o.header, MessageBytesMax: o.limits.MessageBytes}), ""
}
