// Package belltest is an in-memory server for testing programs that use
// generated clients, without sockets or processes. A client that is made with
// the fake's option connects to it. Everything between the program and the
// socket is the real code: encoding, protocol, deadlines, reconnects. It
// corresponds to bell/fake.h in C.
//
// The fake uses the time of the test: in a testing/synctest bubble, a call
// without an answer reaches its deadline of 30 seconds immediately.
package belltest

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	bell "github.com/bellpull/bellpull/runtime/go"
)

// Always is a value of Call.Times: any number of calls, including none.
const Always = -1

// Call is a call that a fake expects, and how it responds.
type Call struct {
	Method string // its wire name
	// Params are the expected params, as encoding/json writes them; nil: any. Of
	// an endpoint of rest, parts in which nothing is do not count.
	Params any
	// Result is the result of the reply, as encoding/json writes it; nil: null.
	Result any
	// Code, if not 0, is the code of an error, or with Disconnect, the close
	// code of the connection. Of an endpoint of rest, it is the answer's status.
	Code       bell.Code
	Message    string        // of an error; "": "refused"
	Data       any           // of an error; nil: none
	Temporary  bool          // of an error
	Never      bool          // accepts the call and never answers
	Disconnect bool          // accepts the call and drops the connection
	Delay      time.Duration // wait before it answers or drops
	Times      int           // how many calls to expect: 0 means one
}

// Fake is an in-memory server. Its methods may be called from several
// goroutines at once.
type Fake struct {
	mu       sync.Mutex
	expected []*expected
	wires    map[*wire]bool
	asking   map[chan string]bool // requests that wait for an answer
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
	parts  any    // of an endpoint: those in which something is
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

// New makes a fake. At the end of the test, the test fails if something did not
// go as expected (see Trouble), and open connections are closed. If t is nil,
// call Trouble yourself.
func New(t testing.TB) *Fake {
	f := &Fake{wires: map[*wire]bool{}, asking: map[chan string]bool{}}
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

// Option is the client option that connects to the fake, whatever the url.
func (f *Fake) Option() bell.Option {
	return bell.WithTransport(dialer{f})
}

// Expect adds a call to the expected ones. An incoming call is matched with the
// first expected call that fits and is not used up; a call that fits none is
// refused with code -1, and Trouble reports it. Expect panics if the call makes
// no sense: the method is missing, an error has no code, or encoding/json
// cannot write a value.
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
		one.parts = filled(one.params)
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

// Disconnect ends every connection: with a close code, like a server, or with
// code 0, like a broken connection. Clients may connect again.
func (f *Fake) Disconnect(code int, reason string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for each := range f.wires {
		each.end(code, reason)
	}
	if reason == "" {
		reason = "the fake ended the connection"
	}
	for each := range f.asking {
		delete(f.asking, each)
		each <- reason
	}
}

// Offline says whether clients are kept from connecting; existing connections
// stay.
func (f *Fake) Offline(offline bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.offline = offline
}

// Refuse answers connecting clients with an error, as Centrifugo does: for
// example, 109 for an expired token. With code 0 clients can connect again.
func (f *Fake) Refuse(code int, message string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refusal = nil
	if code != 0 {
		f.refusal = &failure{Code: code, Message: message}
	}
}

// Expire tells clients, when they connect or send a new token, that the token
// is valid for this many seconds; 0: forever. The fake does not end a
// connection whose token has expired; Disconnect with code 3005 does what
// servers do then.
func (f *Fake) Expire(seconds int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ttl = seconds
}

// Token returns the last token that a client sent, when it connected or later.
func (f *Fake) Token() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.token
}

// Trouble returns what did not go as expected: the first unexpected call, or
// else an expected call that never came; "" if all went well.
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

func (e *expected) isUsedUp() bool {
	return e.Times != Always && e.met >= e.Times
}

// filled leaves out parts of an endpoint's params in which nothing is, and what
// is another call's.
func filled(params any) any {
	given, is := params.(map[string]any)
	if !is {
		return params
	}
	made := map[string]any{}
	for name, part := range given {
		members, isRecord := part.(map[string]any)
		empty := isRecord && len(members) == 0 && name != "body"
		if !empty && name != "login" {
			made[name] = part
		}
	}
	return made
}

// meet finds who expects a call, f.mu held; nil: nobody.
func (f *Fake) meet(method string, params []byte, isWeb bool) *expected {
	sent := value(params)
	at := slices.IndexFunc(f.expected, func(e *expected) bool {
		wanted := e.params
		if isWeb {
			wanted = e.parts
		}
		return e.Method == method && !e.isUsedUp() &&
			(e.params == nil || reflect.DeepEqual(wanted, sent))
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
