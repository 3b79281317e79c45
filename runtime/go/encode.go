// encode.go: Go values to JSON by the tables, in the one canonical form. It
// knows no call and no connection.

package bell

import (
	"bytes"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unsafe"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// encoder writes Go values as JSON by the tables, in the one canonical form.
// Its methods give false where they failed.
type encoder struct {
	out     []byte
	depth   int // levels that are left
	items   int // of one list or map
	status  Status
	wrong   string
	path    path
	entries []entry // of the maps that are being written
}

// entry is where a map's value lies among the copies of them.
type entry struct {
	key   string
	index int
}

func (e *encoder) reset(limits *Limits) {
	*e = encoder{out: e.out[:0], depth: limits.depth(), items: limits.items(),
		path: newPath(), entries: e.entries[:0]}
}

var encoders = sync.Pool{New: func() any { return new(encoder) }}

// What an encoder keeps for the next one.
const encodedKept = 1 << 20

func (e *encoder) release() {
	if cap(e.out) <= encodedKept {
		encoders.Put(e)
	}
}

// Encode writes a value of the type as JSON. Errors are *Error with a path; a
// value that gives an error must not be sent.
func Encode(t *schema.Type, value any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	defer e.release()
	e.reset(&Limits{})
	if err := e.root(t, value); err != nil {
		return nil, err
	}
	return bytes.Clone(e.out), nil
}

func (e *encoder) root(t *schema.Type, value any) error {
	if e.top(t, value) {
		return nil
	}
	return e.report("")
}

// report is what failed, and where; root stands before the path.
func (e *encoder) report(root string) error {
	path := e.path.close(root)
	if path == "" {
		path = "params"
	}
	return &Error{Status: e.status, Origin: OriginCodec, Sent: SentNo, Path: path,
		Message: path + ": " + e.wrong}
}

// top writes the value of a call: what a pointer points at, too.
func (e *encoder) top(t *schema.Type, value any) bool {
	bare := t.Flags&schema.FlagBare != 0
	if t.Kind == schema.KindUnion ||
		bare && t.Fields[0].Type.Kind == schema.KindUnion {
		return e.value(planOf(t, reflect.TypeFor[any]()), unsafe.Pointer(&value))
	}
	of := reflect.TypeOf(value)
	if of == nil && bare {
		e.out = append(e.out, "null"...)
		return true
	}
	if bare || of == nil || of.Kind() != reflect.Pointer ||
		t.Kind == schema.KindOption {
		if of == nil {
			return e.fail("the pointer is nil")
		}
		return e.value(planOf(t, of), addressOf(value, of))
	}
	at := reflect.ValueOf(value).UnsafePointer()
	if at == nil {
		return e.fail("the pointer is nil")
	}
	return e.value(planOf(t, of.Elem()), at)
}

func (e *encoder) fail(wrong string) bool {
	e.status = StatusInvalid
	e.wrong = wrong
	return false
}

func (e *encoder) limit(wrong string) bool {
	e.status = StatusLimit
	e.wrong = wrong
	return false
}

// ---- Scalars ---------------------------------------------------------------

func (e *encoder) text(text string) bool {
	out, good := json.AppendUTF8(e.out, text)
	if !good {
		return e.fail("the text is not UTF-8")
	}
	e.out = out
	return true
}

func (e *encoder) float(value float64, bits int) bool {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return e.fail("JSON has no NaN and no infinity")
	}
	e.out = json.AppendFloat(e.out, value, bits)
	return true
}

func (e *encoder) enum(p *plan, text string) bool {
	for i, value := range p.table.Values {
		if value == text {
			e.out = append(e.out, p.spelled[i]...)
			return true
		}
	}
	if text == "" {
		return e.fail("an enum is not set")
	}
	if p.table.Flags&schema.FlagClosed != 0 {
		return e.fail("not a value of the enum")
	}
	return e.text(text)
}

