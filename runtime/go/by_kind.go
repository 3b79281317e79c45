// by_kind.go: unions without a tag, whose variants are told apart by the kind
// of JSON that each is: a text, a number, a bool, a list or an object.

package bell

import (
	"reflect"
	"unsafe"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// wireKind is what values of a type are on the wire, by a letter that they may
// begin with: " 0 t [ {, or 0 where that is not one kind.
func wireKind(t *schema.Type) byte {
	switch t.Kind {
	case schema.KindBool:
		return 't'
	case schema.KindInt32, schema.KindInt64, schema.KindUint32,
		schema.KindUint64, schema.KindFloat32, schema.KindFloat64:
		return '0'
	case schema.KindDatetime, schema.KindDuration, schema.KindDecimal:
		const number = schema.FlagSeconds | schema.FlagMilliseconds |
			schema.FlagNumber
		if t.Flags&number != 0 {
			return '0'
		}
		return '"'
	case schema.KindString, schema.KindEnum, schema.KindBytes,
		schema.KindDate, schema.KindUUID:
		return '"'
	case schema.KindList:
		return '['
	case schema.KindRecord, schema.KindMap:
		return '{'
	case schema.KindUnion:
		if t.Flags&schema.FlagByKind == 0 {
			return '{'
		}
	case schema.KindRuled:
		return wireKind(t.Item)
	case schema.KindJSON, schema.KindOption:
	}
	return 0
}

// kindAt is the kind of the value at a place, as wireKind names it; 0: null, or
// no value.
func kindAt(data []byte, at int) byte {
	if isDone(data, at) {
		return 0
	}
	switch letter := data[at]; letter {
	case '"', '[', '{':
		return letter
	case 't', 'f':
		return 't'
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return '0'
	}
	return 0
}

// byKind reads the variant of the kind that stands there; what is of no
// variant's kind is kept as it came.
func (d *decoder) byKind(at int, p *plan, out unsafe.Pointer) int {
	kind := kindAt(d.data, at)
	if kind == 0 {
		return d.mismatch(at, p.table.Name)
	}
	for i := range p.variants {
		v := &p.variants[i]
		if wireKind(v.Type) != kind {
			continue
		}
		made := reflect.New(v.of)
		end := d.value(at, v.value, unsafe.Add(made.UnsafePointer(), v.offset))
		if end >= 0 {
			p.valueAt(out).Set(made.Elem())
		}
		return end
	}
	end := d.pass(at, d.depth)
	if end < 0 {
		return -1
	}
	made := reflect.New(p.unknown.of)
	*(*[]byte)(unsafe.Add(made.UnsafePointer(), p.unknown.raw)) =
		append([]byte{}, d.data[at:end]...)
	p.valueAt(out).Set(made.Elem())
	return end
}
