// http_error.go: what HTTP said with an answer that is an error. It knows no
// connection.

package bell

import (
	stdjson "encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/internal/transport"
)

// HTTPError is what HTTP said with an error answer of a call of rest. Type,
// Title, Detail and Instance are those of a problem (RFC 9457), "" where they
// are no texts.
type HTTPError struct {
	Status     int
	Type       string
	Title      string
	Detail     string
	Instance   string
	RequestID  string        // the header X-Request-ID
	RetryAfter time.Duration // negative: none was said
	Headers    http.Header
	Body       []byte
}

const (
	lineBytesMax = 200
	// Nobody waits for longer than this, whatever a server says.
	retryAfterMost = 1000000000 * time.Second
)

// temporary are the statuses that may go away.
var temporary = map[int]bool{408: true, 425: true, 429: true, 502: true,
	503: true, 504: true}

func textOf(member stdjson.RawMessage) string {
	var text string
	if len(member) == 0 || member[0] != '"' ||
		stdjson.Unmarshal(member, &text) != nil {
		return ""
	}
	return text
}

// membersOf are those of a body that is a JSON object; nil: it is none.
func membersOf(body []byte, depth int) map[string]stdjson.RawMessage {
	var fault json.Fault
	end := json.SkipValue(body, json.SkipSpace(body, 0), depth, &fault)
	var members map[string]stdjson.RawMessage
	if end < 0 || stdjson.Unmarshal(body, &members) != nil {
		return nil
	}
	return members
}

func isJSON(body []byte, depth int) bool {
	var fault json.Fault
	end := json.SkipValue(body, json.SkipSpace(body, 0), depth, &fault)
	return end >= 0 && json.SkipSpace(body, end) == len(body)
}

// retryAfterOf reads seconds or a date; negative: there is none.
func retryAfterOf(text string, now time.Time) time.Duration {
	if digits := strings.Trim(text, "0123456789"); digits == "" && text != "" {
		seconds, err := strconv.ParseInt(text, 10, 32)
		if err != nil {
			return retryAfterMost
		}
		return min(time.Duration(seconds)*time.Second, retryAfterMost)
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return -1
	}
	return min(max(at.Sub(now), 0), retryAfterMost)
}

// refusal is an answer that is an error.
func refusal(x *transport.Exchange, method string, depth int) *RPCError {
	said := &HTTPError{Status: x.Status, Headers: x.Said, Body: x.Answer,
		RequestID:  x.Said.Get("X-Request-Id"),
		RetryAfter: retryAfterOf(x.Said.Get("Retry-After"), time.Now())}
	made := &RPCError{Code: Code(x.Status), Origin: OriginReply, Method: method,
		Temporary: temporary[x.Status], HTTP: said, Sent: SentUnknown}
	if isJSON(x.Answer, depth) {
		made.Data = x.Answer
	}
	members := membersOf(x.Answer, depth)
	said.Type, said.Title = textOf(members["type"]), textOf(members["title"])
	said.Detail = textOf(members["detail"])
	said.Instance = textOf(members["instance"])
	for _, name := range []string{"detail", "message", "error", "title"} {
		if made.Message == "" {
			made.Message = textOf(members[name])
		}
	}
	kind, _, _ := strings.Cut(x.Said.Get("Content-Type"), ";")
	if made.Message == "" &&
		strings.EqualFold(strings.TrimSpace(kind), "text/plain") {
		made.Message = firstLine(x.Answer)
	}
	if made.Message == "" {
		made.Message = fmt.Sprintf("HTTP %d", x.Status)
	}
	made.Message = tame(made.Message)
	return made
}

// firstLine is a text's, without control characters.
func firstLine(body []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	line = strings.Map(func(letter rune) rune {
		if letter < ' ' || letter == 0x7f {
			return -1
		}
		return letter
	}, line)
	return strings.TrimSpace(seam.Cut(strings.TrimSpace(line), lineBytesMax))
}
