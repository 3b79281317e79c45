package bell

import (
	"strings"
	"unicode/utf8"
)

const tooDeep = "nested deeper than depth_max"

// fault is what is wrong with a text, and where.
type fault struct {
	at    int
	wrong string
}

func (f *fault) set(at int, wrong string) int {
	f.at = at
	f.wrong = wrong
	return -1
}

// Each of the functions below takes the place to read at and gives the place
// behind, or -1 where the fault says why.

func skipSpace(data []byte, at int) int {
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

func isAt(data []byte, at int, word string) bool {
	return len(data)-at >= len(word) && string(data[at:at+len(word)]) == word
}

func isHex(letter byte) bool {
	lower := letter | 0x20
	return letter >= '0' && letter <= '9' || lower >= 'a' && lower <= 'f'
}

func passEscape(data []byte, at int, f *fault) int {
	if at == len(data) {
		return f.set(at, "string is not closed")
	}
	if data[at] != 'u' {
		if strings.IndexByte("\"\\/bfnrt", data[at]) < 0 {
			return f.set(at, "unknown escape")
		}
		return at + 1
	}
	for i := 1; i <= 4; i++ {
		if at+i >= len(data) || !isHex(data[at+i]) {
			return f.set(at, "\\u wants four hex digits")
		}
	}
	return at + 5
}

// textEnd gives the place of the closing quote; at is behind the opening one.
func textEnd(data []byte, at int, escaped *bool, f *fault) int {
	for at < len(data) {
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
			return f.set(at, "control character in string")
		case letter < utf8.RuneSelf:
			at++
		default:
			letter, size := utf8.DecodeRune(data[at:])
			if letter == utf8.RuneError && size <= 1 {
				return f.set(at, "string is not UTF-8")
			}
			at += size
		}
	}
	return f.set(at, "string is not closed")
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

// unescape gives the text between quotes; lone surrogates become U+FFFD.
func unescape(raw []byte) string {
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
			if point <= 0xDBFF && len(raw)-at >= 6 && raw[at] == '\\' && raw[at+1] == 'u' {
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

func skipWord(data []byte, at int, word string, f *fault) int {
	if !isAt(data, at, word) {
		return f.set(at, "no JSON value")
	}
	return at + len(word)
}

func skipScalar(data []byte, at int, f *fault) int {
	switch letter := data[at]; {
	case letter == '"':
		escaped := false
		quote := textEnd(data, at+1, &escaped, f)
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
	case beginsNumber(data, at):
		number := passNumber(data, at, f)
		return number.end
	}
	return f.set(at, "no JSON value")
}

func skipKey(data []byte, at int, f *fault) int {
	at = skipSpace(data, at)
	if at == len(data) || data[at] != '"' {
		return f.set(at, "a map wants a key here")
	}
	escaped := false
	at = textEnd(data, at+1, &escaped, f)
	if at < 0 {
		return -1
	}
	at = skipSpace(data, at+1)
	if at == len(data) || data[at] != ':' {
		return f.set(at, "a key wants a colon")
	}
	return at + 1
}

// skipBehind closes levels behind a value and passes a comma (and a key).
func skipBehind(data []byte, at int, levels *[]bool, f *fault) int {
	for len(*levels) > 0 {
		isMap := (*levels)[len(*levels)-1]
		place := skipSpace(data, at)
		if place < len(data) && data[place] == ',' {
			if isMap {
				return skipKey(data, place+1, f)
			}
			return place + 1
		}
		closing, wrong := byte(']'), "a list wants , or ]"
		if isMap {
			closing, wrong = '}', "a map wants , or }"
		}
		if place == len(data) || data[place] != closing {
			return f.set(place, wrong)
		}
		at = place + 1
		*levels = (*levels)[:len(*levels)-1]
	}
	return at
}

// skipValue passes over a value and checks it, without recursion.
func skipValue(data []byte, at int, depth int, f *fault) int {
	var levels []bool
	for {
		at = skipSpace(data, at)
		if at == len(data) {
			return f.set(at, "the text ends too early")
		}
		whole := true
		if data[at] == '{' || data[at] == '[' {
			isMap := data[at] == '{'
			if len(levels) >= depth {
				return f.set(at, tooDeep)
			}
			levels = append(levels, isMap)
			first := skipSpace(data, at+1)
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
			at = skipBehind(data, at, &levels, f)
		}
		if at < 0 || len(levels) == 0 {
			return at
		}
	}
}
