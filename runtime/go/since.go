// since.go: moments as numbers of seconds or milliseconds since 1970: more
// nanoseconds than 64 bits hold.

package bell

import (
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
)

const unixMost = 253402300799 // 9999-12-31T23:59:59Z

// readUnix makes a moment of a number of units since 1970, exact, and rounded
// to nanoseconds, halves away from 0.
func readUnix(n *json.Number, unit time.Duration) (DateTime, bool) {
	whole, part, good := n.Split(digitsOf(unit), fractionMost)
	if !good || whole > unixMost {
		return DateTime{}, false
	}
	seconds, nanoseconds := int64(whole), int64(part)
	if n.Negative {
		seconds, nanoseconds = -seconds, -nanoseconds
	}
	moment := time.Unix(seconds, nanoseconds).UTC()
	return At(moment), moment.Year() >= 0 && moment.Year() <= 9999
}

// appendUnix writes it as a number of units since 1970.
func appendUnix(out []byte, moment time.Time, unit time.Duration) []byte {
	seconds, part := moment.Unix(), int64(moment.Nanosecond())
	negative := seconds < 0
	if negative {
		seconds = -seconds
	}
	if negative && part != 0 {
		seconds, part = seconds-1, int64(time.Second)-part
	}
	whole := seconds*int64(time.Second/unit) + part/int64(unit)
	return appendParts(out, negative, uint64(whole), uint64(part)%uint64(unit),
		unit)
}