// json writes the user's own JSON: checked, and without white space.
func (e *encoder) json(data []byte) bool {
	if len(data) == 0 {
		e.out = append(e.out, "null"...)
		return true
	}
	var f json.Fault
	behind := json.SkipValue(data, 0, e.depth, &f)
	if behind < 0 {
		return e.fail(f.Wrong)
	}
	if json.SkipSpace(data, behind) != len(data) {
		return e.fail("more than one JSON value")
	}
	quoted := false
	for i := 0; i < len(data); i++ {
		letter := data[i]
		switch {
		case !quoted &&
			(letter == ' ' || letter == '\n' || letter == '\r' || letter == '\t'):
			continue
		case letter == '\\': // only inside quotes: the next one is plain
			e.out = append(e.out, letter, data[i+1])
			i++
			continue
		case letter == '"':
			quoted = !quoted
		}
		e.out = append(e.out, letter)
	}
	return true
}

// ---- Fields ----------------------------------------------------------------

// isForgotten tells whether a value is there that a member says is not: neither
// unset nor the default that a reader put there.
func (m *member) isForgotten(at unsafe.Pointer) bool {
	if m.value.isUnset(at) {
		return false
	}
	if m.Default == "" {
		return true
	}
	expected := reflect.New(m.value.of)
	m.fallback(expected.UnsafePointer())
	return !reflect.DeepEqual(expected.Elem().Interface(),
		m.value.valueAt(at).Interface())
}

// presence tells whether the value of a field goes out; good is false where the
// struct contradicts itself.
func (e *encoder) presence(m *member,
	at unsafe.Pointer) (p Presence, good bool) {
	switch m.How {
	case schema.OmitEmpty:
		if m.value.isUnset(at) {
			return Absent, true
		}
	case schema.Opted:
		if !*(*bool)(unsafe.Add(at, m.state)) {
			if m.isForgotten(at) {
				return Absent, e.fail("a value is there, but it is not Set")
			}
			return Absent, true
		}
	case schema.Pointer:
		if *(*unsafe.Pointer)(at) == nil {
			if m.State == schema.Optional {
				return Absent, true
			}
			return Null, true
		}
	case schema.ThreeState:
		p = *(*Presence)(unsafe.Add(at, m.state))
		if p != Set && m.isForgotten(at) {
			return p, e.fail("a value is there, but its state is not Set")
		}
		return p, true
	}
	return Set, true
}

// field writes `"key":value,` or nothing.
func (e *encoder) field(m *member, at unsafe.Pointer) bool {
	if m.How != schema.Plain {
		presence, good := e.presence(m, at)
		if !good {
			return false
		}
		if presence == Absent {
			return true
		}
		if presence == Null {
			e.out = append(append(e.out, m.spelled...), "null,"...)
			return true
		}
	}
	e.out = append(e.out, m.spelled...)
	if !e.value(m.value, at) {
		return false
	}
	e.out = append(e.out, ',')
	return true
}

// pointer writes what a pointer points at.
func (e *encoder) pointer(p *plan, at unsafe.Pointer) bool {
	target := *(*unsafe.Pointer)(at)
	if target == nil {
		return e.fail("its state is Set, but the pointer is nil")
	}
	return e.value(p.item, target)
}

func (e *encoder) bare(m *member, at unsafe.Pointer) bool {
	if m.State != schema.Required && *(*unsafe.Pointer)(at) == nil {
		e.out = append(e.out, "null"...)
		return true
	}
	return e.value(m.value, at)
}

// ---- Values of many parts --------------------------------------------------

func (e *encoder) enter(bracket byte) bool {
	if e.depth == 0 {
		return e.limit(json.TooDeep)
	}
	e.depth--
	e.out = append(e.out, bracket)
	return true
}

// leave makes the last member's comma the bracket.
func (e *encoder) leave(bracket byte) bool {
	e.depth++
	if last := len(e.out) - 1; e.out[last] == ',' {
		e.out[last] = bracket
		return true
	}
	e.out = append(e.out, bracket)
	return true
}

func (e *encoder) fields(p *plan, at unsafe.Pointer) bool {
	for i := range p.members {
		m := &p.members[i]
		if !e.field(m, unsafe.Add(at, m.offset)) {
			e.path.field(m.Name)
			return false
		}
	}
	return true
}

func (e *encoder) record(p *plan, at unsafe.Pointer) bool {
	return e.enter('{') && e.fields(p, at) && e.leave('}')
}

