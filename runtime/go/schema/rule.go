// rule.go: the constraints of a type. It checks nothing but patterns.

package schema

import (
	"regexp"
	"sync"
)

// Rule holds the constraints of a type.
type Rule struct {
	MinInteger, MaxInteger *int64
	MinNatural, MaxNatural *uint64
	MinReal, MaxReal       *float64
	MinCount, MaxCount     *int // code points of a text, bytes of bytes, items
	Pattern                *Pattern
}

// Integer is a bound of a Rule.
func Integer(value int64) *int64 { return &value }

// Natural is a bound of a Rule.
func Natural(value uint64) *uint64 { return &value }

// Real is a bound of a Rule.
func Real(value float64) *float64 { return &value }

// Count is a bound of a Rule.
func Count(value int) *int { return &value }

// Pattern is a constraint of texts; it matches anywhere in them, in linear
// time.
type Pattern struct {
	Text    string
	once    sync.Once
	matcher *regexp.Regexp
}

// NewPattern compiles when it is first used.
func NewPattern(text string) *Pattern {
	return &Pattern{Text: text}
}

// Match tells whether the pattern is in the text.
func (p *Pattern) Match(text string) bool {
	p.once.Do(func() { p.matcher = regexp.MustCompile(p.Text) })
	return p.matcher.MatchString(text)
}
