// http_head.go: the head of an HTTP/1.1 answer (RFC 9112), read strictly and as
// it comes in. It knows no body and no socket.

package transport

import (
	"bytes"
	"strconv"
	"strings"
)

const (
	version   = "HTTP/1."
	codeAt    = len("HTTP/1.1 ")
	codeEnd   = codeAt + 3
	statusMin = 100
	noStatus  = "the first line is not an HTTP/1 status line"
	noHeader  = "a header line is not a name, a colon and a value"
	control   = "a line has a control character"
	noLineEnd = "a line does not end with CR LF"
	noLength  = "it has a Content-Length that is not a number"

	lengthDigitsMax = 18
)

// httpHead is what a head says of the body and the line. It is zero before the
// first read; places are counted from the answer's first byte.
type httpHead struct {
	status  int   // 0: the first line was not read
	minor   int   // HTTP/1.minor
	size    int   // of the lines that were read; of the head where it is whole
	looked  int   // bytes in which no further line ends
	lengths int   // lines of that name
	length  int64 // of the body
	differs bool  // one of them does
	codings int
	chunked bool
	closes  bool
	timeout int // of Keep-Alive, in s; 0: none
}

// read reads on: bytes are all that came since the answer began. What a lenient
// reader might take in two ways is wrong.
func (h *httpHead) read(all []byte, most int) (whole bool, wrong string) {
	for within := all[:min(len(all), most)]; ; {
		feed := bytes.IndexByte(within[h.looked:], '\n')
		if feed < 0 {
			h.looked = len(within)
			break
		}
		end := h.looked + feed + 1
		line := within[h.size:end]
		first := h.status == 0
		if wrong = h.line(line); wrong != "" {
			return false, wrong
		}
		h.size, h.looked = end, end
		if !first && len(line) == len("\r\n") {
			return true, h.contradiction()
		}
	}
	switch begun := min(len(all), len(version)); {
	case h.status == 0 && string(all[:begun]) != version[:begun]:
		return false, noStatus
	case len(all) >= most:
		return false, longHead(most)
	}
	return false, ""
}

func (h *httpHead) line(line []byte) string {
	if len(line) < 2 || line[len(line)-2] != '\r' {
		if h.status == 0 && !bytes.HasPrefix(line, []byte(version)) {
			return noStatus
		}
		return noLineEnd
	}
	line = line[:len(line)-2]
	switch {
	case h.status == 0:
		return h.statusLine(line)
	case len(line) == 0:
		return ""
	}
	return h.field(line)
}

func isDigit(letter byte) bool { return letter >= '0' && letter <= '9' }

func isControl(letter byte) bool {
	return letter < ' ' && letter != '\t' || letter == 0x7f
}

func hasControl(text []byte) bool {
	for _, letter := range text {
		if isControl(letter) {
			return true
		}
	}
	return false
}

func (h *httpHead) statusLine(line []byte) string {
	if len(line) < codeEnd || string(line[:len(version)]) != version ||
		!isDigit(line[len(version)]) || line[codeAt-1] != ' ' ||
		len(line) > codeEnd && line[codeEnd] != ' ' || hasControl(line) {
		return noStatus
	}
	status := 0
	for _, letter := range line[codeAt:codeEnd] {
		if !isDigit(letter) {
			return noStatus
		}
		status = status*10 + int(letter-'0')
	}
	if status < statusMin {
		return noStatus
	}
	h.status = status
	h.minor = int(line[len(version)] - '0')
	return ""
}

// isToken is tchar of RFC 9110 5.6.2.
func isToken(letter byte) bool {
	return isDigit(letter) || letter|0x20 >= 'a' && letter|0x20 <= 'z' ||
		strings.IndexByte("!#$%&'*+-.^_`|~", letter) >= 0
}

func (h *httpHead) field(line []byte) string {
	if line[0] == ' ' || line[0] == '\t' {
		return "a line is folded"
	}
	name := 0
	for name < len(line) && isToken(line[name]) {
		name++
	}
	if name == 0 || name == len(line) || line[name] != ':' {
		return noHeader
	}
	if hasControl(line) {
		return control
	}
	value := bytes.Trim(line[name+1:], " \t")
	switch name { // most are none of these
	case len("Connection"):
		if isWord(line[:name], "Connection") {
			h.closes = h.closes || hasWord(value, "close")
		} else if isWord(line[:name], "Keep-Alive") {
			h.timeout = timeoutOf(string(value))
		}
	case len("Content-Length"):
		if isWord(line[:name], "Content-Length") {
			return h.contentLength(value)
		}
	case len("Transfer-Encoding"):
		if isWord(line[:name], "Transfer-Encoding") {
			h.codings++
			h.chunked = isWord(value, "chunked")
		}
	}
	return ""
}

func isWord(text []byte, word string) bool {
	return len(text) == len(word) && strings.EqualFold(string(text), word)
}

func hasWord(list []byte, word string) bool {
	for each := range bytes.SplitSeq(list, []byte(",")) {
		if isWord(bytes.Trim(each, " \t"), word) {
			return true
		}
	}
	return false
}

// timeoutOf reads `timeout=5, max=100`.
func timeoutOf(value string) int {
	for each := range strings.SplitSeq(value, ",") {
		name, digits, _ := strings.Cut(strings.TrimSpace(each), "=")
		seconds, err := strconv.ParseUint(digits, 10, 31)
		if err == nil && strings.EqualFold(name, "timeout") {
			return int(seconds)
		}
	}
	return 0
}

func (h *httpHead) contentLength(value []byte) string {
	if len(value) == 0 || len(value) > lengthDigitsMax {
		return noLength
	}
	length := int64(0)
	for _, letter := range value {
		if !isDigit(letter) {
			return noLength
		}
		length = length*10 + int64(letter-'0')
	}
	h.differs = h.differs || h.lengths > 0 && h.length != length
	h.lengths++
	h.length = length
	return ""
}

// contradiction says why nobody knows where the body ends; "": it is known.
func (h *httpHead) contradiction() string {
	switch {
	case h.differs:
		return "it has two different Content-Lengths"
	case h.codings > 0 && h.lengths > 0:
		return "it has both Content-Length and Transfer-Encoding"
	case h.codings > 0 && h.minor == 0:
		return "it has a Transfer-Encoding, which HTTP/1.0 does not know"
	case h.codings > 1 || h.codings == 1 && !h.chunked:
		return "it has a Transfer-Encoding other than chunked"
	}
	return ""
}
