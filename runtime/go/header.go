// header.go: a program's own headers of the request for a WebSocket. It knows
// no connection.

package bell

import (
	"net/http"
	"slices"
	"strings"
)

// What the handshake says itself, or would make it another one.
var takenHeaders = []string{"Host", "Upgrade", "Connection", "Content-Length",
	"Transfer-Encoding", "Trailer", "Expect"}

const takenPrefix = "Sec-Websocket-" // as CanonicalHeaderKey spells it

// isTokenLetter is tchar of RFC 9110 5.6.2.
func isTokenLetter(letter rune) bool {
	return letter >= '0' && letter <= '9' || letter >= 'a' && letter <= 'z' ||
		letter >= 'A' && letter <= 'Z' ||
		strings.ContainsRune("!#$%&'*+-.^_`|~", letter)
}

func isNoTokenLetter(letter rune) bool { return !isTokenLetter(letter) }

func isUnprintable(letter rune) bool { return letter < 0x20 || letter > 0x7e }

// isNoValue: a reader would drop spaces around it.
func isNoValue(value string) bool {
	return strings.ContainsFunc(value, isUnprintable) ||
		strings.TrimSpace(value) != value
}

// headersWrong says why they cannot be sent, and no value: that may be a
// secret. "": they can.
func headersWrong(header http.Header) string {
	var names []string
	for name := range header {
		names = append(names, name)
	}
	slices.Sort(names) // the same is said every time
	for _, name := range names {
		key := http.CanonicalHeaderKey(name)
		switch {
		case name == "" || strings.ContainsFunc(name, isNoTokenLetter):
			return "the name of a header is not a token (RFC 9110 5.6.2)"
		case slices.Contains(takenHeaders, key) ||
			strings.HasPrefix(key, takenPrefix):
			return "header " + name + ": it belongs to the WebSocket handshake"
		case slices.ContainsFunc(header[name], isNoValue):
			return "header " + name + ": its value is not printable ASCII " +
				"without spaces around it"
		}
	}
	return ""
}
