// mode.go: which protocol and which transport a client's options mean.

package bell

import (
	"strings"

	"github.com/bellpull/bellpull/runtime/go/internal/protocol"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/internal/transport"
)

const userMark = "{user_id}"

// protocolOf is what carries a client's calls, and who greets in it.
func protocolOf(o *options, token,
	userID string) (seam.Protocol, *protocol.Centrifugo, string) {
	greeter := protocol.NewCentrifugo(o.name, token)
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
		Header: o.header, MessageBytesMax: o.limits.MessageBytes}), ""
}
