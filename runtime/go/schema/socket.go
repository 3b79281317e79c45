// socket.go: the tables of WebSockets whose messages are the schema's own.

package schema

// Socket is a WebSocket of `messages`, or of one of `streams`.
type Socket struct {
	Name      string // messages, or streams.NAME
	Path      string // behind the client's url
	Tag       string // the member that says what a message is; "": none does
	Auth      *Auth  // nil: nobody shows a token
	Keepalive *Keepalive
	Closes    []Close
	Error     *MessageError // nil: no message is an error
}

// Stream is what comes on a socket without a request.
type Stream struct {
	Socket *Socket
	Item   *Type // of messages a union by their tags
	Keep   int   // so many items wait, the newest; 0: all
	// with params: how they become the path, instead of the socket's
	Params *Type
	Route  *Route
}

// Auth says how a token is shown before anything else. Wait, Send, Reply and
// Error are tags.
type Auth struct {
	Wait  string // what the server says first; "": the client does
	Send  string // of the message with the token; "": it has no tag
	Reply string // the answer; "": there is none
	Error string // the refusal; "": there is none
	Token string // the member that holds the token
	Roles []string
}

// Keepalive is a whole message that is no JSON, and what answers it.
type Keepalive struct{ Receive, Answer string }

// Close is what a close code means.
type Close struct {
	Code  int
	Text  string
	Final bool // there is no other connection
}

// MessageError is a message that reports an error: its tag, and its members
// with the code and the words; "": none.
type MessageError struct{ Tag, Code, Message string }

// Message is a call as a message of a socket.
type Message struct {
	Socket *Socket
	Tag    string // what it says it is
	Reply  string // the tag of its answer; "": there is none
}
