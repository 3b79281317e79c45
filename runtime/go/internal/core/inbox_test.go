// inbox_test.go: what an inbox keeps, by number and by bytes.

package core

import "testing"

// TestAnInboxOfAllHasAnEnd: items without a byte are items.
func TestAnInboxOfAllHasAnEnd(t *testing.T) {
	inbox := Inbox{BytesMax: 1 << 10}
	for range allItemsMax + 3 {
		inbox.Put(nil)
	}
	counts := inbox.Counts()
	if counts.Waiting != allItemsMax || counts.Dropped != 3 ||
		counts.Came != allItemsMax+3 {
		t.Errorf("counts: %+v", counts)
	}
	if _, some := inbox.Take(); !some {
		t.Error("nothing waits")
	}
	inbox.Put([]byte("x"))
	if counts := inbox.Counts(); counts.Dropped != 3 {
		t.Errorf("no room behind one that was taken: %+v", counts)
	}
}
