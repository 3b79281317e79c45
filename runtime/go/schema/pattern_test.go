// pattern_test.go: compiled patterns against texts. The words are those that
// the generator makes.

package schema

import (
	"strings"
	"testing"
)

var (
	lower = []uint32{6, 3, 1, 97, 122, 5, 1, 8, 7, 0} // ^[a-z]+$
	// ^(a*)*$: what makes matchers that go back run for ever.
	stars = []uint32{6, 5, 4, 13, 5, 7, 11, 1, 97, 4, 4, 4, 1, 7, 0}
)

func TestPatterns(t *testing.T) {
	for _, c := range []struct {
		words []uint32
		text  string
		want  bool
	}{
		{lower, "abc", true},
		{lower, "", false},
		{lower, "aB", false},
		{lower, "1a", false},
		{lower, "a\n", false},
		{[]uint32{1, 0x1f600, 0}, "ab😀", true},
		{[]uint32{1, 0x1f600, 0}, "ab", false},
		{[]uint32{6, 2, 7, 0}, "😀", true},
		{[]uint32{8, 1, 97, 8, 0}, "b a.", true},
		{[]uint32{8, 1, 97, 8, 0}, "ba", false},
		{[]uint32{9, 1, 97, 0}, "ba", true},
		{stars, strings.Repeat("a", 20000), true},
		{stars, strings.Repeat("a", 20000) + "b", false},
	} {
		p := NewPattern("", c.words)
		for range 2 { // the second time with what the first left
			if got := p.Match(c.text); got != c.want {
				t.Errorf("%v in %.10q: want %v", c.words, c.text, c.want)
			}
		}
	}
}

func TestPatternsWithoutSense(t *testing.T) {
	for _, words := range [][]uint32{
		nil, {4}, {4, 0}, {5, 0, 0}, {3, 99, 1}, {77}, {1}, {3},
		{3, 1 << 31, 0}, {4, 1 << 31}, make([]uint32, 9000),
	} {
		if NewPattern("", words).Match("abc") {
			t.Errorf("%v: matches", words)
		}
	}
}

// Work is counted as in C and TypeScript.
func TestPatternsWork(t *testing.T) {
	for _, c := range []struct {
		words []uint32
		text  string
		left  int64
	}{
		{lower, "abc", 956},
		{lower, "aB", 971},
		{stars, "aaa", 943},
		{[]uint32{8, 1, 97, 8, 0}, "b a.", 958},
		{stars, strings.Repeat("a", 99), -8},
	} {
		_, left := NewPattern("", c.words).MatchWithin(c.text, 1000)
		if left != c.left {
			t.Errorf("%v in %q: %d is left, want %d", c.words, c.text, left, c.left)
		}
	}
}
