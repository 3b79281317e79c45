// duration_test.go: durations as numbers, read and written.

package bell

import (
	"math"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
)

// Whatever is written reads back to the nanosecond, hop after hop.
func TestUnitsHop(t *testing.T) {
	state := uint64(1)
	values := []int64{0, 1, -1, 999, 1000, math.MaxInt64, math.MinInt64}
	for i := range 20000 {
		state = state*6364136223846793005 + 1442695040888963407
		values = append(values, int64(state)>>(i%60))
	}
	for i, value := range values {
		for _, unit := range []time.Duration{time.Second, time.Millisecond} {
			text := appendUnits(nil, time.Duration(value), unit)
			var f json.Fault
			n := json.PassNumber(text, 0, &f)
			back, good := readUnits(&n, unit)
			if !good || int64(back) != value {
				t.Fatalf("%d: %d as %s is %d", i, value, text, back)
			}
		}
	}
}
