// protocol.go: how a session asks a protocol, and what a message means. It
// knows no bytes.

package seam

// EventKind says what a message means.
type EventKind int

// The kinds.
const (
	EventReady EventKind = iota // the session is up: commands may go out
	EventReply                  // the answer to call ID: Payload
	// an error for call ID; what it carries is Payload
	EventError
	// an answer without an id: Tag says what it is, Payload; with a Text it is
	// an error
	EventAnswer
	EventPush  // something for nobody's call; Payload
	EventAsked // the server wants the hello now
	EventAlive // the server asks whether we live: pong if Pong
	// the session lives for TTLMs from now; with a Code: the new token was not
	// taken
	EventRenewed
	EventBye // the session is over: Code, Text, MayReconnect
)

// Event is what one message of the server means.
type Event struct {
	Kind EventKind
	// Reply, Error: the call's. Ready, Renewed: that of the protocol's own
	// command; 0: the server speaks unasked
	ID      uint32
	Payload []byte // as on the wire, lent by the frame; nil: none
	// Reply: where the payload ends was not looked at; see Reread
	Guessed      bool
	Tag          string // Answer: what it is, as on the wire
	Code         int
	Temporary    bool
	MayReconnect bool   // Bye
	StaleToken   bool   // Bye: without a new token it would be the same
	SpentToken   bool   // Bye: whoever has a way to a new token takes it
	DropCode     int    // Bye: what the server is told; 0: nothing
	Pong         bool   // Ready: pings want pongs; Alive: send one now
	PingMs       int64  // Ready: the server's ping interval; 0: none told
	TTLMs        int64  // Ready, Renewed: a new token is due then; 0: never
	Origin       Origin // Error, Answer, Bye
	Text         string // Error, Answer, Bye, Renewed; Push: why it was refused
	Client       string // Ready: as the server calls us
	Version      string // Ready: the server's
	Data         []byte // Ready: what the server has to say to us, as JSON
}

// Protocol is what the bytes say. It writes commands and reads frames; it knows
// no socket, no clock and no call. Those that write append to out.
type Protocol interface {
	// Join stands between two commands of one frame; "": one each.
	Join() string
	// Own is how many ids, from 1 on, its own commands have: no call has them.
	Own() uint32
	// Hello is the first frame after the line is up, and the one that is Asked
	// for; none where it appends nothing.
	Hello(out []byte) []byte
	// IsReady tells, after a hello, whether commands may go out without an
	// answer to it.
	IsReady() bool
	// A command is Begin, then the encoded params, then End.
	Begin(out []byte, id uint32, method *Method) []byte
	End(out []byte, id uint32, method *Method) []byte
	Pong(out []byte) []byte
	// Renew tells the server a new token while the session is up; the answer
	// comes under this id.
	Renew(out []byte, id uint32) []byte
	// Decode gives the next event of a frame; at counts the bytes read so far.
	// False when the frame is done. Bytes that make no sense give a Bye.
	Decode(frame []byte, at *int, event *Event) bool
	// Reread looks again at a guessed payload that is not one JSON value. False
	// where there is no better one. It may be asked beside everything else.
	Reread(payload []byte) ([]byte, bool)
	// Closed is what a close code of the transport means: always a Bye.
	Closed(code int, reason string, event *Event)
}
