// write.go: texts in quotes, with what must be escaped.

package json

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
	out = append(out, '"')
	start := 0
	for i := 0; i < len(text); i++ {
		letter := text[i]
		if letter >= 0x20 && letter != '"' && letter != '\\' {
			continue
		}
		out = append(out, text[start:i]...)
		out = appendEscape(out, letter)
		start = i + 1
	}
	return append(append(out, text[start:]...), '"')
}
