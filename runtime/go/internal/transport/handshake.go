// handshake.go: the answer to the request for a WebSocket, looked at before the
// library does, which takes seconds to quote what a refusal's body says. It
// knows no frame.

package transport

import (
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const (
	acceptSalt = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" // RFC 6455 1.3
	shownMax   = 60
)

var errRefused = errors.New("the upgrade was refused")

// handshake lets a WebSocket through, and of other answers only why not.
type handshake struct {
	by      http.RoundTripper
	refusal string
}

// RoundTrip is of http.RoundTripper.
func (h *handshake) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := h.by.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	h.refusal = refusalOf(answer, request.Header.Get("Sec-WebSocket-Key"))
	if h.refusal != "" {
		_ = answer.Body.Close()
		return nil, errRefused
	}
	if both, is := answer.Body.(io.ReadWriteCloser); is {
		answer.Body = upgraded{both}
	}
	return answer, nil
}

// upgraded never ends as a message does: the library would take what there is
// of one for the whole.
type upgraded struct{ io.ReadWriteCloser }

func (u upgraded) Read(bytes []byte) (int, error) {
	count, err := u.ReadWriteCloser.Read(bytes)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return count, err
}

// refusalOf says why the answer is no WebSocket; "": it is one.
func refusalOf(answer *http.Response, key string) string {
	if answer.StatusCode != http.StatusSwitchingProtocols {
		return fmt.Sprintf("the server refused the upgrade with %d%s",
			answer.StatusCode, hintOf(answer.StatusCode))
	}
	// HTTP/1.0 knows no upgrade (RFC 9110 7.8)
	if answer.ProtoMinor == 0 || !lists(answer.Header, "Upgrade", "websocket") ||
		!lists(answer.Header, "Connection", "upgrade") {
		return "the server's 101 response is not for a WebSocket"
	}
	sum := sha1.Sum([]byte(key + acceptSalt))
	accepts := said(answer.Header, "Sec-WebSocket-Accept")
	if len(accepts) != 1 ||
		accepts[0] != base64.StdEncoding.EncodeToString(sum[:]) {
		return "the server's Sec-WebSocket-Accept does not match our key"
	}
	for _, name := range []string{"Sec-WebSocket-Extensions",
		"Sec-WebSocket-Protocol"} {
		if extra := said(answer.Header, name); len(extra) != 0 {
			return "the server chose something that was not offered: " +
				seam.Cut(extra[0], shownMax)
		}
	}
	return ""
}

// said are the lines of this name that are not empty.
func said(header http.Header, name string) []string {
	var all []string
	for _, value := range header.Values(name) {
		if value != "" {
			all = append(all, value)
		}
	}
	return all
}

func lists(header http.Header, name, token string) bool {
	for _, value := range header.Values(name) {
		for _, each := range strings.Split(value, ",") {
			if strings.EqualFold(strings.TrimSpace(each), token) {
				return true
			}
		}
	}
	return false
}

func hintOf(status int) string {
	switch {
	case status == http.StatusBadRequest:
		return ": is it ws:// where it wants wss://?"
	case status == http.StatusUnauthorized:
		return ": it wants other credentials"
	case status == http.StatusForbidden:
		return ": an Origin that it does not allow?"
	case status == http.StatusNotFound:
		return ": is the path right? Centrifugo's is /connection/websocket"
	case status == http.StatusTooManyRequests ||
		status == http.StatusServiceUnavailable:
		return ": it has too many connections, or no backend"
	case status >= 300 && status < 400:
		return ": redirects are not followed, use the final url"
	}
	return ""
}
