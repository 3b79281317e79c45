// nested_test.go: unions in unions whose tags stand last are read in time that
// grows with their size: what is passed over is passed over twice at most.

package bell

import (
	"strings"
	"testing"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
)

func TestNoThirdTime(t *testing.T) {
	inner := "[" + strings.Repeat(" ", 200) + "7]"
	data := []byte("[" + inner + ",[8]]")
	d := decoder{data: data, depth: 8}
	check := func(at, want int) {
		t.Helper()
		if got := d.pass(at, 8); got != want {
			t.Errorf("from %d: got %d, want %d", at, got, want)
		}
	}
	for range 2 {
		check(0, len(data))
		check(1, 1+len(inner))
	}
	data[len(inner)-1] = '!' // the 7
	data[len(inner)+3] = '!' // the 8
	check(0, len(data))      // nobody looks into it
	check(1, 1+len(inner))   // ...
	check(2+len(inner), -1)  // what is small is looked at again
	if d.fault.Wrong == "" || d.fault.At != len(inner)+3 {
		t.Errorf("fault %q at %d", d.fault.Wrong, d.fault.At)
	}
	if len(d.notes) != 2 {
		t.Errorf("%d are noted, want 2", len(d.notes))
	}
	var f json.Fault
	if json.SkipValue(data, 0, 8, &f) != -1 {
		t.Error("it is not as if it had been looked at")
	}
}
