// url.go: where a server is: a url, taken apart and checked. It knows no
// socket.

package transport

import "strings"

// URL is ws[s]://host[:port][/path][?query], taken apart.
type URL struct {
	Secure    bool
	Authority string
	Target    string
}

const (
	urlBytesMax  = 2048
	hostBytesMax = 253
	portMax      = 65535
	pathDefault  = "/connection/websocket"
)

// What no url may hold as it is (RFC 3986), and libraries read in their ways.
const forbidden = "\\\"<>^`{|}"

const (
	likeWS   = "ws://host:8000/path"
	likeHTTP = "http://host:8001/path"
)

func refused(reason, like string) string {
	return "the url " + reason + "; it should look like " + like
}

// wrongBytes says what no url may hold; "": nothing.
func wrongBytes(text string) string {
	if strings.Trim(text, " \t\r\n") != text {
		return "begins or ends with a space or a newline: trim it"
	}
	for i := 0; i < len(text); i++ {
		switch letter := text[i]; {
		case letter <= ' ' || letter >= 0x7f:
			return "has a space, a control character or a letter outside ASCII (write it as %XX)"
		case letter == '#':
			return "has a fragment (#)"
		case strings.IndexByte(forbidden, letter) >= 0:
			return "has one of \\ \" < > ^ ` { | } (write it as %XX)"
		case letter == '%' &&
			(len(text)-i < 3 || !isHex(text[i+1]) || !isHex(text[i+2])):
			return "has a % without two hex digits (write it as %25)"
		}
	}
	if len(text) > urlBytesMax {
		return "is longer than 2048 bytes"
	}
	return ""
}

func isHex(letter byte) bool {
	return letter >= '0' && letter <= '9' ||
		letter|0x20 >= 'a' && letter|0x20 <= 'f'
}

// isPort: none behind the colon is the default.
func isPort(text string) bool {
	value := 0
	for _, digit := range []byte(text) {
		if digit < '0' || digit > '9' || value > portMax {
			return false
		}
		value = value*10 + int(digit-'0')
	}
	return text == "" || value >= 1 && value <= portMax
}

func wrongAuthority(whole string) string {
	if strings.Contains(whole, "@") {
		return "has a user in it (give a token instead)"
	}
	if strings.Contains(whole, "%") {
		return "has a % in its host"
	}
	host, port, _ := strings.Cut(whole, ":")
	if strings.HasPrefix(whole, "[") {
		bracket := strings.Index(whole, "]")
		if bracket < 0 {
			return "has a [ without a ]"
		}
		host, port = whole[1:bracket], whole[bracket+1:]
		if port != "" && port[0] != ':' {
			return "has a port that is not 1 to 65535"
		}
		port = strings.TrimPrefix(port, ":")
	}
	switch {
	case !isPort(port):
		return "has a port that is not 1 to 65535"
	case host == "":
		return "has no host"
	case len(host) > hostBytesMax:
		return "has a host longer than 253 bytes"
	case strings.HasPrefix(whole, "[") &&
		strings.Trim(host, "0123456789abcdefABCDEF:.") != "" ||
		!strings.HasPrefix(whole, "[") && strings.ContainsAny(host, "[]"):
		return "has a host that is neither a name nor an address"
	}
	return ""
}

// hasDots tells of a path with a segment . or .., spelled in whatever way: what
// it means is changed on the way.
func hasDots(path string) bool {
	for segment := range strings.SplitSeq(strings.ToLower(path), "/") {
		plain := strings.ReplaceAll(segment, "%2e", ".")
		if plain == "." || plain == ".." {
			return true
		}
	}
	return false
}

// schemes: http is how some write ws.
var schemes = []struct {
	prefix string
	secure bool
}{{"ws://", false}, {"wss://", true}, {"http://", false}, {"https://", true}}

// take takes a url apart: what a url of WebSockets and one of HTTP share.
func (u *URL) take(text, like string) (wrong string) {
	if what := wrongBytes(text); what != "" {
		return refused(what, like)
	}
	rest, known := "", false
	for _, scheme := range schemes {
		if len(text) >= len(scheme.prefix) &&
			strings.EqualFold(text[:len(scheme.prefix)], scheme.prefix) {
			u.Secure, known = scheme.secure, true
			rest = text[len(scheme.prefix):]
		}
	}
	if !known {
		return refused("does not begin with ws://, wss://, http:// or https://", like)
	}
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	u.Authority, u.Target = rest[:end], rest[end:]
	if what := wrongAuthority(u.Authority); what != "" {
		return refused(what, like)
	}
	path, _, _ := strings.Cut(u.Target, "?")
	if hasDots(path) {
		return refused("has . or .. in its path", like)
	}
	return ""
}

// ReadURL takes a url of a WebSocket apart; wrong says what is wrong with it,
// and holds nothing of it.
func ReadURL(text string) (url URL, wrong string) {
	if wrong = url.take(text, likeWS); wrong != "" {
		return url, wrong
	}
	path, _, _ := strings.Cut(url.Target, "?")
	if len(path) < 2 { // none, or /
		url.Target = pathDefault + url.Target[len(path):]
	}
	return url, ""
}

// ReadBase takes a url apart below which endpoints lie: Target is its path,
// without slashes at its end.
func ReadBase(text string) (url URL, wrong string) {
	if wrong = url.take(text, likeHTTP); wrong != "" {
		return url, wrong
	}
	if strings.Contains(url.Target, "?") {
		return url, refused("has a query", likeHTTP)
	}
	url.Target = strings.TrimRight(url.Target, "/")
	return url, ""
}

func (u *URL) String() string {
	if u.Secure {
		return "wss://" + u.Authority + u.Target
	}
	return "ws://" + u.Authority + u.Target
}

// Host is without port and brackets.
func (u *URL) Host() string {
	if strings.HasPrefix(u.Authority, "[") {
		host, _, _ := strings.Cut(u.Authority[1:], "]")
		return host
	}
	host, _, _ := strings.Cut(u.Authority, ":")
	return host
}
