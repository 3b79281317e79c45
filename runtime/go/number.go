package bell

import (
	"math"
	"strconv"
)

// Beyond this a power decides alone.
const powerMax = 1 << 60

// number is the text of a JSON number, cut into its parts.
type number struct {
	data     []byte
	start    int // of the sign
	body     int // behind the sign
	end      int // -1: it is none
	whole    int // digits in front of the point
	fraction int // and behind it
	power    int64
	negative bool
}

func isDigit(data []byte, at int) bool {
	return at < len(data) && data[at] >= '0' && data[at] <= '9'
}

func beginsNumber(data []byte, at int) bool {
	return at < len(data) && (data[at] == '-' || isDigit(data, at))
}

func passDigits(data []byte, at int) int {
	for isDigit(data, at) {
		at++
	}
	return at
}

func passNumber(data []byte, at int, f *fault) number {
	n := number{data: data, start: at, body: at, end: -1}
	if at < len(data) && data[at] == '-' {
		n.negative = true
		n.body++
	}
	at = passDigits(data, n.body)
	n.whole = at - n.body
	if n.whole == 0 {
		f.set(at, "a number has no digit")
		return n
	}
	if data[n.body] == '0' && n.whole > 1 {
		f.set(n.body+1, "a number begins with 0")
		return n
	}
	if at < len(data) && data[at] == '.' {
		point := at + 1
		at = passDigits(data, point)
		n.fraction = at - point
		if n.fraction == 0 {
			f.set(at, "no digit behind the point")
			return n
		}
	}
	if at < len(data) && data[at]|0x20 == 'e' {
		at = n.passPower(at+1, f)
	}
	n.end = at
	return n
}

func (n *number) passPower(at int, f *fault) int {
	negative := at < len(n.data) && n.data[at] == '-'
	if at < len(n.data) && (n.data[at] == '-' || n.data[at] == '+') {
		at++
	}
	if !isDigit(n.data, at) {
		return f.set(at, "a number's exponent has no digit")
	}
	for ; isDigit(n.data, at); at++ {
		if n.power < powerMax/10-10 {
			n.power = n.power*10 + int64(n.data[at]-'0')
		}
	}
	if negative {
		n.power = -n.power
	}
	return at
}

// magnitude is the exact integer without its sign: 1.0 and 1e2 are integers.
func (n *number) magnitude() (uint64, bool) {
	total := int64(n.whole + n.fraction)
	scale := n.power - int64(n.fraction)
	dropped := int64(0)
	if scale < 0 {
		dropped = min(-scale, total)
	}
	sum := uint64(0)
	index := int64(0)
	for at := n.body; index < total; at++ {
		if n.data[at] == '.' {
			continue
		}
		digit := uint64(n.data[at] - '0')
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

func (n *number) int64() (int64, bool) {
	sum, good := n.magnitude()
	most := uint64(math.MaxInt64)
	if n.negative {
		most++
	}
	if !good || sum > most {
		return 0, false
	}
	if n.negative {
		return int64(-sum), true
	}
	return int64(sum), true
}

func (n *number) uint64() (uint64, bool) {
	sum, good := n.magnitude()
	return sum, good && (!n.negative || sum == 0)
}

// float is the nearest value of that many bits; 1e400 has none.
func (n *number) float(bits int) (float64, bool) {
	value, err := strconv.ParseFloat(string(n.data[n.start:n.end]), bits)
	return value, err == nil
}

// appendFloat writes the shortest text that reads back, as ECMAScript spells
// it.
func appendFloat(out []byte, value float64, bits int) []byte {
	if value == 0 {
		return append(out, '0')
	}
	size := math.Abs(value)
	if size < 1e21 && size >= 1e-6 {
		return strconv.AppendFloat(out, value, 'f', -1, bits)
	}
	out = strconv.AppendFloat(out, value, 'e', -1, bits)
	// e-09 is e-9.
	if count := len(out); count >= 4 && out[count-4] == 'e' && out[count-2] == '0' {
		out[count-2] = out[count-1]
		out = out[:count-1]
	}
	return out
}
