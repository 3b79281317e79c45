// decode_union.go: unions: the tag is found, wherever it stands, then the
// variant is read.

package bell

import (
	"reflect"
	"strings"
	"unsafe"

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
			if !d.want(at, is(','), "expected , or }") {
				return false
			}
			at = json.SkipSpace(d.data, at+1)
		}
		if !d.want(at, is('"'), "a key is missing here") {
			return false
		}
		place := at
		var key string
		key, _, at = d.view(at, "")
		if at < 0 {
			return false
		}
		at = json.SkipSpace(d.data, at)
		if !d.want(at, is(':'), "a colon is missing after the key") {
			return false
		}
		at = json.SkipSpace(d.data, at+1)
		if !d.note(t, key, place, at, f) {
			return false
		}
		at = d.pass(at, d.depth-1)
		if at < 0 {
			return false
		}
	}
}

// variant gives the one of that name, or nil.
func (p *plan) variant(name string) *variant {
	for i := range p.variants {
		if p.variants[i].Name == name {
			return &p.variants[i]
		}
	}
	return nil
}

func (d *decoder) content(at int, p *plan, f *found, value *plan,
	out unsafe.Pointer) int {
	if f.content >= 0 {
		d.depth--
		at = d.value(f.content, value, out)
		d.depth++
	} else if value.table.Kind != schema.KindRecord || len(value.members) != 0 {
		at = d.fail(at, "the union's content is missing")
	}
	if at < 0 {
		return d.failField(p.table.Content)
	}
	return f.end
}

// rest reads what stands beside the tag; at is the object, whose first member
// is the tag where behind, behind that, is not -1.
func (d *decoder) rest(at, behind int, p *plan, f *found, v *variant,
	made unsafe.Pointer) int {
	if v.shared != nil {
		tag := unionTag{union: p.table, at: f.key, shared: true}
		if d.members(at+1, true, v.shared, made, tag) < 0 {
			return -1
		}
	}
	if v.Variant == nil {
		return f.end
	}
	value := unsafe.Add(made, v.offset)
	if p.table.Content != "" {
		return d.content(at, p, f, v.value, value)
	}
	tag := unionTag{union: p.table, at: f.key}
	if behind >= 0 {
		return d.members(behind, false, v.value, value, tag)
	}
	return d.members(at+1, true, v.value, value, tag)
}

func (d *decoder) union(at int, p *plan, out unsafe.Pointer) int {
	if p.table.Flags&schema.FlagByKind != 0 {
		return d.byKind(at, p, out)
	}
	f := found{key: -1, content: -1}
	if isDone(d.data, at) || d.data[at] != '{' {
		return d.mismatch(at, p.table.Name)
	}
	if d.depth == 0 {
		return d.limit(at, json.TooDeep)
	}
	first := d.isFirst(at+1, p.table, &f)
	whole := !first || p.table.Content != ""
	if whole && !d.lookFor(at+1, p.table, &f) {
		return -1
	}
	if f.key < 0 {
		d.fail(at, "the union's tag is missing")
		return d.failField(p.table.Tag)
	}
	name, _, behind := d.view(f.value, "string")
	if behind < 0 {
		return d.failField(p.table.Tag)
	}
	v := p.variant(name)
	if v == nil && !whole && !d.lookFor(at+1, p.table, &f) {
		return -1
	}
	if !first {
		behind = -1
	}
	return d.make(at, behind, p, &f, v, name, out)
}

// make makes the struct of a variant, or of one that is none of ours.
func (d *decoder) make(at, behind int, p *plan, f *found, v *variant,
	name string, out unsafe.Pointer) int {
	if v == nil {
		v = &p.unknown
	}
	made := reflect.New(v.of)
	into := made.UnsafePointer()
	end := d.rest(at, behind, p, f, v, into)
	if end < 0 {
		return -1
	}
	if v.Variant == nil {
		*(*string)(unsafe.Add(into, v.offset)) = strings.Clone(name)
		*(*[]byte)(unsafe.Add(into, v.raw)) = append([]byte{},
			d.data[at:f.end]...)
	}
	p.valueAt(out).Set(made.Elem())
	return end
}
