// inbox.go: what a peer sends unasked, kept until somebody takes it. It knows
// no JSON. Whatever comes too fast is counted.

package core

import "github.com/bellpull/bellpull/runtime/go/internal/seam"

// InboxCounts are of an inbox's life.
type InboxCounts struct {
	Came    uint64
	Dropped uint64 // for want of room
	Waiting int
}

// Inbox keeps items in the order in which they came: all, until there are
// BytesMax of them, or the newest ItemsMax.
type Inbox struct {
	ItemsMax int // 0: all, and what comes goes where there is no room
	BytesMax int

	items  [][]byte // from first on
	first  int
	bytes  int
	counts InboxCounts
}

// Counts gives what came, what was dropped, and what waits.
func (b *Inbox) Counts() InboxCounts {
	counts := b.counts
	counts.Waiting = len(b.items) - b.first
	return counts
}

// allItemsMax is how many wait where all are kept: empty ones fill no bytes.
const allItemsMax = 1 << 20

// Put keeps an item, or counts it as dropped.
func (b *Inbox) Put(item []byte) {
	b.counts.Came++
	if b.ItemsMax == 1 { // whatever becomes of the newest, no other one is
		b.drop()
	}
	if !b.makeRoom(len(item)) {
		b.counts.Dropped++
		return
	}
	b.items = append(b.items, item)
	b.bytes += len(item)
}

func (b *Inbox) makeRoom(size int) bool {
	if size > b.BytesMax {
		return false
	}
	most := b.ItemsMax
	if most == 0 {
		most = allItemsMax
	}
	for b.bytes > b.BytesMax-size || len(b.items)-b.first >= most {
		if b.ItemsMax == 0 {
			return false
		}
		b.drop()
	}
	return true
}

func (b *Inbox) drop() {
	if _, some := b.Take(); some {
		b.counts.Dropped++
	}
}

func (b *Inbox) remove() []byte {
	item := b.items[b.first]
	b.items[b.first] = nil
	b.first++
	b.bytes -= len(item)
	switch {
	case b.first == len(b.items):
		b.items, b.first = b.items[:0], 0
	case b.first > len(b.items)/2:
		count := copy(b.items, b.items[b.first:])
		clear(b.items[count:])
		b.items, b.first = b.items[:count], 0
	}
	return item
}

// Take gives the oldest; false: there is none.
func (b *Inbox) Take() ([]byte, bool) {
	if b.first == len(b.items) {
		return nil, false
	}
	return b.remove(), true
}

// ---- Of a session -----------------------------------------------------------

// Listen lets an inbox have what comes from now on.
func (s *Session) Listen(inbox *Inbox) { s.inboxes = append(s.inboxes, inbox) }

// Unlisten lets it have no more; what waits in it stays.
func (s *Session) Unlisten(inbox *Inbox) {
	for i, each := range s.inboxes {
		if each == inbox {
			s.inboxes = append(s.inboxes[:i:i], s.inboxes[i+1:]...)
			return
		}
	}
}

// Inboxes are those that listen.
func (s *Session) Inboxes() []*Inbox { return s.inboxes }

func (s *Session) push(event *seam.Event) {
	for _, each := range s.inboxes {
		each.Put(event.Payload)
	}
}
