// late_test.go: how long a deadline waits for a line that always has bytes.

package bell

import (
	"testing"
	"time"
)

// busy is a line that always has bytes, and is read all the time.
type busy struct {
	deaf
	looks int
}

func (b *busy) HeardAt() time.Time { return time.Unix(int64(b.looks), 0) }
func (b *busy) Behind() bool {
	b.looks++
	return true
}

func TestDeadlineOnABusyLine(t *testing.T) {
	for name, each := range map[string]struct {
		late  bool
		look  int64 // what a look takes on this machine, in ms
		looks int
	}{
		"in time":                    {false, 0, roundLooks},
		"late":                       {true, 0, catchUpLooks},
		"late, on a machine at work": {true, 100, catchUpMost / 100},
	} {
		t.Run(name, func(t *testing.T) {
			line := &busy{}
			letRead(line, each.late, func() int64 {
				return int64(line.looks) * each.look
			})
			if line.looks != each.looks {
				t.Errorf("%d looks", line.looks)
			}
		})
	}
}
