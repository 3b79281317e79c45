// words.go: why a line did not come up or went down, in words of our own: those
// of libraries may hold a url, a token or a header.

package transport

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const (
	tlsAlert     = 0x15
	ended        = "the server ended the connection"
	notTLS       = "the server does not speak TLS here: is this %s port?"
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

// alerts are what a server ends a TLS handshake with (RFC 8446 6.2).
var alerts = map[tls.AlertError]string{
	40: "the server refused the handshake: does it want a certificate of " +
		"this client (WithTLS)?",
	42:  "the server refused this client's certificate",
	45:  "the server says that this client's certificate has expired",
	46:  "the server refused this client's certificate",
	48:  "the server does not trust the authority that signed this client's certificate",
	70:  "the server does not speak a TLS version that WithTLS allows",
	112: "the server has no certificate for this name",
	116: "the server wants a certificate of this client: set WithTLS",
	120: "the server does not speak http/1.1 (ALPN), which WebSocket begins with",
}

func notFor(host string) string {
	what := "name"
	if net.ParseIP(host) != nil {
		what = "address"
	}
	return fmt.Sprintf("the server's certificate is for another %s than %s", what,
		host)
}

func untrusted(shown *x509.Certificate) string {
	if shown != nil && bytes.Equal(shown.RawIssuer, shown.RawSubject) {
		return "the server's certificate is self-signed: trust it with WithTLS"
	}
	return "the server's certificate is not signed by a trusted authority: add its CA with WithTLS"
}

func outOfTime(shown *x509.Certificate) string {
	if shown != nil && time.Now().Before(shown.NotBefore) {
		return "the server's certificate is not valid yet: is this machine's clock right?"
	}
	return "the server's certificate has expired"
}

// wrongCertificate is what the TLS handshake failed of; "": of nothing known.
// plain is the scheme without TLS.
func wrongCertificate(err error, host, plain string) string {
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	var invalid x509.CertificateInvalidError
	var alert tls.AlertError
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &name):
		return notFor(host)
	case errors.As(err, &authority):
		return untrusted(authority.Cert)
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return outOfTime(invalid.Cert)
	case errors.As(err, &invalid):
		return "the server's certificate is refused"
	case errors.As(err, &record) ||
		strings.Contains(err.Error(), "gave HTTP response"):
		return fmt.Sprintf(notTLS, plain)
	case errors.As(err, &alert) && alerts[alert] != "":
		return alerts[alert]
	case errors.As(err, &alert):
		return "the server refused the handshake"
	}
	return ""
}

// unreached says why there is no connection.
func unreached(err error, address string) string {
	var refused *proxyTrouble
	var name *net.DNSError
	var number syscall.Errno
	reason := "no connection came about"
	switch {
	case errors.As(err, &refused):
		return refused.words
	case errors.As(err, &name) && name.IsNotFound:
		reason = "the name: it is not known"
	case errors.As(err, &name):
		reason = "the name: it could not be looked up"
	case errors.As(err, &number):
		reason = spell(number)
	}
	return fmt.Sprintf("cannot connect to %s: %s", address, reason)
}

func (w *WebSocket) notUp(err error, line *tap) seam.LineEnd {
	var number syscall.Errno
	hasNumber := errors.As(err, &number)
	if line == nil {
		return local("%s", unreached(err, w.url.Authority))
	}
	if w.url.Secure {
		host := w.url.Host()
		if words := wrongCertificate(err, host, "a ws://"); words != "" {
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
	{"continuation frame without", "the server continued a message that it had not begun"},
	{"without finishing the previous", "the server began a message inside another"},
	{"too small", "the server sent half a close code"},
	{"negative payload", "the server sent a frame longer than 2^63 - 1 bytes"},
}

// noCloseCode finds the code, which the library shows by its name.
var noCloseCode = regexp.MustCompile(`invalid status code (?:StatusCode\()?(\w+)`)

var reservedCodes = map[string]string{"statusReserved": "1004",
	"StatusNoStatusRcvd": "1005", "StatusAbnormalClosure": "1006",
	"StatusTLSHandshake": "1015"}

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
		return local("a message from the server is larger than message_bytes_max (%d)", c.limit)
	case errors.As(err, &number):
		return local("the connection broke: %s", spell(number))
	}
	if found := noCloseCode.FindStringSubmatch(err.Error()); found != nil {
		code := found[1]
		if reserved := reservedCodes[code]; reserved != "" {
			code = reserved
		}
		return local("the server closed with %s, which is not a close code", code)
	}
	for _, each := range violations {
		if strings.Contains(err.Error(), each.theirs) {
			return local("%s", each.ours)
		}
	}
	return local(ended)
}
