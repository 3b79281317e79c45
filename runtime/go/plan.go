// plan.go: a table and the Go type of its values, put together once: what lies
// where. It reads and writes no JSON.

package bell

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// What a table has no kind for.
const (
	kindKeeping schema.Kind = 253 // a record with members beside its fields
	kindPointer schema.Kind = 254 // a pointer where the table says nothing
	kindBare    schema.Kind = 255 // the value of a record's one field
)

// plan is a type of a table in a Go type. Who reads and writes by it has
// pointers to values of that type: this is checked when it is made, once.
type plan struct {
	table    *schema.Type
	kind     schema.Kind
	of       reflect.Type
	item     *plan          // list, map, option, ruled, pointer; keeping: a map
	others   uintptr        // keeping: of that map
	members  []member       // record; bare: one
	places   map[string]int // of members, where there are many
	spelled  []string       // enum: the values in quotes
	variants []variant      // union
	unknown  variant        // union: what is none of ours
}

// member is a field of a record in a member of a struct.
type member struct {
	*schema.Field
	spelled string // `"name":`
	offset  uintptr
	state   uintptr // Opt's Set and Opt3's State, from the value on
	of      reflect.Type
	value   *plan
}

// variant is a struct of a union: shared fields, then the value, or tag and
// raw text; without a tag the raw text alone.
type variant struct {
	*schema.Variant
	of     reflect.Type
	shared *plan // nil: no fields are shared
	value  *plan
	offset uintptr // of the value, or of the tag
	raw    uintptr // of the raw text
}

// Beyond so many members a map finds them.
const membersFew = 16

type planKey struct {
	table *schema.Type
	of    reflect.Type
}

// planned is a plan that was asked for; a table has rarely more than one.
type planned struct {
	plan *plan
	next *planned
}

var plans = struct {
	sync.Mutex
	known  map[planKey]*plan
	byType sync.Map // *schema.Type: *planned
}{known: map[planKey]*plan{}}

// planOf gives the plan for values of that Go type.
func planOf(t *schema.Type, of reflect.Type) *plan {
	first, _ := plans.byType.Load(t)
	known, _ := first.(*planned)
	for each := known; each != nil; each = each.next {
		if each.plan.of == of {
			return each.plan
		}
	}
	plans.Lock()
	defer plans.Unlock()
	p := planner{}
	made := p.plan(t, of)
	for key, each := range p {
		plans.known[key] = each
	}
	first, _ = plans.byType.Load(t)
	known, _ = first.(*planned)
	plans.byType.Store(t, &planned{plan: made, next: known})
	return made
}

// planner has what is being made: types refer to themselves.
type planner map[planKey]*plan

// The Go types of what is spelled in one way.
var goKinds = map[schema.Kind]reflect.Kind{schema.KindBool: reflect.Bool,
	schema.KindInt32: reflect.Int32, schema.KindInt64: reflect.Int64,
	schema.KindUint32: reflect.Uint32, schema.KindUint64: reflect.Uint64,
	schema.KindFloat32: reflect.Float32, schema.KindFloat64: reflect.Float64,
	schema.KindString: reflect.String, schema.KindEnum: reflect.String,
	schema.KindUUID: reflect.String, schema.KindDecimal: reflect.String,
	schema.KindDuration: reflect.Int64, schema.KindRecord: reflect.Struct,
	schema.KindList: reflect.Slice, schema.KindMap: reflect.Map,
	schema.KindUnion: reflect.Interface, schema.KindJSON: reflect.Slice,
	schema.KindBytes: reflect.Slice, schema.KindDatetime: reflect.Struct,
	schema.KindDate: reflect.Struct}

func fits(t *schema.Type, of reflect.Type) bool {
	switch t.Kind {
	case schema.KindJSON, schema.KindBytes:
		return of.Kind() == reflect.Slice && of.Elem().Kind() == reflect.Uint8
	case schema.KindDatetime:
		return of == reflect.TypeFor[DateTime]()
	case schema.KindDate:
		return of == reflect.TypeFor[Date]()
	case schema.KindOption:
		return of.Kind() == reflect.Pointer || of.Kind() == reflect.Interface
	case schema.KindMap:
		return of.Kind() == reflect.Map && of.Key().Kind() == reflect.String
	case schema.KindRecord:
		count := len(t.Fields)
		if t.Flags&schema.FlagOthers != 0 {
			count++
		}
		return of.Kind() == reflect.Struct && of.NumField() >= count
	}
	kind, known := goKinds[t.Kind]
	return !known || of.Kind() == kind
}

func (p planner) plan(t *schema.Type, of reflect.Type) *plan {
	key := planKey{t, of}
	for _, from := range []map[planKey]*plan{p, plans.known} {
		if known := from[key]; known != nil {
			return known
		}
	}
	made := &plan{table: t, kind: t.Kind, of: of}
	p[key] = made
	switch {
	case t.Flags&schema.FlagBare != 0:
		made.kind = kindBare
		made.members = []member{p.member(&t.Fields[0], of, 0)}
	case of.Kind() == reflect.Pointer && t.Kind != schema.KindOption:
		made.kind = kindPointer
		made.item = p.plan(t, of.Elem())
	case t.Kind == schema.KindRuled:
		made.item = p.plan(t.Item, of)
	case !fits(t, of):
		panic(fmt.Sprintf("bell: the table of %s is not that of a Go %s: "+
			"run bellpull generate again", t.Name, of))
	default:
		p.parts(made, t, of)
	}
	return made
}

