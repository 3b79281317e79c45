// Package json reads and writes the text of JSON: exact integers, places of
// faults, and no tree. It knows no types.
package json

import (
	"encoding/binary"
	"math/bits"
	"strings"
	"unicode/utf8"
)

// Faults that a caller looks for.
const (
	TooDeep = "nested deeper than depth_max"
	NotUTF8 = "string is not UTF-8"
)

// Fault is what is wrong with a text, and where.
type Fault struct {
	At    int
	Wrong string
}

// Set notes a fault and gives -1.
func (f *Fault) Set(at int, wrong string) int {
	f.At = at
	f.Wrong = wrong
	return -1
}

// Each of the functions below takes the place to read at and gives the place
// behind, or -1 where the fault says why.

// SkipSpace passes over white space.
func SkipSpace(data []byte, at int) int {
	for at < len(data) {
		switch data[at] {
		case ' ', '\t', '\n', '\r':
			at++
		default:
			return at
		}
	}
	return at
}

// IsAt tells whether a word stands there.
func IsAt(data []byte, at int, word string) bool {
	return len(data)-at >= len(word) && string(data[at:at+len(word)]) == word
}

// IsHex tells whether it is a hex digit.
func IsHex(letter byte) bool {
	lower := letter | 0x20
	return letter >= '0' && letter <= '9' || lower >= 'a' && lower <= 'f'
}

func passEscape(data []byte, at int, f *Fault) int {
	if at == len(data) {
		return f.Set(at, "string is not closed")
	}
	if data[at] != 'u' {
		if strings.IndexByte("\"\\/bfnrt", data[at]) < 0 {
			return f.Set(at, "unknown escape")
		}
		return at + 1
	}
	for i := 1; i <= 4; i++ {
		if at+i >= len(data) || !IsHex(data[at+i]) {
			return f.Set(at, "\\u needs four hex digits")
		}
	}
	return at + 5
}

// The same byte eight times, and the topmost bit of each.
const (
	ones = 0x0101010101010101
	tops = 0x8080808080808080
)

// plain are the bytes that a text has as they are.
var plain = func() (is [256]bool) {
	for letter := ' '; letter < utf8.RuneSelf; letter++ {
		is[letter] = letter != '"' && letter != '\\'
	}
	return is
}()

// plainEnd passes over what a text has as it is: ASCII, no quote, no backslash,
// no control character. Eight bytes at a time: in each, the topmost bit says
// that something else stands there, and the lowest such bit is right.
func plainEnd(data []byte, at int) int {
	for ; len(data)-at >= 8; at += 8 {
		word := binary.LittleEndian.Uint64(data[at:])
		quotes, slashes := word^'"'*ones, word^'\\'*ones
		found := ((word-' '*ones)&^word | (quotes-ones)&^quotes |
			(slashes-ones)&^slashes | word) & tops
		if found != 0 {
			return at + bits.TrailingZeros64(found)/8
		}
	}
	for at < len(data) && plain[data[at]] {
		at++
	}
	return at
}

// TextEnd gives the place of the closing quote; at is behind the opening one.
func TextEnd(data []byte, at int, escaped *bool, f *Fault) int {
	for {
		at = plainEnd(data, at)
		if at == len(data) {
			break
		}
		letter := data[at]
		switch {
		case letter == '"':
			return at
		case letter == '\\':
			*escaped = true
			at = passEscape(data, at+1, f)
			if at < 0 {
				return -1
			}
		case letter < 0x20:
			return f.Set(at, "control character in string")
		default:
			letter, size := utf8.DecodeRune(data[at:])
			if letter == utf8.RuneError && size <= 1 {
				return f.Set(at, NotUTF8)
			}
			at += size
		}
	}
	return f.Set(at, "string is not closed")
}

func fourDigits(raw []byte) rune {
	value := rune(0)
	for _, letter := range raw[:4] {
		digit := rune(letter - '0')
		if letter > '9' {
			digit = rune(letter|0x20) - 'a' + 10
		}
		value = value<<4 | digit
	}
	return value
}

