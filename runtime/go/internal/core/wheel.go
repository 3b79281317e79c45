// wheel.go: which call's deadline comes next: buckets of 8 ms in a circle. It
// knows no clock: the time is handed in. A deadline is found at most 8 ms late,
// and adding and ending are steps of constant length whatever number is in
// flight.

package core

import (
	"math"
	"math/bits"
)

const (
	never        = math.MaxInt64
	wheelBuckets = 4096
	wheelShift   = 3
	wheelWords   = wheelBuckets / 64
)

type wheel struct {
	buckets [wheelBuckets]*slot
	full    [wheelWords]uint64
	done    int64 // all buckets up to this count of ticks were looked at
	count   int

	scan     *slot // where looking through a bucket goes on,
	scanTick int64 // for this tick,
	scanNow  int64 // at this time
}

func (w *wheel) open(now int64) {
	w.done = now >> wheelShift
	w.scanTick = math.MinInt64
}

// tickOf is the tick at which a deadline has passed for sure.
func (w *wheel) tickOf(deadline int64) int64 {
	tick := deadline >> wheelShift
	if deadline&(1<<wheelShift-1) != 0 {
		tick++
	}
	return max(min(tick, never>>wheelShift), w.done+1)
}

// add gives the time at which the call is looked at.
func (w *wheel) add(s *slot) int64 {
	if s.deadline == never {
		return never
	}
	tick := w.tickOf(s.deadline)
	bucket := int(tick & (wheelBuckets - 1))
	s.bucket = bucket + 1
	s.timerNext = nil
	if first := w.buckets[bucket]; first == nil {
		s.timerPrev = s
		w.buckets[bucket] = s
	} else {
		s.timerPrev = first.timerPrev
		first.timerPrev.timerNext = s
		first.timerPrev = s
	}
	w.full[bucket/64] |= 1 << (bucket % 64)
	w.count++
	if bucket == int(w.scanTick&(wheelBuckets-1)) {
		w.scanTick = math.MinInt64 // it stands behind what was scanned
	}
	return tick << wheelShift
}

func (w *wheel) remove(s *slot) {
	if s.bucket == 0 {
		return
	}
	bucket := s.bucket - 1
	s.bucket = 0
	if w.scan == s {
		w.scan = s.timerNext
	}
	first := w.buckets[bucket]
	if first == s {
		w.buckets[bucket] = s.timerNext
	} else {
		s.timerPrev.timerNext = s.timerNext
	}
	if s.timerNext != nil {
		s.timerNext.timerPrev = s.timerPrev
	} else {
		first.timerPrev = s.timerPrev
	}
	s.timerNext, s.timerPrev = nil, nil
	if w.buckets[bucket] == nil {
		w.full[bucket/64] &^= 1 << (bucket % 64)
	}
	w.count--
}

// distance is that to the next full bucket, from itself on; the wheel is not
// empty.
func (w *wheel) distance(from int) int64 {
	word := from / 64
	set := w.full[word] & (math.MaxUint64 << (from % 64))
	for i := 0; i < wheelWords && set == 0; i++ {
		word = (word + 1) % wheelWords
		set = w.full[word]
	}
	bucket := word*64 + bits.TrailingZeros64(set)
	return int64((bucket - from) & (wheelBuckets - 1))
}

// dueIn passes over calls of a later round, which share the bucket, once
// however many of this round lie behind them.
func (w *wheel) dueIn(tick, now int64) *slot {
	s := w.buckets[tick&(wheelBuckets-1)]
	if w.scanTick == tick && w.scanNow == now {
		s = w.scan
	}
	for s != nil && s.deadline > now {
		s = s.timerNext
	}
	w.scan, w.scanTick, w.scanNow = s, tick, now
	return s
}

// due takes the next call out whose deadline is not after now: by 8 ms of their
// deadlines, and of those the one that began first; nil: there is none.
func (w *wheel) due(now int64) *slot {
	last := now >> wheelShift
	for w.count != 0 && w.done < last {
		tick := w.done + 1
		tick += w.distance(int(tick & (wheelBuckets - 1)))
		if tick > last {
			break
		}
		if s := w.dueIn(tick, now); s != nil {
			w.done = tick - 1
			w.remove(s)
			return s
		}
		w.done = max(tick, last-wheelBuckets)
	}
	w.done = max(w.done, last)
	return nil
}

// next is when due is worth asking again.
func (w *wheel) next() int64 {
	if w.count == 0 {
		return never
	}
	tick := w.done + 1
	tick += w.distance(int(tick & (wheelBuckets - 1)))
	return tick << wheelShift
}