// parts plans what a value has inside.
func (p planner) parts(made *plan, t *schema.Type, of reflect.Type) {
	switch t.Kind {
	case schema.KindList, schema.KindMap:
		made.item = p.plan(t.Item, of.Elem())
	case schema.KindOption:
		inside := of
		if of.Kind() == reflect.Pointer {
			inside = of.Elem()
		}
		made.item = p.plan(t.Item, inside)
	case schema.KindRecord:
		made.members = p.fields(t, of)
		if t.Flags&schema.FlagOthers != 0 {
			last := of.Field(len(t.Fields))
			made.kind, made.others = kindKeeping, last.Offset
			made.item = p.plan(t.Item, last.Type)
		}
		if len(made.members) > membersFew {
			made.places = map[string]int{}
			for i := range made.members {
				made.places[made.members[i].Name] = i
			}
		}
	case schema.KindEnum:
		for _, value := range t.Values {
			made.spelled = append(made.spelled,
				string(json.AppendText(nil, value)))
		}
	case schema.KindUnion:
		for i := range t.Variants {
			each := &t.Variants[i]
			made.variants = append(made.variants,
				p.variant(t, each.Type, each, each.Go))
		}
		if t.Flags&schema.FlagByKind != 0 {
			made.unknown = variant{of: t.Unknown, raw: t.Unknown.Field(0).Offset}
			return
		}
		made.unknown = p.variant(t, schema.TableString, nil, t.Unknown)
		made.unknown.raw = t.Unknown.Field(sharedCount(t) + 1).Offset
	}
}

func sharedCount(t *schema.Type) int {
	if t.Shared == nil {
		return 0
	}
	return len(t.Shared.Fields)
}

// variant plans a struct of a union; what stands behind the shared fields is of
// the type inside.
func (p planner) variant(t, inside *schema.Type, row *schema.Variant,
	of reflect.Type) variant {
	made := variant{Variant: row, of: of}
	if t.Shared != nil {
		made.shared = p.plan(t.Shared, of)
	}
	last := of.Field(sharedCount(t))
	made.offset = last.Offset
	made.value = p.plan(inside, last.Type)
	return made
}

func (p planner) fields(t *schema.Type, of reflect.Type) []member {
	members := make([]member, len(t.Fields))
	for i := range members {
		field := of.Field(i)
		members[i] = p.member(&t.Fields[i], field.Type, field.Offset)
	}
	return members
}

func (p planner) member(f *schema.Field, of reflect.Type,
	offset uintptr) member {
	made := member{Field: f, offset: offset, of: of,
		spelled: string(json.AppendText(nil, f.Name)) + ":"}
	inside := of
	if f.How == schema.Opted || f.How == schema.ThreeState {
		inside = of.Field(0).Type
		made.state = of.Field(1).Offset
	}
	made.value = p.plan(f.Type, inside)
	return made
}

// ---- Values in memory ------------------------------------------------------

// slice is a slice of whatever type.
type slice struct {
	data     unsafe.Pointer
	len, cap int
}

func (p *plan) valueAt(at unsafe.Pointer) reflect.Value {
	return reflect.NewAt(p.of, at).Elem()
}

// addressOf is where the value lies that an interface holds, not to be written
// to. What is no larger than a word may be the interface's own: it is copied.
func addressOf(value any, of reflect.Type) unsafe.Pointer {
	if of.Size() > unsafe.Sizeof(uintptr(0)) {
		return (*[2]unsafe.Pointer)(unsafe.Pointer(&value))[1]
	}
	copied := reflect.New(of)
	copied.Elem().Set(reflect.ValueOf(value))
	return copied.UnsafePointer()
}

// room makes place for one more item at least; what is new is zero.
func (p *plan) room(list unsafe.Pointer) {
	more := 1
	if (*slice)(list).cap == 0 {
		more = 4
	}
	switch p.item.of.Kind() {
	case reflect.String:
		grow[string](list, more)
	case reflect.Int64, reflect.Uint64, reflect.Float64:
		grow[uint64](list, more)
	case reflect.Int32, reflect.Uint32, reflect.Float32:
		grow[uint32](list, more)
	default:
		p.valueAt(list).Grow(more)
	}
}

func grow[T any](list unsafe.Pointer, more int) {
	typed := (*[]T)(list)
	*typed = append((*typed)[:cap(*typed)],
		make([]T, more)...)[:len(*typed)]
}

// isUnset tells whether a value is what a struct begins with; an empty list is,
// too.
func (p *plan) isUnset(at unsafe.Pointer) bool {
	switch p.of.Kind() {
	case reflect.String:
		return *(*string)(at) == ""
	case reflect.Slice:
		return (*slice)(at).len == 0
	case reflect.Map:
		return *(*unsafe.Pointer)(at) == nil || p.valueAt(at).Len() == 0
	case reflect.Float32:
		return *(*float32)(at) == 0 // -0 is 0
	case reflect.Float64:
		return *(*float64)(at) == 0
	case reflect.Pointer, reflect.Interface:
		return *(*unsafe.Pointer)(at) == nil
	}
	for _, letter := range unsafe.Slice((*byte)(at), p.of.Size()) {
		if letter != 0 {
			return p.valueAt(at).IsZero()
		}
	}
	return true
}
