// tame.go: what others said, fit to be shown: one line, in order. It knows no
// error and no log.

package bell

import "strings"

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

// tame makes of each of them a space, and of what is no UTF-8 a "?".
func tame(text string) string {
	text = strings.ToValidUTF8(text, "?")
	if !strings.ContainsFunc(text, isWild) {
		return text
	}
	return strings.Map(func(letter rune) rune {
		if isWild(letter) {
			return ' '
		}
		return letter
	}, text)
}
