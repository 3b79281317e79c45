// tame.go: what others said, fit to be shown: one line, in order. It knows no
// error and no log.

package bell

import (
	"strings"
	"unicode/utf8"
)

// isWild tells of what ends a line, steers a terminal or turns the order of
// letters.
func isWild(letter rune) bool {
	switch {
	case letter < ' ', letter >= 0x7f && letter <= 0x9f:
		return true
	case letter < 0x61c:
		return false
	}
	return letter == 0x61c || letter == 0x200e || letter == 0x200f ||
		letter >= 0x2028 && letter <= 0x202e ||
		letter >= 0x2066 && letter <= 0x2069
}

// isHalf tells of a character that the end of the text has cut.
func isHalf(text string) bool {
	lead, whole := text[0], 2
	if lead >= 0xe0 {
		whole = 3
	}
	if lead >= 0xf0 {
		whole = 4
	}
	if lead < 0xc2 || lead > 0xf4 || len(text) >= whole {
		return false
	}
	for at := 1; at < len(text); at++ {
		if utf8.RuneStart(text[at]) {
			return false
		}
	}
	return true
}

// tame makes of each of them a space, of what is no UTF-8 a "?" a byte, and
// leaves half a character at the end out.
func tame(text string) string {
	if utf8.ValidString(text) && !strings.ContainsFunc(text, isWild) {
		return text
	}
	var shown strings.Builder
	for at := 0; at < len(text); {
		letter, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case letter == utf8.RuneError && size == 1:
			if isHalf(text[at:]) {
				return shown.String()
			}
			letter = '?'
		case isWild(letter):
			letter = ' '
		}
		shown.WriteRune(letter)
		at += size
	}
	return shown.String()
}
