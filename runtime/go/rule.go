// rule.go: the constraints of a schema: bounds, counts, patterns. It knows no
// JSON.

package bell

import (
	"cmp"
	"fmt"
	"strconv"
	"unicode/utf8"
	"unsafe"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// What the C runtime's messages leave for a pattern's text.
const patternBytes = 93

func brokenPattern(p *schema.Pattern, text string, work *int64) string {
	found, left := p.MatchWithin(text, *work)
	*work = left
	if found {
		return ""
	}
	shown := seam.Cut(p.Text, patternBytes)
	if len(shown) < len(p.Text) {
		shown += "..."
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

func brokenCount(r *schema.Rule, count int, unit, least, most string) string {
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

func brokenText(r *schema.Rule, text string, work *int64) string {
	wrong := brokenCount(r, utf8.RuneCountInString(text), "code point",
		"min_length", "max_length")
	if wrong == "" && r.Pattern != nil {
		wrong = brokenPattern(r.Pattern, text, work)
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

func spellInteger(value int64) string {
	return strconv.FormatInt(value, 10)
}

func spellNatural(value uint64) string {
	return strconv.FormatUint(value, 10)
}

func brokenNumber(r *schema.Rule, kind schema.Kind, at unsafe.Pointer) string {
	switch kind {
	case schema.KindInt32:
		return brokenBounds(int64(*(*int32)(at)), r.MinInteger, r.MaxInteger,
			spellInteger)
	case schema.KindInt64, schema.KindDuration:
		return brokenBounds(*(*int64)(at), r.MinInteger, r.MaxInteger,
			spellInteger)
	case schema.KindUint32:
		return brokenBounds(uint64(*(*uint32)(at)), r.MinNatural, r.MaxNatural,
			spellNatural)
	case schema.KindUint64:
		return brokenBounds(*(*uint64)(at), r.MinNatural, r.MaxNatural,
			spellNatural)
	case schema.KindFloat32:
		return brokenBounds(float64(*(*float32)(at)), narrow(r.MinReal),
			narrow(r.MaxReal), spellFloat(32))
	case schema.KindFloat64:
		return brokenBounds(*(*float64)(at), r.MinReal, r.MaxReal,
			spellFloat(64))
	}
	return ""
}

// broken says which constraint of a ruled type the value breaks, or "". work is
// what patterns may do still; if it ends below 0 there was too much of it.
func broken(p *plan, at unsafe.Pointer, work *int64) string {
	rule, item := p.table.Rule, p.item
	for item.kind == schema.KindRuled {
		item = item.item
	}
	switch item.kind {
	case schema.KindString, schema.KindUUID, schema.KindDecimal:
		return brokenText(rule, *(*string)(at), work)
	case schema.KindBytes:
		return brokenCount(rule, len(*(*[]byte)(at)), "byte", "min_length",
			"max_length")
	case schema.KindList:
		return brokenCount(rule, (*slice)(at).len, "item", "min_items",
			"max_items")
	case schema.KindMap:
		return brokenCount(rule, item.valueAt(at).Len(), "item", "min_items",
			"max_items")
	}
	return brokenNumber(rule, item.kind, at)
}
