// Package belltest is a server in memory, for tests of programs that use
// generated clients: no socket and no process. A client that is made with the
// fake's option connects to it; everything between the program and the socket
// is the real thing: encoding, protocol, deadlines, reconnects. It is the same
// as bell/fake.h in C.
//
// Time is that of the test: in a bubble of testing/synctest a call that nobody
// answers meets its deadline of 30 seconds in no time.
package belltest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	bell "github.com/bellpull/bellpull/runtime/go"
)

// Always is for Call.Times: however often, also never.
const Always = -1

// Call is one call that a fake expects, and what it does then.
type Call struct {
	Method string // its wire name
	// Params are what it has to send, as encoding/json writes them; nil: any.
	Params any
	// Result is what it gets, as encoding/json writes it; nil: null.
	Result any
	// Code is not 0: an error with this code, or with Disconnect the close code
	// of the connection.
	Code       int
	Message    string        // of an error; "": "refused"
	Data       any           // that an error carries; nil: none
	Temporary  bool          // of an error
	Never      bool          // it takes the call and never answers
	Disconnect bool          // it takes the call and drops the connection
	Delay      time.Duration // before it answers or drops
	Times      int           // how often: 0 is once
}

// Fake is a server in memory. Its methods may be called by several goroutines
// at once.
type Fake struct {
	mu       sync.Mutex
	expected []*expected
	wires    map[*wire]bool
	offline  bool
	refusal  *failure
	ttl      int
	token    string
	trouble  string
}

// expected is a call as the fake compares and answers it.
type expected struct {
	Call
	params any    // decoded; nil: any
	text   string // the params as JSON
	result json.RawMessage
	data   json.RawMessage
	met    int
}

// failure is an error as Centrifugo writes it.
type failure struct {
	Code      int             `json:"code"`
	Message   string          `json:"message"`
	Temporary bool            `json:"temporary,omitempty"`
	Data      json.RawMessage `json:"data,omitempty"`
}

// New makes a fake. At the end of the test what went wrong (see Trouble) fails
// it, and connections that are still there end. t may be nil: then the program
// looks at Trouble itself.
func New(t testing.TB) *Fake {
	f := &Fake{wires: map[*wire]bool{}}
	if t != nil {
		t.Cleanup(func() {
			f.Disconnect(0, "the test is over")
			if trouble := f.Trouble(); trouble != "" {
				t.Errorf("belltest: %s", trouble)
			}
		})
	}
	return f
}

// Option connects a client to the fake, whatever its url.
func (f *Fake) Option() bell.Option {
	return bell.WithTransport(dialer{f})
}

// Expect adds a call to those that are expected. A call is met by the first one
// that fits it and is not used up; one that fits none is refused with code -1,
// and Trouble says so. It panics where the call makes no sense: the method is
// missing, an error has no code, or encoding/json cannot write a value.
func (f *Fake) Expect(call Call) {
	if call.Method == "" {
		panic("belltest: Expect: Method is missing")
	}
	switch ends := call.Code != 0 || call.Disconnect; {
	case call.Times < Always:
		panic("belltest: Expect: Times is negative: Always, or how often")
	case int64(call.Code) != int64(int32(call.Code)):
		panic("belltest: Expect: Code is beyond 32 bits")
	case !ends && (call.Message != "" || call.Data != nil || call.Temporary):
		panic("belltest: Expect: Message, Data and Temporary are an error's: " +
			"Code is missing")
	}
	if call.Message == "" && call.Code != 0 && !call.Disconnect {
		call.Message = "refused"
	}
	one := &expected{Call: call, result: text(call.Result)}
	if call.Params != nil {
		written := text(call.Params)
		one.params = value(written)
		one.text = string(written)
	}
	if call.Data != nil {
		one.data = text(call.Data)
	}
	if one.Times == 0 {
		one.Times = 1
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.expected = append(f.expected, one)
}

// Disconnect ends every connection: with a close code as a server would, or 0
// as a broken line. Clients may connect again.
func (f *Fake) Disconnect(code int, reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for each := range f.wires {
		each.end(code, reason)
	}
}

// Offline says whether nobody can connect; who is connected stays.
func (f *Fake) Offline(offline bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.offline = offline
}

// Refuse answers whoever connects with an error, as Centrifugo does: 109 for an
// expired token. Code 0: connecting works again.
func (f *Fake) Refuse(code int, message string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refusal = nil
	if code != 0 {
		f.refusal = &failure{Code: code, Message: message}
	}
}

// Expire tells whoever connects or shows a new token that it is good for so
// many seconds; 0: for ever. The fake itself ends nothing: Disconnect with 3005
// does what servers do to those who are late.
func (f *Fake) Expire(seconds int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ttl = seconds
}

// Token is the one that a client has shown last, when it connected or since.
func (f *Fake) Token() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.token
}

// Trouble is what did not go as expected, first of all a call that was not;
// else which call never came; "": nothing.
func (f *Fake) Trouble() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.trouble != "" {
		return f.trouble
	}
	for _, each := range f.expected {
		if each.Times > each.met {
			with := ""
			if each.params != nil {
				with = fmt.Sprintf(" with %.200s", each.text)
			}
			return "a call that never came: " + each.Method + with
		}
	}
	return ""
}

// ---- Comparing --------------------------------------------------------------

func text(value any) json.RawMessage {
	written, err := json.Marshal(value)
	if err != nil {
		panic(fmt.Sprintf("belltest: Expect: %v", err))
	}
	return written
}

// value is JSON as it is compared: numbers by their digits, whatever the order
// of members.
func value(written []byte) any {
	var read any
	decoder := json.NewDecoder(bytes.NewReader(written))
	decoder.UseNumber()
	if decoder.Decode(&read) != nil {
		return nil
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil
	}
	return read
}

func (e *expected) isUsedUp() bool {
	return e.Times != Always && e.met >= e.Times
}

// meet finds who expects a call, f.mu held; nil: nobody.
func (f *Fake) meet(method string, params []byte) *expected {
	sent := value(params)
	at := slices.IndexFunc(f.expected, func(e *expected) bool {
		return e.Method == method && !e.isUsedUp() &&
			(e.params == nil || reflect.DeepEqual(e.params, sent))
	})
	if at < 0 {
		f.unexpected(method, params)
		return nil
	}
	f.expected[at].met++
	return f.expected[at]
}

// unexpected keeps the first thing that went wrong: that is what a person wants
// to read.
func (f *Fake) unexpected(method string, params []byte) {
	if f.trouble != "" {
		return
	}
	f.trouble = fmt.Sprintf("an unexpected call: %s with %.200s", method, params)
	like := slices.IndexFunc(f.expected, func(e *expected) bool {
		return e.Method == method
	})
	switch {
	case like < 0:
	case f.expected[like].isUsedUp():
		f.trouble += "; all that were expected have come"
	case f.expected[like].params != nil:
		f.trouble += fmt.Sprintf("; expected was %.200s", f.expected[like].text)
	}
}
