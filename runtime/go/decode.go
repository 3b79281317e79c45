// decode.go: JSON to Go values by the tables, within limits. It knows no call
// and no connection.

package bell

import (
	"fmt"
	"math"
	"reflect"
	"unicode/utf8"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

const gotBytes = 40

// Limits bound what is read, and what is held. 0 is the default, which is C's
// too.
type Limits struct {
	Depth        int   // nesting of JSON: 64
	Items        int   // items of one list or map: 16,777,216
	Calls        int   // in flight: 1,048,576
	RequestBytes int   // one command: 65,536, Centrifugo's limit
	QueueBytes   int   // not yet written: 16 MiB
	MessageBytes int64 // one message from the server: 64 MiB
	ReplyBytes   int   // memory of one decoded reply: 64 MiB
}

const (
	depthMax = 64
	itemsMax = 16777216
)

func (l Limits) depth() int {
	if l.Depth == 0 {
		return depthMax
	}
	return l.Depth
}

func (l Limits) items() int {
	if l.Items == 0 {
		return itemsMax
	}
	return l.Items
}

// room is that of a reply; who reads a text of the program's own has no limit.
func (l Limits) room() int {
	if l.ReplyBytes == 0 {
		return math.MaxInt
	}
	return l.ReplyBytes
}

// Decode is Decode within these limits.
func (l Limits) Decode(t *schema.Type, data []byte, out any) error {
	return decodeWithin(t, data, out, "", l)
}

// decoder reads JSON into Go values by the tables. Its methods take the place
// to read at and give the place behind, or -1 where they failed.
type decoder struct {
	data   []byte
	depth  int // levels that are left
	items  int // of one list or map
	room   int // bytes that the value may still take
	rules  bool
	status Status
	fault  json.Fault
	wanted string // the fault is what stands there instead of this
	path   path
}

// unionTag is a union's discriminator, as its members must pass over it.
type unionTag struct {
	union  *schema.Type // nil: there is no tag
	at     int          // the place of its key
	shared bool         // what else stands there is the variant's
}

// Decode reads exactly one value of the type into *out, which is a pointer to
// its Go type. An error is an *Error with path and byte offset.
func Decode(t *schema.Type, data []byte, out any) error {
	return decodeRoot(t, data, out, "")
}

func decodeRoot(t *schema.Type, data []byte, out any, root string) error {
	return decodeWithin(t, data, out, root, Limits{})
}

func decodeWithin(t *schema.Type, data []byte, out any, root string,
	limits Limits) error {
	d := decoder{data: data, depth: limits.depth(), items: limits.items(),
		room: limits.room(), status: StatusBadReply, path: newPath()}
	at := d.value(0, t, reflect.ValueOf(out).Elem())
	if at >= 0 {
		at = json.SkipSpace(data, at)
		if at == len(data) {
			return nil
		}
		d.fail(at, "more text stands behind the value")
	}
	return d.report(root)
}

func (d *decoder) report(root string) *Error {
	status := d.status
	if d.fault.Wrong == json.TooDeep {
		status = StatusLimit
	}
	err := &Error{Status: status, Origin: OriginCodec, Offset: d.fault.At,
		Sent: SentUnknown}
	err.Path = d.path.close(root)
	if d.wanted != "" {
		err.Message = fmt.Sprintf("%s: wanted %s, got %s (byte %d)", err.Path,
			d.wanted, d.describe(d.fault.At), err.Offset)
	} else {
		err.Message = fmt.Sprintf("%s: %s (byte %d)", err.Path, d.fault.Wrong,
			err.Offset)
	}
	return err
}

// describe says what stands there, in a few words or bytes.
func (d *decoder) describe(at int) string {
	words := "no JSON value"
	switch {
	case at == len(d.data):
		words = "the end of the text"
	case d.data[at] == '{':
		words = "a map"
	case d.data[at] == '[':
		words = "a list"
	}
	var f json.Fault
	end := json.SkipValue(d.data, at, 0, &f)
	if end <= at {
		return words
	}
	size := end - at
	if size <= gotBytes {
		return string(d.data[at:end])
	}
	size = gotBytes
	for !utf8.RuneStart(d.data[at+size]) {
		size--
	}
	return string(d.data[at:at+size]) + "..."
}

func (d *decoder) fail(at int, wrong string) int {
	return d.fault.Set(at, wrong)
}

func (d *decoder) mismatch(at int, wanted string) int {
	d.wanted = wanted
	return d.fault.Set(at, "wanted another type")
}

func (d *decoder) limit(at int, wrong string) int {
	d.status = StatusLimit
	return d.fault.Set(at, wrong)
}

// spend takes room for so many bytes; false where there is none.
func (d *decoder) spend(at, count int) bool {
	d.room -= count
	if d.room < 0 {
		d.limit(at, "larger than reply_bytes_max")
	}
	return d.room >= 0
}

func (d *decoder) failField(name string) int {
	d.path.field(name)
	return -1
}

// ---- Scalars ---------------------------------------------------------------

func (d *decoder) bool(at int, t *schema.Type, out reflect.Value) int {
	truth := json.IsAt(d.data, at, "true")
	if !truth && !json.IsAt(d.data, at, "false") {
		return d.mismatch(at, t.Name)
	}
	out.SetBool(truth)
	if truth {
		return at + 4
	}
	return at + 5
}

// number gives a number; what begins like none is told by what is wanted.
func (d *decoder) number(at int, wanted string) json.Number {
	if !json.BeginsNumber(d.data, at) {
		d.mismatch(at, wanted)
		return json.Number{End: -1}
	}
	return json.PassNumber(d.data, at, &d.fault)
}

func (d *decoder) int(at int, t *schema.Type, out reflect.Value) int {
	n := d.number(at, t.Name)
	if n.End < 0 {
		return -1
	}
	value, good := n.Int64()
	if !good || out.OverflowInt(value) {
		return d.mismatch(at, t.Name)
	}
	out.SetInt(value)
	return n.End
}

func (d *decoder) uint(at int, t *schema.Type, out reflect.Value) int {
	n := d.number(at, t.Name)
	if n.End < 0 {
		return -1
	}
	value, good := n.Uint64()
	if !good || out.OverflowUint(value) {
		return d.mismatch(at, t.Name)
	}
	out.SetUint(value)
	return n.End
}

func (d *decoder) float(at int, t *schema.Type, out reflect.Value) int {
	n := d.number(at, t.Name)
	if n.End < 0 {
		return -1
	}
	value, good := n.Float(out.Type().Bits())
	if !good {
		return d.mismatch(at, t.Name)
	}
	out.SetFloat(value)
	return n.End
}

// quoted reads a text; at is its opening quote.
func (d *decoder) quoted(at int, wanted string) (string, int) {
	if at == len(d.data) || d.data[at] != '"' {
		return "", d.mismatch(at, wanted)
	}
	escaped := false
	quote := json.TextEnd(d.data, at+1, &escaped, &d.fault)
	if quote < 0 {
		return "", -1
	}
	raw := d.data[at+1 : quote]
	if !d.spend(at, len(raw)) {
		return "", -1
	}
	if escaped {
		return json.Unescape(raw), quote + 1
	}
	return string(raw), quote + 1
}

func (d *decoder) string(at int, t *schema.Type, out reflect.Value) int {
	text, behind := d.quoted(at, t.Name)
	if behind >= 0 {
		out.SetString(text)
	}
	return behind
}

func isValue(t *schema.Type, text string) bool {
	for _, value := range t.Values {
		if value == text {
			return true
		}
	}
	return false
}

func (d *decoder) enum(at int, t *schema.Type, out reflect.Value) int {
	text, behind := d.quoted(at, t.Name)
	if behind < 0 {
		return -1
	}
	if t.Flags&schema.FlagClosed != 0 && !isValue(t, text) {
		return d.mismatch(at, t.Name)
	}
	out.SetString(text)
	return behind
}

func (d *decoder) json(at int, out reflect.Value) int {
	behind := json.SkipValue(d.data, at, d.depth, &d.fault)
	if behind >= 0 && !d.spend(at, behind-at) {
		return -1
	}
	if behind >= 0 {
		out.SetBytes(append(Raw{}, d.data[at:behind]...))
	}
	return behind
}

// ---- Values ----------------------------------------------------------------

func (d *decoder) option(at int, t *schema.Type, out reflect.Value) int {
	if json.IsAt(d.data, at, "null") {
		out.SetZero()
		return at + 4
	}
	return d.pointer(at, t.Item, out)
}

// pointer reads into what a pointer points at, which is made, or into an
// interface.
func (d *decoder) pointer(at int, t *schema.Type, out reflect.Value) int {
	if out.Kind() != reflect.Pointer {
		return d.value(at, t, out)
	}
	target := reflect.New(out.Type().Elem())
	at = d.value(at, t, target.Elem())
	if at >= 0 {
		out.Set(target)
	}
	return at
}

func (d *decoder) record(at int, t *schema.Type, out reflect.Value) int {
	if t.Flags&schema.FlagBare != 0 {
		rules := d.rules
		d.rules = d.rules || t.Flags&schema.FlagStrict != 0
		at = d.field(at, &t.Fields[0], out)
		d.rules = rules
		return at
	}
	out.SetZero()
	if at == len(d.data) || d.data[at] != '{' {
		return d.mismatch(at, t.Name)
	}
	return d.members(at+1, true, t, out, unionTag{})
}

// ruled reads the value first: what is none at all is told as such.
func (d *decoder) ruled(at int, t *schema.Type, out reflect.Value) int {
	behind := d.value(at, t.Item, out)
	if behind >= 0 && d.rules {
		if wrong := broken(t, out); wrong != "" {
			return d.fail(at, wrong)
		}
	}
	return behind
}

func (d *decoder) value(at int, t *schema.Type, out reflect.Value) int {
	at = json.SkipSpace(d.data, at)
	switch t.Kind {
	case schema.KindBool:
		return d.bool(at, t, out)
	case schema.KindInt32, schema.KindInt64:
		return d.int(at, t, out)
	case schema.KindUint32, schema.KindUint64:
		return d.uint(at, t, out)
	case schema.KindFloat32, schema.KindFloat64:
		return d.float(at, t, out)
	case schema.KindString:
		return d.string(at, t, out)
	case schema.KindJSON:
		return d.json(at, out)
	case schema.KindEnum:
		return d.enum(at, t, out)
	case schema.KindRecord:
		return d.record(at, t, out)
	case schema.KindUnion:
		return d.union(at, t, out)
	case schema.KindList:
		return d.list(at, t, out)
	case schema.KindMap:
		return d.mapping(at, t, out)
	case schema.KindOption:
		return d.option(at, t, out)
	case schema.KindRuled:
		return d.ruled(at, t, out)
	}
	return d.form(at, t, out)
}

// ---- Fields ----------------------------------------------------------------

func (d *decoder) null(at int, f *schema.Field, out reflect.Value) int {
	if f.State == schema.Optional {
		return d.mismatch(at, f.Type.Name)
	}
	out.SetZero()
	if f.How == schema.ThreeState {
		out.Field(1).SetUint(uint64(Null))
	}
	return at + 4
}

func (d *decoder) field(at int, f *schema.Field, out reflect.Value) int {
	if f.State == schema.Required {
		return d.value(at, f.Type, out)
	}
	freeForm := f.Type.Kind == schema.KindJSON && f.State == schema.Optional
	at = json.SkipSpace(d.data, at)
	if !freeForm && json.IsAt(d.data, at, "null") {
		return d.null(at, f, out)
	}
	switch f.How {
	case schema.Opted:
		out.Field(1).SetBool(true)
		return d.value(at, f.Type, out.Field(0))
	case schema.ThreeState:
		out.Field(1).SetUint(uint64(Set))
		return d.pointer(at, f.Type, out.Field(0))
	case schema.Pointer:
		return d.pointer(at, f.Type, out)
	}
	return d.value(at, f.Type, out)
}

// fallback puts a field's default where the field did not come.
func fallback(f *schema.Field, out reflect.Value) {
	switch f.How {
	case schema.Opted, schema.ThreeState:
		d := decoder{data: []byte(f.Default), depth: depthMax, items: itemsMax,
			path: newPath()}
		d.pointer(0, f.Type, out.Field(0))
	}
}

// ---- Records ---------------------------------------------------------------

func find(t *schema.Type, next int, key string) int {
	count := len(t.Fields)
	for i := 0; i < count; i++ {
		index := next + i
		if index >= count {
			index -= count
		}
		if t.Fields[index].Name == key {
			return index
		}
	}
	return count
}

// isBeside tells whether a key that is none of the record's stands there by
// right.
func (tag *unionTag) isBeside(key string) bool {
	if tag.union == nil || tag.shared {
		return tag.shared
	}
	shared := tag.union.Shared
	return shared != nil && find(shared, 0, key) != len(shared.Fields)
}

func (d *decoder) unknown(at int, t *schema.Type, key string, place int,
	tag unionTag) int {
	isTag := tag.union != nil && key == tag.union.Tag
	if isTag && place != tag.at {
		d.path.field(key)
		return d.fail(place, "the union's tag stands twice")
	}
	if !isTag && t.Flags&schema.FlagStrict != 0 && !tag.isBeside(key) {
		d.path.field(key)
		return d.fail(place, "an unknown field")
	}
	return json.SkipValue(d.data, at, d.depth, &d.fault)
}

// member passes from behind a member to the next key's quote; over: behind the
// brace.
func (d *decoder) member(at int, first bool) (behind int, over bool) {
	at = json.SkipSpace(d.data, at)
	if at < len(d.data) && d.data[at] == '}' {
		return at + 1, true
	}
	if !first {
		if at == len(d.data) || d.data[at] != ',' {
			return d.fail(at, "a map wants , or }"), false
		}
		at = json.SkipSpace(d.data, at+1)
	}
	if at == len(d.data) || d.data[at] != '"' {
		return d.fail(at, "a map wants a key here"), false
	}
	return at, false
}

// key reads a key and its colon.
func (d *decoder) key(at int) (string, int) {
	key, at := d.quoted(at, "")
	if at < 0 {
		return "", -1
	}
	at = json.SkipSpace(d.data, at)
	if at == len(d.data) || d.data[at] != ':' {
		return "", d.fail(at, "a key wants a colon")
	}
	return key, at + 1
}

// members reads a record's members, from behind the opening brace (first) or
// behind a member on.
func (d *decoder) members(at int, first bool, t *schema.Type, out reflect.Value,
	tag unionTag) int {
	if d.depth == 0 {
		return d.limit(at, json.TooDeep)
	}
	d.depth--
	rules := d.rules
	d.rules = t.Flags&schema.FlagStrict != 0
	seen := make([]bool, len(t.Fields))
	for next := 0; ; first = false {
		place, over := d.member(at, first)
		if place < 0 {
			return -1
		}
		if over {
			at = place
			break
		}
		var key string
		key, at = d.key(place)
		if at < 0 {
			return -1
		}
		index := find(t, next, key)
		if index == len(t.Fields) {
			at = d.unknown(at, t, key, place, tag)
		} else {
			seen[index] = true
			next = index + 1
			at = d.field(at, &t.Fields[index], out.Field(index))
			if at < 0 {
				return d.failField(key)
			}
		}
		if at < 0 {
			return -1
		}
	}
	d.depth++
	d.rules = rules
	return d.fill(at, t, out, seen)
}

// fill puts what stands for the fields that did not come.
func (d *decoder) fill(at int, t *schema.Type, out reflect.Value,
	seen []bool) int {
	for i := range t.Fields {
		f := &t.Fields[i]
		switch {
		case seen[i]:
		case f.Default != "":
			fallback(f, out.Field(i))
		case f.State == schema.Required || f.State == schema.Nullable:
			d.path.field(f.Name)
			return d.fail(at, "a required field is missing")
		}
	}
	return at
}
