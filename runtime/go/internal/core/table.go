// table.go: which call waits under which number. It knows no clock and no wire.
// Numbers count up and are never used twice; a small map finds a slot by the
// low bits of its number, and numbers whose place is taken are passed over, so
// a late reply finds nobody.

package core

import (
	"cmp"
	"slices"

	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

type stand uint8

const (
	callFree     stand = iota
	callOpen           // begun, not committed
	callWaiting        // no line yet: its params are kept
	callWritten        // in the outbox or on the line
	callFinished       // ended, its completion not yet fetched
)

const slotsMin = 16

type slot struct {
	index    uint32
	number   uint64
	method   seam.Method
	context  any
	started  int64
	deadline int64  // absolute; never: none
	frame    uint64 // written and taken: counts the line's frames from 1
	command  int    // written, not taken: its place in the outbox
	kept     []byte // the encoded params: waiting, or to be sent again
	stand    stand
	was      stand // finished: the stand before
	status   seam.Status
	unsent   bool
	taken    bool // written: it has left the outbox
	failFast bool
	left     bool // an earlier try may have reached the server
	retries  int

	queue      *queue // that it is in
	next, prev *slot

	bucket               int // of the wheel, + 1; 0: in none
	timerNext, timerPrev *slot
}

type table struct {
	slots    []*slot
	free     []*slot
	places   []uint32 // a slot's index + 1 at its number's low bits
	count    int
	callsMax int
	own      uint32 // ids 1 to this are the protocol's own commands'
	last     uint64
}

func (t *table) open(callsMax int, own uint32) {
	t.callsMax = callsMax
	t.own = own
	t.last = uint64(own)
}

func (t *table) mask() uint64 {
	return uint64(len(t.places) - 1)
}

// grow keeps slots where they are. A larger map holds every old number at a
// place of its own: numbers that differ in the low bits differ in more bits
// too.
func (t *table) grow() {
	old := len(t.slots)
	more := make([]slot, max(slotsMin, old))
	places := make([]uint32, 2*(old+len(more)))
	for _, entry := range t.places {
		if entry != 0 {
			places[t.slots[entry-1].number&uint64(len(places)-1)] = entry
		}
	}
	t.places = places
	for i := range more {
		more[i].index = uint32(old + i)
		t.slots = append(t.slots, &more[i])
	}
	for i := len(more) - 1; i >= 0; i-- {
		t.free = append(t.free, &more[i])
	}
}

// take gives a slot with a number, or nil where callsMax is met. No call has an
// id (a number's low 32 bits) from 0 to own.
func (t *table) take() *slot {
	if t.count >= t.callsMax {
		return nil
	}
	if len(t.free) == 0 {
		t.grow()
	}
	last := len(t.free) - 1
	taken := t.free[last]
	t.free = t.free[:last]
	*taken = slot{index: taken.index}
	t.count++
	number := t.next()
	taken.number = number
	t.places[number&t.mask()] = taken.index + 1
	return taken
}

func (t *table) next() uint64 {
	number := t.last + 1
	for uint32(number) <= t.own || t.places[number&t.mask()] != 0 {
		number++
	}
	t.last = number
	return number
}

// skip gives an id that no call has or will have.
func (t *table) skip() uint32 {
	if len(t.places) == 0 {
		t.grow()
	}
	return uint32(t.next())
}

// inOrder gives the calls that have not ended, by their numbers.
func (t *table) inOrder() []*slot {
	list := make([]*slot, 0, t.count)
	for _, one := range t.slots {
		if one.stand == callWaiting || one.stand == callWritten {
			list = append(list, one)
		}
	}
	slices.SortFunc(list, func(a, b *slot) int {
		return cmp.Compare(a.number, b.number)
	})
	return list
}

func (t *table) findID(id uint32) *slot {
	if t.places == nil {
		return nil
	}
	entry := t.places[uint64(id)&t.mask()]
	if entry == 0 || uint32(t.slots[entry-1].number) != id {
		return nil
	}
	return t.slots[entry-1]
}

func (t *table) find(number uint64) *slot {
	found := t.findID(uint32(number))
	if found == nil || found.number != number {
		return nil
	}
	return found
}

// forget lets nobody find the slot any more.
func (t *table) forget(s *slot) {
	place := &t.places[s.number&t.mask()]
	if *place == s.index+1 {
		*place = 0
	}
}

func (t *table) release(s *slot) {
	*s = slot{index: s.index}
	t.free = append(t.free, s)
	t.count--
}
