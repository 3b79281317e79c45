// number.go: numbers, exact: cut into their parts, and as integers.

package json

import (
	"math"
	"strconv"
	"unsafe"
)

// Beyond this a power decides alone.
const powerMax = 1 << 60

// number is the text of a JSON number, cut into its parts.
type Number struct {
	Data     []byte
	Start    int // of the sign
	Body     int // behind the sign
	End      int // -1: it is none
	Whole    int // digits in front of the point
	Fraction int // and behind it
	Power    int64
	Negative bool
}

func isDigit(data []byte, at int) bool {
	return at < len(data) && data[at] >= '0' && data[at] <= '9'
}

func BeginsNumber(data []byte, at int) bool {
	return at < len(data) && (data[at] == '-' || isDigit(data, at))
}

func passDigits(data []byte, at int) int {
	for isDigit(data, at) {
		at++
	}
	return at
}

func PassNumber(data []byte, at int, f *Fault) Number {
	n := Number{Data: data, Start: at, Body: at, End: -1}
	if at < len(data) && data[at] == '-' {
		n.Negative = true
		n.Body++
	}
	at = passDigits(data, n.Body)
	n.Whole = at - n.Body
	if n.Whole == 0 {
		f.Set(at, "a number has no digit")
		return n
	}
	if data[n.Body] == '0' && n.Whole > 1 {
		f.Set(n.Body+1, "a number begins with 0")
		return n
	}
	if at < len(data) && data[at] == '.' {
		point := at + 1
		at = passDigits(data, point)
		n.Fraction = at - point
		if n.Fraction == 0 {
			f.Set(at, "no digit behind the point")
			return n
		}
	}
	if at < len(data) && data[at]|0x20 == 'e' {
		at = n.passPower(at+1, f)
	}
	n.End = at
	return n
}

func (n *Number) passPower(at int, f *Fault) int {
	negative := at < len(n.Data) && n.Data[at] == '-'
	if at < len(n.Data) && (n.Data[at] == '-' || n.Data[at] == '+') {
		at++
	}
	if !isDigit(n.Data, at) {
		return f.Set(at, "a number's exponent has no digit")
	}
	for ; isDigit(n.Data, at); at++ {
		if n.Power < powerMax/10-10 {
			n.Power = n.Power*10 + int64(n.Data[at]-'0')
		}
	}
	if negative {
		n.Power = -n.Power
	}
	return at
}

// PlainInteger reads up to 18 digits, which is what integers mostly are; behind
// is -1 for all that is longer, has a point or a power, or is no number.
func PlainInteger(data []byte, at int) (value int64, behind int) {
	negative := at < len(data) && data[at] == '-'
	if negative {
		at++
	}
	start := at
	for at < len(data) && at-start <= 18 && data[at]-'0' <= 9 {
		value = value*10 + int64(data[at]-'0')
		at++
	}
	if at == start || at-start > 18 || data[start] == '0' && at-start > 1 ||
		at < len(data) && (data[at] == '.' || data[at]|0x20 == 'e') {
		return 0, -1
	}
	if negative {
		value = -value
	}
	return value, at
}

// magnitude is the exact integer without its sign: 1.0 and 1e2 are integers.
func (n *Number) Magnitude() (uint64, bool) {
	total := int64(n.Whole + n.Fraction)
	scale := n.Power - int64(n.Fraction)
	dropped := int64(0)
	if scale < 0 {
		dropped = min(-scale, total)
	}
	sum := uint64(0)
	index := int64(0)
	for at := n.Body; index < total; at++ {
		if n.Data[at] == '.' {
			continue
		}
		digit := uint64(n.Data[at] - '0')
		switch {
		case index >= total-dropped:
			if digit != 0 {
				return 0, false
			}
		case sum > math.MaxUint64/10 || sum*10 > math.MaxUint64-digit:
			return 0, false
		default:
			sum = sum*10 + digit
		}
		index++
	}
	for ; scale > 0 && sum != 0; scale-- {
		if sum > math.MaxUint64/10 {
			return 0, false
		}
		sum *= 10
	}
	return sum, true
}

// digit is the one at a place, before the point or behind it, and the place
// behind; 10: none is left.
func (n *Number) digit(at int) (byte, int) {
	if at < n.End && n.Data[at] == '.' {
		at++
	}
	if at == n.End || n.Data[at]-'0' > 9 {
		return 10, at
	}
	return n.Data[at] - '0', at + 1
}

// Split is the integer nearest to the number times 10^power, halves away from
// 0, without its sign, as whole * 10^places + part; false where whole does not
// fit.
func (n *Number) Split(power, places int) (whole, part uint64, good bool) {
	parts := uint64(1) // of one of the whole
	for range places {
		parts *= 10
	}
	at, digit := n.Body, byte(0)
	left := int64(n.Whole) + n.Power + int64(power)
	for ; left > 0; left-- {
		digit, at = n.digit(at)
		if digit > 9 && whole == 0 && part == 0 {
			return 0, 0, true // 0e99
		}
		if digit > 9 {
			digit = 0
		}
		sum := &part
		if left > int64(places) {
			sum = &whole
		}
		if *sum > (math.MaxUint64-uint64(digit))/10 {
			return 0, 0, false
		}
		*sum = *sum*10 + uint64(digit)
	}
	if left == 0 {
		if digit, _ = n.digit(at); digit >= 5 && digit <= 9 {
			part++
		}
	}
	if part < parts {
		return whole, part, true
	}
	return whole + 1, 0, whole < math.MaxUint64
}

// Scaled is the same integer, false where 64 bits do not hold it.
func (n *Number) Scaled(power int) (uint64, bool) {
	whole, _, good := n.Split(power, 0)
	return whole, good
}

func (n *Number) Int64() (int64, bool) {
	sum, good := n.Magnitude()
	most := uint64(math.MaxInt64)
	if n.Negative {
		most++
	}
	if !good || sum > most {
		return 0, false
	}
	if n.Negative {
		return int64(-sum), true
	}
	return int64(sum), true
}

func (n *Number) Uint64() (uint64, bool) {
	sum, good := n.Magnitude()
	return sum, good && (!n.Negative || sum == 0)
}

// float is the nearest value of that many bits; 1e400 has none.
func (n *Number) Float(bits int) (float64, bool) {
	text := n.Data[n.Start:n.End]
	value, err := strconv.ParseFloat(
		unsafe.String(unsafe.SliceData(text), len(text)), bits)
	return value, err == nil
}

// AppendFloat writes the shortest text that reads back, as ECMAScript spells
// it.
func AppendFloat(out []byte, value float64, bits int) []byte {
	if value == 0 {
		return append(out, '0')
	}
	size := math.Abs(value)
	if size < 1e21 && size >= 1e-6 {
		return strconv.AppendFloat(out, value, 'f', -1, bits)
	}
	out = strconv.AppendFloat(out, value, 'e', -1, bits)
	// e-09 is e-9.
	if count := len(out); count >= 4 && out[count-4] == 'e' &&
		out[count-2] == '0' {
		out[count-2] = out[count-1]
		out = out[:count-1]
	}
	return out
}
