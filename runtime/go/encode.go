// encode.go: Go values to JSON by the tables, in the one canonical form. It
// knows no call and no connection.

package bell

import (
	"math"
	"reflect"
	"sort"
	"strconv"
	"unicode/utf8"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// encoder writes Go values as JSON by the tables, in the one canonical form.
// Its methods give false where they failed.
type encoder struct {
	out    []byte
	depth  int // levels that are left
	items  int // of one list or map
	status Status
	wrong  string
	path   path
}

func (e *encoder) reset(limits *Limits) {
	*e = encoder{out: e.out[:0], depth: limits.depth(), items: limits.items(),
		path: newPath()}
}

// Encode writes a value of the type as JSON. An error is an *Error with a path;
// nothing that it refuses may be sent.
func Encode(t *schema.Type, value any) ([]byte, error) {
	var e encoder
	e.reset(&Limits{})
	err := e.root(t, value)
	return e.out, err
}

func (e *encoder) root(t *schema.Type, value any) error {
	v := reflect.ValueOf(&value).Elem()
	if t.Kind != schema.KindUnion && !(t.Flags&schema.FlagBare != 0) {
		v = v.Elem()
	}
	if e.value(t, v) {
		return nil
	}
	path := e.path.close("")
	if path == "" {
		path = "params"
	}
	e.out = nil
	return &Error{Status: e.status, Origin: OriginCodec, Sent: SentNo, Path: path,
		Message: path + ": " + e.wrong}
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
	if !utf8.ValidString(text) {
		return e.fail("the text is not UTF-8")
	}
	e.out = json.AppendText(e.out, text)
	return true
}

func (e *encoder) float(value float64, bits int) bool {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return e.fail("JSON has no NaN and no infinity")
	}
	e.out = json.AppendFloat(e.out, value, bits)
	return true
}

func (e *encoder) enum(t *schema.Type, text string) bool {
	if !isValue(t, text) {
		if text == "" {
			return e.fail("an enum is not set")
		}
		if t.Flags&schema.FlagClosed != 0 {
			return e.fail("not a value of the enum")
		}
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

// isUnset tells whether a value is what a struct begins with; an empty list is,
// too.
func isUnset(value reflect.Value) bool {
	switch value.Kind() {
	case reflect.Slice, reflect.Map:
		return value.Len() == 0
	case reflect.Float32, reflect.Float64:
		return value.Float() == 0 // -0 is 0
	}
	return value.IsZero()
}

// isForgotten tells whether a value is there that a member says is not: neither
// unset nor the default that a reader put there.
func isForgotten(f *schema.Field, value reflect.Value) bool {
	if isUnset(value) {
		return false
	}
	if f.Default == "" {
		return true
	}
	expected := reflect.New(value.Type()).Elem()
	d := decoder{data: []byte(f.Default), depth: depthMax, items: itemsMax,
		path: newPath()}
	return d.pointer(0, f.Type, expected) < 0 ||
		!reflect.DeepEqual(expected.Interface(), value.Interface())
}

// presence gives the value of a field, and whether it goes out; good is false
// where the struct contradicts itself.
func (e *encoder) presence(f *schema.Field,
	member reflect.Value) (value reflect.Value, p Presence, good bool) {
	switch f.How {
	case schema.OmitEmpty:
		if isUnset(member) {
			return member, Absent, true
		}
	case schema.Opted:
		value = member.Field(0)
		if !member.Field(1).Bool() {
			if isForgotten(f, value) {
				return value, Absent, e.fail("a value is there, but it is not Set")
			}
			return value, Absent, true
		}
		return value, Set, true
	case schema.Pointer:
		if member.IsNil() {
			if f.State == schema.Optional {
				return member, Absent, true
			}
			return member, Null, true
		}
	case schema.ThreeState:
		value = member.Field(0)
		p = Presence(member.Field(1).Uint())
		if p != Set && isForgotten(f, value) {
			return value, p, e.fail("a value is there, but its state is not Set")
		}
		return value, p, true
	}
	return member, Set, true
}

// field writes `"key":value,` or nothing.
func (e *encoder) field(f *schema.Field, member reflect.Value) bool {
	value, presence, good := e.presence(f, member)
	if !good {
		return false
	}
	if presence == Absent {
		return true
	}
	e.out = append(json.AppendText(e.out, f.Name), ':')
	if presence == Null {
		e.out = append(e.out, "null,"...)
		return true
	}
	if !e.pointed(f.Type, value) {
		return false
	}
	e.out = append(e.out, ',')
	return true
}

// pointed writes what a pointer points at; a value that is none as it is.
func (e *encoder) pointed(t *schema.Type, value reflect.Value) bool {
	if value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return e.fail("its state is Set, but the pointer is nil")
		}
		value = value.Elem()
	}
	return e.value(t, value)
}

func (e *encoder) bare(f *schema.Field, value reflect.Value) bool {
	for value.Kind() == reflect.Interface && f.Type.Kind != schema.KindUnion {
		value = value.Elem()
	}
	if !value.IsValid() || f.State != schema.Required && value.IsNil() {
		e.out = append(e.out, "null"...)
		return true
	}
	return e.pointed(f.Type, value)
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
		e.out = e.out[:last]
	}
	e.out = append(e.out, bracket)
	return true
}

