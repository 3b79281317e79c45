// transport.go: how bytes get there, as a client asks for it. It knows no call
// and no id.

package seam

import (
	"context"
	"time"
)

// Transport is how bytes get there. It knows no call and no id.
type Transport interface {
	// Dial opens a line, within the context; where it fails it says why, in
	// words that hold no secret.
	Dial(ctx context.Context) (Wire, LineEnd)
}

// Wire is a line that is up. Its methods may be called beside each other.
type Wire interface {
	// Read gives the next whole message, which is the caller's; or why there
	// are no more.
	Read() ([]byte, LineEnd, bool)
	// Write returns true when the kernel has the whole frame.
	Write(frame []byte) bool
	// Goodbye says a close code, and waits a moment for the peer's own.
	Goodbye(code int)
	// Abort ends the line at once; Read and Write return then.
	Abort()
	// HeardAt is when bytes came last.
	HeardAt() time.Time
	// Behind tells whether bytes lie there that Read has not given yet.
	Behind() bool
}
