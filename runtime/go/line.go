// line.go: what a client asks of whatever carries its calls. It knows no schema
// and no Go values.

package bell

import (
	"context"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

// line carries calls: by a session over a socket today. It knows no schema and
// no Go values.
type line interface {
	// now is its clock, in milliseconds.
	now() int64
	// open begins to connect; it never waits.
	open()
	// send takes a call, which ends by its done, once; or says why not.
	send(call *call) *seam.Fault
	// cancel ends a call: its time has passed, or nobody waits any more.
	cancel(call *call, status seam.Status)
	// mayBegin says why calls would be refused now; nil: they would not.
	mayBegin(method string, failFast bool) *seam.Fault
	// ready waits until calls can be sent. The client goes on connecting after
	// the context's end.
	ready(ctx context.Context) error
	// reread looks again at a guessed payload that is not one JSON value.
	reread(payload []byte) ([]byte, bool)
	// kick skips the wait before the next try.
	kick()
	state() State
	// close ends calls, and returns when nothing runs any more but functions of
	// the program.
	close()
}

// call is one on its way.
type call struct {
	method   seam.Method
	begun    int64 // of the line's clock
	deadline int64
	failFast bool
	retries  int
	params   []byte

	number uint64
	ready  bool                 // it was sent at once
	done   chan core.Completion // holds one
}
