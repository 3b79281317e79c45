// rule.go: the constraints of a schema: bounds, counts, patterns. It knows no
// JSON.

package bell

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"sync"
	"unicode/utf8"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
)

// Pattern is a constraint of texts; it matches anywhere in them, in linear
// time.
type Pattern struct {
	Text    string
	once    sync.Once
	matcher *regexp.Regexp
}

// NewPattern compiles when it is first used. For generated code.
func NewPattern(text string) *Pattern {
	return &Pattern{Text: text}
}

// What the C runtime's messages leave for a pattern's text.
const patternBytes = 93

func (p *Pattern) broken(text string) string {
	p.once.Do(func() { p.matcher = regexp.MustCompile(p.Text) })
	if p.matcher.MatchString(text) {
		return ""
	}
	shown := p.Text
	if len(shown) > patternBytes {
		size := patternBytes
		for size > 0 && !utf8.RuneStart(shown[size]) {
			size--
		}
		shown = shown[:size] + "..."
	}
	return "does not match " + shown
}

func brokenBounds[T cmp.Ordered](value T, least, most *T,
	spell func(T) string) string {
	if least != nil && value < *least {
		return spell(value) + " is less than its min " + spell(*least)
	}
	if most != nil && *most < value {
		return spell(value) + " is more than its max " + spell(*most)
	}
	return ""
}

func (r *Rule) brokenCount(count int, unit, least, most string) string {
	plural := "s"
	if count == 1 {
		plural = ""
	}
	if r.MinCount != nil && count < *r.MinCount {
		return fmt.Sprintf("%d %s%s, %s is %d", count, unit, plural, least,
			*r.MinCount)
	}
	if r.MaxCount != nil && count > *r.MaxCount {
		return fmt.Sprintf("%d %s%s, %s is %d", count, unit, plural, most,
			*r.MaxCount)
	}
	return ""
}

func (r *Rule) brokenText(text string) string {
	wrong := r.brokenCount(utf8.RuneCountInString(text), "code point",
		"min_length", "max_length")
	if wrong == "" && r.Pattern != nil {
		wrong = r.Pattern.broken(text)
	}
	return wrong
}

func spellFloat(bits int) func(float64) string {
	return func(value float64) string {
		return string(json.AppendFloat(nil, value, bits))
	}
}

// narrow is the bound as a float32: 0.1 as a float32 is above 0.1.
func narrow(bound *float64) *float64 {
	if bound == nil {
		return nil
	}
	return Ptr(float64(float32(*bound)))
}

func (r *Rule) brokenNumber(kind Kind, value reflect.Value) string {
	switch kind {
	case KindInt32, KindInt64, KindDuration:
		return brokenBounds(value.Int(), r.MinInteger, r.MaxInteger,
			func(value int64) string {
				return strconv.FormatInt(value, 10)
			})
	case KindUint32, KindUint64:
		return brokenBounds(value.Uint(), r.MinNatural, r.MaxNatural,
			func(value uint64) string {
				return strconv.FormatUint(value, 10)
			})
	case KindFloat32:
		return brokenBounds(value.Float(), narrow(r.MinReal), narrow(r.MaxReal),
			spellFloat(32))
	case KindFloat64:
		return brokenBounds(value.Float(), r.MinReal, r.MaxReal, spellFloat(64))
	}
	return ""
}

// broken says which constraint of a ruled type the value breaks, or "".
func (t *Type) broken(value reflect.Value) string {
	item := t.Item
	for item.Kind == KindRuled {
		item = item.Item
	}
	switch item.Kind {
	case KindString, KindUUID, KindDecimal:
		return t.Rule.brokenText(value.String())
	case KindBytes:
		return t.Rule.brokenCount(value.Len(), "byte", "min_length", "max_length")
	case KindList, KindMap:
		return t.Rule.brokenCount(value.Len(), "item", "min_items", "max_items")
	}
	return t.Rule.brokenNumber(item.Kind, value)
}