func (e *encoder) list(p *plan, list *slice) bool {
	if list.len > e.items {
		return e.limit("more than items_max items")
	}
	if !e.enter('[') {
		return false
	}
	size := int(p.item.of.Size())
	for i := 0; i < list.len; i++ {
		if !e.value(p.item, unsafe.Add(list.data, i*size)) {
			e.path.index(i)
			return false
		}
		e.out = append(e.out, ',')
	}
	return e.leave(']')
}

// What maps mostly are.
var (
	textMap    = reflect.TypeFor[map[string]string]()
	integerMap = reflect.TypeFor[map[string]int64]()
	floatMap   = reflect.TypeFor[map[string]float64]()
)

// take notes the entries of a map, and gives where copies of its values lie
// side by side.
func take[T any](e *encoder, at unsafe.Pointer) unsafe.Pointer {
	from := *(*map[string]T)(at)
	values := make([]T, 0, len(from))
	for key, value := range from {
		e.entries = append(e.entries, entry{key, len(values)})
		values = append(values, value)
	}
	return unsafe.Pointer(unsafe.SliceData(values))
}

// takeAny does the same with maps of whatever type.
func (e *encoder) takeAny(p *plan, from reflect.Value) unsafe.Pointer {
	values := reflect.MakeSlice(reflect.SliceOf(p.item.of), from.Len(),
		from.Len())
	key := reflect.New(p.of.Key()).Elem()
	index := 0
	for each := from.MapRange(); each.Next(); index++ {
		key.SetIterKey(each)
		values.Index(index).SetIterValue(each)
		e.entries = append(e.entries, entry{key.String(), index})
	}
	return values.UnsafePointer()
}

func (e *encoder) mapping(p *plan, at unsafe.Pointer) bool {
	if p.valueAt(at).Len() > e.items {
		return e.limit("more than items_max items")
	}
	return e.enter('{') && e.written(p, at, nil) && e.leave('}')
}

// written writes the entries sorted by key: Go's maps have no order. No key is
// that of a field of the record, which may be nil.
func (e *encoder) written(p *plan, at unsafe.Pointer, record *plan) bool {
	from := p.valueAt(at)
	count := from.Len()
	if count == 0 {
		return true
	}
	first := len(e.entries)
	var values unsafe.Pointer
	switch p.of {
	case textMap:
		values = take[string](e, at)
	case integerMap:
		values = take[int64](e, at)
	case floatMap:
		values = take[float64](e, at)
	default:
		values = e.takeAny(p, from)
	}
	slices.SortFunc(e.entries[first:], func(a, b entry) int {
		return strings.Compare(a.key, b.key)
	})
	good := e.sorted(p, first, count, values, record)
	clear(e.entries[first:])
	e.entries = e.entries[:first]
	return good
}

// sorted writes entries, from the first on; the values lie side by side.
func (e *encoder) sorted(p *plan, first, count int, values unsafe.Pointer,
	record *plan) bool {
	size := int(p.item.of.Size())
	for i := range count {
		one := e.entries[first+i]
		if record.isField(one.key) {
			return e.fail("the member \"" + one.key + "\" is a field")
		}
		if !e.text(one.key) {
			e.path.index(i)
			return false
		}
		e.out = append(e.out, ':')
		if !e.value(p.item, unsafe.Add(values, one.index*size)) {
			e.path.key(one.key)
			return false
		}
		e.out = append(e.out, ',')
	}
	return true
}

func (e *encoder) option(p *plan, at unsafe.Pointer) bool {
	if *(*unsafe.Pointer)(at) == nil {
		e.out = append(e.out, "null"...)
		return true
	}
	if p.of.Kind() == reflect.Interface {
		return e.value(p.item, at)
	}
	return e.value(p.item, *(*unsafe.Pointer)(at))
}

// ruled writes the value first: what is no text at all is told as such.
func (e *encoder) ruled(p *plan, at unsafe.Pointer) bool {
	return e.value(p.item, at) && e.rules(p, at)
}

func (e *encoder) rules(p *plan, at unsafe.Pointer) bool {
	work := int64(math.MaxInt64) // the program's own values
	if wrong := broken(p, at, &work); wrong != "" {
		return e.fail(wrong)
	}
	return true
}

