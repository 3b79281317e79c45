// Package seam is what core, protocol, transport and client agree on: words of
// an end, events, and how a protocol is asked. It knows no bytes and no socket.
package seam

// Status says what became of a call, in the words of package bell.
type Status string

// The statuses.
const (
	OK           Status = "ok"
	Invalid      Status = "invalid"
	Limit        Status = "limit"
	Closed       Status = "closed"
	Deadline     Status = "deadline"
	Cancelled    Status = "cancelled"
	Disconnected Status = "disconnected"
	Refused      Status = "refused"
	Terminal     Status = "terminal"
)

// Origin says who said that something is wrong.
type Origin string

// The origins.
const (
	Local   Origin = "local"
	Reply   Origin = "reply"
	Close   Origin = "close"
	Backend Origin = "backend"
	Codec   Origin = "codec"
)

// Fault is why a call or a line ended. Unsent: the request certainly did not
// leave.
type Fault struct {
	Status    Status
	Origin    Origin
	Code      int
	Temporary bool
	Unsent    bool
	Message   string
}

// Method is what core and protocols know of a method.
type Method struct {
	Name       string
	Idempotent bool
	NoReply    bool
	Answer     string // the tag of its answer; "": answers have ids
}

// LineEnd is why a line went down. Code is the peer's close code, 0 where there
// was none: then Text says what happened.
type LineEnd struct {
	Code int
	Text string
}
