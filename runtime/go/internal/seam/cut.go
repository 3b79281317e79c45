// cut.go: what others said, shortened. It knows no error.

package seam

import "unicode/utf8"

// Cut gives the first whole characters of a text that most bytes hold.
func Cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
