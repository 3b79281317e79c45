// write.go: texts in quotes, with what must be escaped.

package json

import (
	"unicode/utf8"
	"unsafe"
)

func appendEscape(out []byte, letter byte) []byte {
	const hex = "0123456789abcdef"
	switch letter {
	case '"', '\\':
		return append(out, '\\', letter)
	case '\b':
		return append(out, `\b`...)
	case '\f':
		return append(out, `\f`...)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	return append(out, '\\', 'u', '0', '0', hex[letter>>4], hex[letter&15])
}

// AppendText writes a text in quotes, which must be UTF-8.
func AppendText(out []byte, text string) []byte {
	out, _ = AppendUTF8(out, text)
	return out
}

// AppendUTF8 writes a text in quotes; false where it is no UTF-8, and may not
// be sent.
func AppendUTF8(out []byte, text string) ([]byte, bool) {
	letters := unsafe.Slice(unsafe.StringData(text), len(text))
	out = append(out, '"')
	plain := plainEnd(letters, 0)
	if plain == len(text) {
		return append(append(out, text...), '"'), true
	}
	start, good := 0, true
	for at := plain; at < len(text); at = plainEnd(letters, at) {
		letter := text[at]
		if letter >= utf8.RuneSelf {
			point, size := utf8.DecodeRuneInString(text[at:])
			good = good && (point != utf8.RuneError || size > 1)
			at += size
			continue
		}
		out = append(out, text[start:at]...)
		out = appendEscape(out, letter)
		at++
		start = at
	}
	return append(append(out, text[start:]...), '"'), good
}
