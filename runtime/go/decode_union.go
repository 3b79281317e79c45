// decode_union.go: unions: the tag is found, wherever it stands, then the
// variant is read.

package bell

import (
	"reflect"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// found is where the tag and the content stand among the members; -1: nowhere.
type found struct {
	key     int // the tag's quote
	value   int // behind its colon and white space
	content int // the same of the content
	end     int // behind the object, where that was looked for
}

func isDone(data []byte, at int) bool {
	return at == len(data)
}

// isFirst tells whether the tag stands first, as it mostly does.
func (d *decoder) isFirst(at int, t *schema.Type, f *found) bool {
	at = json.SkipSpace(d.data, at)
	if !json.IsAt(d.data, at, `"`+t.Tag+`"`) {
		return false
	}
	colon := json.SkipSpace(d.data, at+len(t.Tag)+2)
	if isDone(d.data, colon) || d.data[colon] != ':' {
		return false
	}
	f.key = at
	f.value = json.SkipSpace(d.data, colon+1)
	return true
}

func (d *decoder) failTwice(key string, place int, wrong string) bool {
	d.path.field(key)
	d.fail(place, wrong)
	return false
}

func (d *decoder) note(t *schema.Type, key string, place, value int,
	f *found) bool {
	if key == t.Tag {
		if f.key >= 0 && f.key != place {
			return d.failTwice(key, place, "the union's tag stands twice")
		}
		f.key = place
		f.value = value
	} else if t.Content != "" && key == t.Content {
		if f.content >= 0 && f.content != value {
			return d.failTwice(key, place, "the union's content stands twice")
		}
		f.content = value
	}
	return true
}

// want fails where something is not there: at the end the text ends too early.
func (d *decoder) want(at int, there bool, wrong string) bool {
	if there {
		return true
	}
	if isDone(d.data, at) {
		wrong = "the text ends too early"
	}
	d.fail(at, wrong)
	return false
}

// lookFor passes over all members from behind the brace on, checking them.
func (d *decoder) lookFor(at int, t *schema.Type, f *found) bool {
	is := func(letter byte) bool {
		return at < len(d.data) && d.data[at] == letter
	}
	for first := true; ; first = false {
		at = json.SkipSpace(d.data, at)
		if is('}') {
			f.end = at + 1
			return true
		}
		if !first {
			if !d.want(at, is(','), "a map wants , or }") {
				return false
			}
			at = json.SkipSpace(d.data, at+1)
		}
		if !d.want(at, is('"'), "a map wants a key here") {
			return false
		}
		place := at
		var key string
		key, at = d.quoted(at, "")
		if at < 0 {
			return false
		}
		at = json.SkipSpace(d.data, at)
		if !d.want(at, is(':'), "a key wants a colon") {
			return false
		}
		at = json.SkipSpace(d.data, at+1)
		if !d.note(t, key, place, at, f) {
			return false
		}
		at = json.SkipValue(d.data, at, d.depth-1, &d.fault)
		if at < 0 {
			return false
		}
	}
}

func findVariant(t *schema.Type, name string) *schema.Variant {
	for i := range t.Variants {
		if t.Variants[i].Name == name {
			return &t.Variants[i]
		}
	}
	return nil
}

func (d *decoder) content(at int, t *schema.Type, f *found,
	variant *schema.Variant, out reflect.Value) int {
	item := variant.Type
	if f.content >= 0 {
		d.depth--
		at = d.value(f.content, item, out)
		d.depth++
	} else if item.Kind != schema.KindRecord || len(item.Fields) != 0 {
		at = d.fail(at, "the union's content is missing")
	}
	if at < 0 {
		return d.failField(t.Content)
	}
	return f.end
}

// rest reads what stands beside the tag; at is the object, whose first member
// is the tag where first; behind is behind that.
func (d *decoder) rest(at int, first bool, behind int, t *schema.Type, f *found,
	variant *schema.Variant, made reflect.Value) int {
	if t.Shared != nil {
		tag := unionTag{union: t, at: f.key, shared: true}
		if d.members(at+1, true, t.Shared, made, tag) < 0 {
			return -1
		}
	}
	if variant == nil {
		return f.end
	}
	value := made.Field(sharedCount(t))
	if t.Content != "" {
		return d.content(at, t, f, variant, value)
	}
	tag := unionTag{union: t, at: f.key}
	if first {
		return d.members(behind, false, variant.Type, value, tag)
	}
	return d.members(at+1, true, variant.Type, value, tag)
}

func sharedCount(t *schema.Type) int {
	if t.Shared == nil {
		return 0
	}
	return len(t.Shared.Fields)
}

// make makes the struct of a variant, or of one that is none of ours.
func makeVariant(t *schema.Type, variant *schema.Variant, name string,
	raw []byte) reflect.Value {
	if variant != nil {
		return reflect.New(variant.Go).Elem()
	}
	made := reflect.New(t.Unknown).Elem()
	made.Field(sharedCount(t)).SetString(name)
	made.Field(sharedCount(t) + 1).SetBytes(append(Raw{}, raw...))
	return made
}

func (d *decoder) union(at int, t *schema.Type, out reflect.Value) int {
	f := found{key: -1, content: -1}
	if isDone(d.data, at) || d.data[at] != '{' {
		return d.mismatch(at, t.Name)
	}
	if d.depth == 0 {
		return d.limit(at, json.TooDeep)
	}
	first := d.isFirst(at+1, t, &f)
	whole := !first || t.Content != ""
	if whole && !d.lookFor(at+1, t, &f) {
		return -1
	}
	if f.key < 0 {
		d.fail(at, "the union's tag is missing")
		return d.failField(t.Tag)
	}
	name, behind := d.quoted(f.value, "string")
	if behind < 0 {
		return d.failField(t.Tag)
	}
	variant := findVariant(t, name)
	if variant == nil && !whole && !d.lookFor(at+1, t, &f) {
		return -1
	}
	var raw []byte
	if variant == nil {
		raw = d.data[at:f.end]
	}
	made := makeVariant(t, variant, name, raw)
	end := d.rest(at, first, behind, t, &f, variant, made)
	if end >= 0 {
		out.Set(made)
	}
	return end
}
