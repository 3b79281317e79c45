// duration.go: spans of time as texts of ISO 8601, read and written. It knows
// no calendar.

package bell

import (
	"math"
	"strconv"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
)

// A day has 24 hours here: no calendar is known.
var durationParts = [...]struct {
	letter  byte
	timed   bool // behind the T
	seconds uint64
}{{'W', false, 604800}, {'D', false, 86400}, {'H', true, 3600}, {'M', true, 60},
	{'S', true, 1}}

// durationSum is a sum that may have become too large, which stays so.
type durationSum struct {
	value uint64
	over  bool
}

func (s *durationSum) add(count, each uint64) {
	if s.over || count > (math.MaxUint64-s.value)/each {
		s.over = true
		return
	}
	s.value += count * each
}

func (s *durationSum) finish(negative bool) (time.Duration, bool) {
	most := uint64(math.MaxInt64)
	if negative {
		most++
	}
	if s.over || s.value > most {
		return 0, false
	}
	if negative {
		return time.Duration(-s.value), true
	}
	return time.Duration(s.value), true
}

// durationReader walks over a text such as P1DT2H3.5S.
type durationReader struct {
	text string
	at   int
	next int // the first part that may still come
	sum  durationSum
}

func (r *durationReader) more() bool {
	return r.at < len(r.text)
}

func (r *durationReader) count() (count durationSum, good bool) {
	start := r.at
	for ; r.more() && r.text[r.at] >= '0' && r.text[r.at] <= '9'; r.at++ {
		digit := uint64(r.text[r.at] - '0')
		count.over = count.over || count.value > (math.MaxUint64-digit)/10
		count.value = count.value*10 + digit
	}
	return count, r.at != start
}

// part reads one part; a fraction ends the text.
func (r *durationReader) part(timed bool) bool {
	count, good := r.count()
	if !good {
		return false
	}
	billionths := 0
	cut := r.more() && (r.text[r.at] == '.' || r.text[r.at] == ',')
	if cut {
		size := 0
		billionths, size = readFraction(r.text[r.at+1:])
		if size == 0 {
			return false
		}
		r.at += 1 + size
	}
	if !r.more() || cut && len(r.text)-r.at != 1 {
		return false
	}
	for r.next < len(durationParts) &&
		(durationParts[r.next].letter != r.text[r.at] ||
			durationParts[r.next].timed != timed) {
		r.next++
	}
	if r.next == len(durationParts) {
		return false
	}
	// A billionth of a part is as many nanoseconds as the part is seconds.
	seconds := durationParts[r.next].seconds
	r.sum.over = r.sum.over || count.over
	r.sum.add(count.value, seconds*uint64(time.Second))
	r.sum.add(uint64(billionths), seconds)
	r.next++
	r.at++
	return true
}

func readDuration(text string) (time.Duration, bool) {
	r := durationReader{text: text}
	negative := r.more() && text[0] == '-'
	if r.more() && (text[0] == '-' || text[0] == '+') {
		r.at++
	}
	if !r.more() || text[r.at] != 'P' {
		return 0, false
	}
	r.at++
	for timed := false; ; {
		if r.more() && text[r.at] == 'T' && !timed {
			timed = true
			r.at++
		}
		if !r.part(timed) {
			return 0, false
		}
		if !r.more() {
			return r.sum.finish(negative)
		}
	}
}

// digitsOf is how many a part of a unit has, in nanoseconds.
func digitsOf(unit time.Duration) int {
	if unit == time.Second {
		return fractionMost
	}
	return fractionMost - 3
}

// readUnits makes a duration of a number of units, exact, and rounded to
// nanoseconds, halves away from 0.
func readUnits(n *json.Number, unit time.Duration) (time.Duration, bool) {
	sum := durationSum{}
	value, good := n.Scaled(digitsOf(unit))
	sum.value = value
	if !good {
		return 0, false
	}
	return sum.finish(n.Negative)
}

// appendParts writes a number of units, and a part of one in nanoseconds.
func appendParts(out []byte, negative bool, whole, part uint64,
	unit time.Duration) []byte {
	if negative {
		out = append(out, '-')
	}
	size := uint64(unit)
	switch {
	case part == 0:
		return strconv.AppendUint(out, whole, 10)
	case whole == 0 && part < size/1e6: // with an exponent, as JSON spells it
		return json.AppendFloat(out, float64(part)/float64(size), 64)
	}
	out = strconv.AppendUint(out, whole, 10)
	return appendFraction(out, part, digitsOf(unit))
}

func appendUnits(out []byte, duration, unit time.Duration) []byte {
	left := uint64(duration)
	if duration < 0 {
		left = -left
	}
	size := uint64(unit)
	return appendParts(out, duration < 0, left/size, left%size, unit)
}

func appendPart(out []byte, count uint64, letter byte) []byte {
	if count == 0 {
		return out
	}
	return append(strconv.AppendUint(out, count, 10), letter)
}

// appendFraction writes a point and the digits up to the last that is not 0.
func appendFraction(out []byte, nanoseconds uint64, digits int) []byte {
	for ; nanoseconds%10 == 0; nanoseconds /= 10 {
		digits--
	}
	text := strconv.FormatUint(nanoseconds, 10)
	out = append(out, '.')
	for i := len(text); i < digits; i++ {
		out = append(out, '0')
	}
	return append(out, text...)
}

// appendDuration writes it as hours, minutes and seconds.
func appendDuration(out []byte, duration time.Duration) []byte {
	left := uint64(duration)
	if duration < 0 {
		left = -left
		out = append(out, '-')
	}
	if left == 0 {
		return append(out, "PT0S"...)
	}
	fraction := left % uint64(time.Second)
	seconds := left / uint64(time.Second)
	out = append(out, "PT"...)
	out = appendPart(out, seconds/3600, 'H')
	out = appendPart(out, seconds/60%60, 'M')
	if fraction == 0 {
		return appendPart(out, seconds%60, 'S')
	}
	out = strconv.AppendUint(out, seconds%60, 10)
	return append(appendFraction(out, fraction, fractionMost), 'S')
}
