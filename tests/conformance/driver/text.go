// text.go: how cases spell what YAML cannot, and what is shown of long texts.

package main

import (
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	expandedMax = 64 << 20
	shownMax    = 400
)

// expand replaces $(TEXT*COUNT) by so many TEXTs, and $(hex:FF00) by bytes.
func expand(text string) (string, error) {
	var out strings.Builder
	for {
		start := strings.Index(text, "$(")
		if start < 0 {
			out.WriteString(text)
			return out.String(), nil
		}
		end := strings.Index(text[start:], ")")
		if end < 0 {
			return "", fmt.Errorf("$( without )")
		}
		out.WriteString(text[:start])
		piece, err := expandPiece(text[start+2 : start+end])
		if err != nil {
			return "", err
		}
		if out.Len()+len(piece) > expandedMax {
			return "", fmt.Errorf("a text is over %d bytes", expandedMax)
		}
		out.WriteString(piece)
		text = text[start+end+1:]
	}
}

func expandPiece(piece string) (string, error) {
	if digits, found := strings.CutPrefix(piece, "hex:"); found {
		bytes, err := hex.DecodeString(digits)
		return string(bytes), err
	}
	star := strings.LastIndex(piece, "*")
	if star < 0 {
		return "", fmt.Errorf("$(%s): wanted TEXT*COUNT or hex:DIGITS", piece)
	}
	count, err := strconv.Atoi(piece[star+1:])
	if err != nil || count < 0 || count*star > expandedMax {
		return "", fmt.Errorf("$(%s): a count that cannot be", piece)
	}
	return strings.Repeat(piece[:star], count), nil
}

// shown is the text for people: escaped where a line would not show it, long
// ones cut.
func shown(text string) string {
	unseen := func(point rune) bool { return !strconv.IsPrint(point) }
	if !utf8.ValidString(text) || strings.ContainsFunc(text, unseen) {
		text = strconv.Quote(text)
	}
	if len(text) <= shownMax {
		return text
	}
	return fmt.Sprintf("%s... (%d bytes)",
		strings.ToValidUTF8(text[:shownMax], ""), len(text))
}

// differ says how two texts differ; "" where they do not.
func differ(what, got, want string) string {
	if got == want {
		return ""
	}
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	if at < shownMax/2 {
		return fmt.Sprintf("%s: got %s, want %s", what, shown(got),
			shown(want))
	}
	from := at - shownMax/4
	return fmt.Sprintf("%s: from byte %d on got ...%s, want ...%s", what, at,
		shown(got[from:]), shown(want[from:]))
}
