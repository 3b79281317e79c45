// rule.go: the constraints of a type. It checks nothing.

package schema

// Rule holds the constraints of a type.
type Rule struct {
	MinInteger, MaxInteger *int64
	MinNatural, MaxNatural *uint64
	MinReal, MaxReal       *float64
	MinCount, MaxCount     *int // code points of a string, bytes, or items
	Pattern                *Pattern
}

// Integer returns a bound of a Rule.
func Integer(value int64) *int64 { return &value }

// Natural returns a bound of a Rule.
func Natural(value uint64) *uint64 { return &value }

// Real returns a bound of a Rule.
func Real(value float64) *float64 { return &value }

// Count returns a bound of a Rule.
func Count(value int) *int { return &value }
