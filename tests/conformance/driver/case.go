// case.go: a case as the driver plays it: a list of steps. It knows no YAML and
// no socket.

package main

import "time"

// A Case is one story that every language has to tell in the same way.
type Case struct {
	Name    string
	Where   string // file:line
	Service string
	Mode    string // native, channel or rest
	Manual  bool   // connect and subscribe are answered by steps
	Later   bool   // the steps do not wait for the client to connect
	Bare    bool   // no option is set that the case does not say
	Client  map[string]any
	URL     string // "": the server's own
	// How upgrades are answered, one after another: heads as they are. Behind
	// the last one the server upgrades.
	Upgrades    []string
	Certificate string // the server speaks TLS and shows this one
	Servers     int    // of REST: the client is told of so many
	Steps       []Step
	Fails       string // for cases that must fail: what is to be said of it
}

// A Step is one thing that the driver does or waits for.
type Step struct {
	Where string
	Verb  string
	Name  string // of the call

	Method    string
	Params    string
	Put       []Put
	Call      map[string]any // options
	Data      string
	None      bool // a reply without data
	Held      bool // goes out in one frame with the next
	Result    string
	Writable  bool // false: the result may not be sent again, for this reason
	Error     *Failure
	Code      int
	Message   string
	Temporary bool
	ErrorData string
	User      string
	Channel   string
	Binary    bool // a raw message is no text
	Parts     int  // a raw message goes out in frames of so many bytes; 0: one
	Length    time.Duration
	Next      []int    // milliseconds between which the next try is
	Headers   []string // of an upgrade, each "Name: value"
	On        int      // of a connection of REST; 0: the newest
	At        int      // of a server of REST; counts from 1
	Reply     webReply // the same: what goes out
}

// A Put is what JSON cannot say, and where in the params it goes.
type Put struct {
	At   string `json:"at"`
	What string `json:"what"`
}

// A Failure is what a call, or connecting, ended with.
type Failure struct {
	Status    string `json:"status"`
	Origin    string `json:"origin"`
	Code      int    `json:"code"`
	Path      string `json:"path"`
	Offset    int    `json:"offset"`
	Text      string `json:"text"`
	Sent      string `json:"sent"`
	Temporary bool   `json:"temporary"`
	Data      string `json:"data"`

	HTTP *details `json:"http"` // nil: nothing is said
	Has  bool     `json:"-"`    // Text is a part of it
}