func (e *encoder) value(p *plan, at unsafe.Pointer) bool {
	switch p.kind {
	case schema.KindBool:
		e.out = strconv.AppendBool(e.out, *(*bool)(at))
	case schema.KindInt32:
		e.out = strconv.AppendInt(e.out, int64(*(*int32)(at)), 10)
	case schema.KindInt64:
		e.out = strconv.AppendInt(e.out, *(*int64)(at), 10)
	case schema.KindUint32:
		e.out = strconv.AppendUint(e.out, uint64(*(*uint32)(at)), 10)
	case schema.KindUint64:
		e.out = strconv.AppendUint(e.out, *(*uint64)(at), 10)
	case schema.KindFloat32:
		return e.float(float64(*(*float32)(at)), 32)
	case schema.KindFloat64:
		return e.float(*(*float64)(at), 64)
	case schema.KindString:
		return e.text(*(*string)(at))
	case schema.KindEnum:
		return e.enum(p, *(*string)(at))
	case schema.KindRecord:
		return e.record(p, at)
	case schema.KindList:
		return e.list(p, (*slice)(at))
	default:
		return e.composed(p, at)
	}
	return true
}

// composed writes what is no scalar, no record and no list.
func (e *encoder) composed(p *plan, at unsafe.Pointer) bool {
	switch p.kind {
	case schema.KindJSON:
		return e.json(*(*[]byte)(at))
	case schema.KindUnion:
		return e.union(p, at)
	case schema.KindMap:
		return e.mapping(p, at)
	case schema.KindOption:
		return e.option(p, at)
	case kindPointer:
		return e.pointer(p, at)
	case kindBare:
		return e.bare(&p.members[0], at)
	case kindKeeping:
		return e.keeping(p, at)
	case schema.KindRuled:
		return e.ruled(p, at)
	}
	return e.form(p.table, at)
}

// ---- Unions ----------------------------------------------------------------

// raw writes what came as it came: its shared fields stand in it.
func (e *encoder) raw(t *schema.Type, raw []byte) bool {
	if len(raw) == 0 {
		return e.fail("a union is not set")
	}
	first := json.SkipSpace(raw, 0)
	object := first < len(raw) && raw[first] == '{'
	if !object && t.Flags&schema.FlagByKind == 0 {
		return e.fail("a union's raw value is no object")
	}
	return e.json(raw)
}

// chosen gives the struct that a union's interface holds, or points at.
func (p *plan) chosen(at unsafe.Pointer) (of reflect.Type,
	inside unsafe.Pointer) {
	value := p.valueAt(at)
	for value.Kind() == reflect.Interface || value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return nil, nil
		}
		value = value.Elem()
	}
	if value.CanAddr() {
		return value.Type(), value.Addr().UnsafePointer()
	}
	return value.Type(), addressOf(value.Interface(), value.Type())
}

func (e *encoder) union(p *plan, at unsafe.Pointer) bool {
	of, inside := p.chosen(at)
	if of == nil {
		return e.fail("a union is not set")
	}
	if of == p.unknown.of {
		return e.raw(p.table, *(*[]byte)(unsafe.Add(inside, p.unknown.raw)))
	}
	var v *variant
	for i := range p.variants {
		if p.variants[i].of == of {
			v = &p.variants[i]
		}
	}
	if v == nil {
		return e.fail("not a tag of the union")
	}
	if p.table.Flags&schema.FlagByKind != 0 {
		return e.value(v.value, unsafe.Add(inside, v.offset))
	}
	if !e.enter('{') {
		return false
	}
	e.out = append(json.AppendText(e.out, p.table.Tag), ':')
	e.out = append(json.AppendText(e.out, v.Name), ',')
	if v.shared != nil && !e.fields(v.shared, inside) {
		return false
	}
	content := unsafe.Add(inside, v.offset)
	if p.table.Content == "" {
		return e.fields(v.value, content) && e.leave('}')
	}
	e.out = append(json.AppendText(e.out, p.table.Content), ':')
	if !e.value(v.value, content) {
		e.path.field(p.table.Content)
		return false
	}
	return e.leave('}')
}