func (e *encoder) fields(t *schema.Type, record reflect.Value) bool {
	for i := range t.Fields {
		f := &t.Fields[i]
		if !e.field(f, record.Field(i)) {
			e.path.field(f.Name)
			return false
		}
	}
	return true
}

func (e *encoder) record(t *schema.Type, value reflect.Value) bool {
	if t.Flags&schema.FlagBare != 0 {
		return e.bare(&t.Fields[0], value)
	}
	for value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return e.fail("the pointer is nil")
		}
		value = value.Elem()
	}
	return e.enter('{') && e.fields(t, value) && e.leave('}')
}

func (e *encoder) list(t *schema.Type, value reflect.Value) bool {
	if value.Len() > e.items {
		return e.limit("more than items_max items")
	}
	if !e.enter('[') {
		return false
	}
	for i := 0; i < value.Len(); i++ {
		if !e.value(t.Item, value.Index(i)) {
			e.path.index(i)
			return false
		}
		e.out = append(e.out, ',')
	}
	return e.leave(']')
}

// mapping writes the entries sorted by key: Go's maps have no order.
func (e *encoder) mapping(t *schema.Type, value reflect.Value) bool {
	if value.Len() > e.items {
		return e.limit("more than items_max items")
	}
	if !e.enter('{') {
		return false
	}
	keys := value.MapKeys()
	sort.Slice(keys, func(a, b int) bool {
		return keys[a].String() < keys[b].String()
	})
	for i, key := range keys {
		if !e.text(key.String()) {
			e.path.index(i)
			return false
		}
		e.out = append(e.out, ':')
		if !e.value(t.Item, value.MapIndex(key)) {
			e.path.key(key.String())
			return false
		}
		e.out = append(e.out, ',')
	}
	return e.leave('}')
}

func (e *encoder) option(t *schema.Type, value reflect.Value) bool {
	if value.IsNil() {
		e.out = append(e.out, "null"...)
		return true
	}
	return e.pointed(t.Item, value)
}

// ruled writes the value first: what is no text at all is told as such.
func (e *encoder) ruled(t *schema.Type, value reflect.Value) bool {
	if !e.value(t.Item, value) {
		return false
	}
	if wrong := broken(t, value); wrong != "" {
		return e.fail(wrong)
	}
	return true
}

func (e *encoder) value(t *schema.Type, value reflect.Value) bool {
	switch t.Kind {
	case schema.KindBool:
		e.out = strconv.AppendBool(e.out, value.Bool())
	case schema.KindInt32, schema.KindInt64:
		e.out = strconv.AppendInt(e.out, value.Int(), 10)
	case schema.KindUint32, schema.KindUint64:
		e.out = strconv.AppendUint(e.out, value.Uint(), 10)
	case schema.KindFloat32, schema.KindFloat64:
		return e.float(value.Float(), value.Type().Bits())
	case schema.KindString:
		return e.text(value.String())
	case schema.KindJSON:
		return e.json(value.Bytes())
	case schema.KindEnum:
		return e.enum(t, value.String())
	case schema.KindRecord:
		return e.record(t, value)
	case schema.KindUnion:
		return e.union(t, value)
	case schema.KindList:
		return e.list(t, value)
	case schema.KindMap:
		return e.mapping(t, value)
	case schema.KindOption:
		return e.option(t, value)
	case schema.KindRuled:
		return e.ruled(t, value)
	default:
		return e.form(t, value)
	}
	return true
}

// ---- Unions ----------------------------------------------------------------

// unknown writes what came as it came: its shared fields stand in it.
func (e *encoder) unknown(raw []byte) bool {
	if len(raw) == 0 {
		return e.fail("a union is not set")
	}
	first := json.SkipSpace(raw, 0)
	if first == len(raw) || raw[first] != '{' {
		return e.fail("a union's raw value is no object")
	}
	return e.json(raw)
}

func (e *encoder) union(t *schema.Type, value reflect.Value) bool {
	for value.Kind() == reflect.Interface || value.Kind() == reflect.Pointer {
		if value.IsNil() {
			return e.fail("a union is not set")
		}
		value = value.Elem()
	}
	shared := sharedCount(t)
	if value.Type() == t.Unknown {
		return e.unknown(value.Field(shared + 1).Bytes())
	}
	var variant *schema.Variant
	for i := range t.Variants {
		if t.Variants[i].Go == value.Type() {
			variant = &t.Variants[i]
		}
	}
	if variant == nil {
		return e.fail("not a tag of the union")
	}
	if !e.enter('{') {
		return false
	}
	e.out = append(json.AppendText(e.out, t.Tag), ':')
	e.out = append(json.AppendText(e.out, variant.Name), ',')
	if t.Shared != nil && !e.fields(t.Shared, value) {
		return false
	}
	content := value.Field(shared)
	if t.Content == "" {
		return e.fields(variant.Type, content) && e.leave('}')
	}
	e.out = append(json.AppendText(e.out, t.Content), ':')
	if !e.value(variant.Type, content) {
		e.path.field(t.Content)
		return false
	}
	return e.leave('}')
}
