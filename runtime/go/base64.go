// base64.go: the letters of base64, in both alphabets, and where one is wrong.
// It knows no type.

package bell

import (
	"encoding/base64"
	"strings"
)

func appendBase64(out, value []byte) []byte {
	return base64.StdEncoding.AppendEncode(out, value)
}

// worth is what a letter stands for in one of the two alphabets; 64: nothing.
func worth(letter byte) uint32 {
	switch {
	case letter >= 'A' && letter <= 'Z':
		return uint32(letter - 'A')
	case letter >= 'a' && letter <= 'z':
		return uint32(letter-'a') + 26
	case letter >= '0' && letter <= '9':
		return uint32(letter-'0') + 52
	case letter == '+' || letter == '-':
		return 62
	case letter == '/' || letter == '_':
		return 63
	}
	return 64
}

// readBase64 reads both alphabets, padded or not. Where it is wrong, place is
// the letter's. The library's reader does not say enough for our messages.
func readBase64(text string) (value []byte, place int, wrong string) {
	letters := text
	if len(text)%4 == 0 {
		for pads := 0; pads < 2 && strings.HasSuffix(letters, "="); pads++ {
			letters = letters[:len(letters)-1]
		}
	}
	value = make([]byte, 0, len(letters)/4*3+3)
	group, held := uint32(0), 0
	for i := 0; i < len(letters); i++ {
		sixth := worth(letters[i])
		if sixth > 63 {
			return nil, i, "a byte that is not base64"
		}
		group = group<<6 | sixth
		held++
		if held == 4 {
			value = append(value, byte(group>>16), byte(group>>8), byte(group))
			group, held = 0, 0
		}
	}
	last := len(letters) - 1
	switch {
	case held == 1:
		return nil, last, "base64 ends with half a byte"
	case held == 2 && group&0xF != 0 || held == 3 && group&0x3 != 0:
		return nil, last, "base64 ends with bits that are not 0"
	case held == 2:
		value = append(value, byte(group>>4))
	case held == 3:
		value = append(value, byte(group>>10), byte(group>>2))
	}
	return value, 0, ""
}