// Unescape gives the text between quotes; lone surrogates become U+FFFD.
func Unescape(raw []byte) string {
	var out strings.Builder
	out.Grow(len(raw))
	for at := 0; at < len(raw); {
		if raw[at] != '\\' {
			out.WriteByte(raw[at])
			at++
			continue
		}
		letter := raw[at+1]
		at += 2
		if letter != 'u' {
			if short := strings.IndexByte("bfnrt", letter); short >= 0 {
				letter = "\b\f\n\r\t"[short]
			}
			out.WriteByte(letter)
			continue
		}
		point := fourDigits(raw[at:])
		at += 4
		if point >= 0xD800 && point <= 0xDFFF {
			low := rune(0)
			if point <= 0xDBFF && len(raw)-at >= 6 && raw[at] == '\\' &&
				raw[at+1] == 'u' {
				low = fourDigits(raw[at+2:])
			}
			if low < 0xDC00 || low > 0xDFFF {
				point = utf8.RuneError
			} else {
				at += 6
				point = 0x10000 + (point-0xD800)<<10 + low - 0xDC00
			}
		}
		out.WriteRune(point)
	}
	return out.String()
}

func skipWord(data []byte, at int, word string, f *Fault) int {
	if !IsAt(data, at, word) {
		return f.Set(at, "no JSON value")
	}
	return at + len(word)
}

func skipScalar(data []byte, at int, f *Fault) int {
	switch letter := data[at]; {
	case letter == '"':
		escaped := false
		quote := TextEnd(data, at+1, &escaped, f)
		if quote < 0 {
			return -1
		}
		return quote + 1
	case letter == 't':
		return skipWord(data, at, "true", f)
	case letter == 'f':
		return skipWord(data, at, "false", f)
	case letter == 'n':
		return skipWord(data, at, "null", f)
	case BeginsNumber(data, at):
		number := PassNumber(data, at, f)
		return number.End
	}
	return f.Set(at, "no JSON value")
}

func skipKey(data []byte, at int, f *Fault) int {
	at = SkipSpace(data, at)
	if at == len(data) || data[at] != '"' {
		return f.Set(at, "a key is missing here")
	}
	escaped := false
	at = TextEnd(data, at+1, &escaped, f)
	if at < 0 {
		return -1
	}
	at = SkipSpace(data, at+1)
	if at == len(data) || data[at] != ':' {
		return f.Set(at, "a colon is missing after the key")
	}
	return at + 1
}

// notedLeast is what is noted, in bytes: what is less is passed over again.
const notedLeast = 128

// Notes says where large lists and maps end, by where they begin.
type Notes map[int]int

// skipBehind closes levels behind a value and passes a comma (and a key).
func skipBehind(data []byte, at int, levels *[]int, notes Notes, f *Fault) int {
	for len(*levels) > 0 {
		start := (*levels)[len(*levels)-1]
		isMap := data[start] == '{'
		place := SkipSpace(data, at)
		if place < len(data) && data[place] == ',' {
			if isMap {
				return skipKey(data, place+1, f)
			}
			return place + 1
		}
		closing, wrong := byte(']'), "expected , or ]"
		if isMap {
			closing, wrong = '}', "expected , or }"
		}
		if place == len(data) || data[place] != closing {
			return f.Set(place, wrong)
		}
		at = place + 1
		*levels = (*levels)[:len(*levels)-1]
		if notes != nil && at-start >= notedLeast {
			notes[start] = at
		}
	}
	return at
}

// SkipValue passes over a value and checks it, without recursion.
func SkipValue(data []byte, at int, depth int, f *Fault) int {
	return SkipNoting(data, at, depth, nil, f)
}

// SkipNoting does the same, and notes what lies in the value.
func SkipNoting(data []byte, at int, depth int, notes Notes, f *Fault) int {
	var room [32]int
	levels := room[:0]
	for {
		at = SkipSpace(data, at)
		if at == len(data) {
			return f.Set(at, "the text ends too early")
		}
		whole := true
		if data[at] == '{' || data[at] == '[' {
			isMap := data[at] == '{'
			if len(levels) >= depth {
				return f.Set(at, TooDeep)
			}
			levels = append(levels, at)
			first := SkipSpace(data, at+1)
			closing := byte(']')
			if isMap {
				closing = '}'
			}
			whole = first < len(data) && data[first] == closing
			switch {
			case whole:
				levels = levels[:len(levels)-1]
				at = first + 1
			case isMap:
				at = skipKey(data, first, f)
			default:
				at = first
			}
		} else {
			at = skipScalar(data, at, f)
		}
		if at >= 0 && whole {
			at = skipBehind(data, at, &levels, notes, f)
		}
		if at < 0 || len(levels) == 0 {
			return at
		}
	}
}

// IsUTF8 tells whether a text may be written.
func IsUTF8(text string) bool {
	return utf8.ValidString(text)
}
