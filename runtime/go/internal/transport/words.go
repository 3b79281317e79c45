// words.go: why a line did not come up or went down, in words of our own: those
// of libraries may hold a url, a token or a header.

package transport

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const (
	tlsAlert     = 0x15
	ended        = "the server ended the connection"
	notTLS       = "the server does not speak TLS here: is this a ws:// port?"
	shownMax     = 64
	codeNone     = 1005
	closeReasons = "(for a reason that is not UTF-8)"
)

func local(format string, arguments ...any) seam.LineEnd {
	return seam.LineEnd{Text: fmt.Sprintf(format, arguments...)}
}

// spell is an errno as C spells it.
func spell(number syscall.Errno) string {
	text := number.Error()
	return strings.ToUpper(text[:1]) + text[1:]
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

// refusedUpgrade is for an answer that is no WebSocket.
func refusedUpgrade(answer *http.Response) seam.LineEnd {
	if answer.StatusCode != http.StatusSwitchingProtocols {
		return local("the server refused the upgrade with %d%s", answer.StatusCode,
			hintOf(answer.StatusCode))
	}
	if !lists(answer.Header, "Upgrade", "websocket") ||
		!lists(answer.Header, "Connection", "upgrade") {
		return local("the server's 101 is not for a WebSocket")
	}
	for _, name := range []string{"Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"} {
		if extra := answer.Header.Get(name); extra != "" {
			if len(extra) > shownMax {
				extra = extra[:shownMax]
			}
			return local("the server chose what was not offered: %s", extra)
		}
	}
	return local("the server's Sec-WebSocket-Accept does not fit our key")
}

// wrongCertificate is what the TLS handshake failed of; "": of nothing known.
func wrongCertificate(err error, host string) string {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var alert tls.AlertError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &name):
		return "the server's certificate is not for " + host
	case errors.As(err, &authority):
		return "the server's certificate is signed by nobody who is trusted here"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has expired or is not valid yet"
	case errors.As(err, &invalid):
		return "the server's certificate is refused"
	case errors.As(err, &record) ||
		strings.Contains(err.Error(), "gave HTTP response"):
		return notTLS
	case errors.As(err, &alert):
		return "the server refused the TLS handshake: does it want a certificate of this client?"
	}
	return ""
}

func (w *WebSocket) notUp(err error, answer *http.Response,
	line *tap) seam.LineEnd {
	if answer != nil {
		return refusedUpgrade(answer)
	}
	var name *net.DNSError
	var number syscall.Errno
	hasNumber := errors.As(err, &number)
	if line == nil {
		reason := "no connection came about"
		switch {
		case errors.As(err, &name) && name.IsNotFound:
			reason = "the name: it is not known"
		case errors.As(err, &name):
			reason = "the name: it could not be looked up"
		case hasNumber:
			reason = spell(number)
		}
		return local("cannot connect to %s: %s", w.url.Authority, reason)
	}
	if w.url.Secure {
		host := w.url.Host()
		if words := wrongCertificate(err, host); words != "" {
			return local("%s", words)
		}
	}
	first := line.first.Load() - 1
	isEnd := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case !w.url.Secure && first == tlsAlert:
		return local("the server speaks TLS: write wss://")
	case hasNumber:
		return local("the connection broke: %s", spell(number))
	case isEnd && first < 0 && !w.url.Secure:
		return local(ended + " instead of upgrading it: does it speak TLS (wss://)?")
	case isEnd && first < 0:
		return local(ended + " in the TLS handshake: does it speak TLS on this port?")
	case isEnd:
		return local(ended)
	case strings.Contains(err.Error(), "headers exceeded"):
		return local("the server's answer to the upgrade is longer than 16 KiB")
	case strings.Contains(err.Error(), "malformed"):
		return local("the server does not speak HTTP here")
	}
	return local("the connection could not be opened")
}

// violations are what a peer can do against RFC 6455, by how the library
// words it.
var violations = []struct{ theirs, ours string }{
	{"rsv bits", "the server sent a frame with reserved bits"},
	{"unknown opcode", "the server sent a frame with an unknown opcode"},
	{"fragmented control", "the server sent a control frame in fragments"},
	{"control frame payload with invalid", "the server sent a control frame longer than 125 bytes"},
	{"continuation frame without", "the server goes on with no message begun"},
	{"without finishing the previous", "the server begins a message inside another"},
	{"too small", "the server sent half a close code"},
	{"invalid status code", "the server closed with what is no close code"},
}

func (c *wire) down(err error) seam.LineEnd {
	var said websocket.CloseError
	var number syscall.Errno
	switch {
	case errors.As(err, &said):
		if said.Code == codeNone || utf8.ValidString(said.Reason) {
			return seam.LineEnd{Code: int(said.Code), Text: said.Reason}
		}
		return seam.LineEnd{Code: int(said.Code), Text: closeReasons}
	case errors.Is(err, websocket.ErrMessageTooBig):
		return local("a message from the server passes message_bytes_max (%d)", c.limit)
	case errors.As(err, &number):
		return local("the connection broke: %s", spell(number))
	}
	for _, each := range violations {
		if strings.Contains(err.Error(), each.theirs) {
			return local("%s", each.ours)
		}
	}
	return local(ended)
}
