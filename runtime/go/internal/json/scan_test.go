// scan_test.go: what is passed over eight bytes at a time, beside what one byte
// at a time gives.

package json

import (
	"math/rand"
	"testing"
	"unicode/utf8"
)

func plainEndSlowly(data []byte, at int) int {
	for at < len(data) && data[at] >= ' ' && data[at] < utf8.RuneSelf &&
		data[at] != '"' && data[at] != '\\' {
		at++
	}
	return at
}

func TestPlainEnd(t *testing.T) {
	odd := []byte{0, 0x1f, ' ', '!', '"', '#', '[', '\\', ']', 0x7f, 0x80, 0xff}
	source := rand.New(rand.NewSource(3))
	for range 20000 {
		text := make([]byte, source.Intn(40))
		for i := range text {
			text[i] = 'a'
			if source.Intn(12) == 0 {
				text[i] = odd[source.Intn(len(odd))]
			}
		}
		for at := range text {
			want, got := plainEndSlowly(text, at), plainEnd(text, at)
			if want != got {
				t.Fatalf("%q from %d: want %d, got %d", text, at, want, got)
			}
		}
	}
}

func TestPlainInteger(t *testing.T) {
	for _, text := range []string{"", "-", "0", "-0", "01", "-01", "7", "-7",
		"999999999999999999", "-999999999999999999", "9223372036854775807",
		"9223372036854775808", "12345678901234567890", "1.0", "1e2", "1E2", "1.",
		"x", "5,", "5}", "00", "1 2"} {
		var f Fault
		n := PassNumber([]byte(text), 0, &f)
		want, good := int64(0), false
		if n.End >= 0 {
			want, good = n.Int64()
		}
		got, behind := PlainInteger([]byte(text), 0)
		if behind >= 0 && (!good || got != want || behind != n.End) {
			t.Errorf("%q: want %d (%v), got %d", text, want, good, got)
		}
		short := len(text) > 0 && len(text) <= 18 && n.End == len(text) &&
			n.Fraction == 0 && n.Power == 0
		if short && text != "1e2" && text != "1E2" && behind < 0 {
			t.Errorf("%q is a plain integer", text)
		}
	}
}
