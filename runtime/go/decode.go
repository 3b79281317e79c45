// decode.go: JSON to Go values by the tables, within limits. It knows no call
// and no connection.

package bell

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"unsafe"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

const gotBytes = 40

// Limits are the limits of a client. 0 means the default, which is the same as
// in C.
type Limits struct {
	Depth        int   // nesting of JSON: 64
	Items        int   // items of one list or map: 16,777,216
	Calls        int   // in flight: 1,048,576
	RequestBytes int   // one command: 65,536, Centrifugo's limit
	QueueBytes   int   // not yet written: 16 MiB
	MessageBytes int64 // one message from the server: 64 MiB
	ReplyBytes   int   // memory of one decoded reply: 64 MiB
	InboxBytes   int   // items of a listener that wait: 64 MiB
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

// Decode is like the function Decode, with these limits.
func (l Limits) Decode(t *schema.Type, data []byte, out any) error {
	return decodeWithin(t, data, out, "", l)
}

// What patterns may do for one value: what an instruction costs is about what a
// byte costs. All languages count alike.
const (
	workMin    = 4 << 20
	workOfByte = 32
)

// decoder reads JSON into Go values by the tables. Its methods take the place
// to read at and give the place behind, or -1 where they failed. What they read
// into is zero.
type decoder struct {
	data   []byte
	depth  int   // levels that are left
	items  int   // of one list or map
	room   int   // bytes that the value may still take
	work   int64 // of patterns; below 0: there was too much of it
	rules  bool
	status Status
	fault  json.Fault
	wanted string // the fault is what stands there instead of this
	path   path
	others *others // of the innermost record that keeps them

	passed int        // what was passed over ends here
	notes  json.Notes // of what was passed over twice
}

// pass passes over a value. In unions one is passed over that is read later, by
// level for level of unions in unions: the second time it is noted where those
// in it end, so that there is no third.
func (d *decoder) pass(at, depth int) int {
	at = json.SkipSpace(d.data, at)
	var notes json.Notes
	if at < d.passed {
		if end, noted := d.notes[at]; noted {
			return end
		}
		if d.notes == nil {
			d.notes = json.Notes{}
		}
		notes = d.notes
	}
	at = json.SkipNoting(d.data, at, depth, notes, &d.fault)
	d.passed = max(d.passed, at)
	return at
}

// Decode reads exactly one value of the type into *out; out is a pointer to its
// Go type. Errors are *Error with a path and a byte offset. As with
// encoding/json, null changes nothing in a record, a DateTime or a Date.
func Decode(t *schema.Type, data []byte, out any) error {
	if string(data) == "null" && t.Flags&schema.FlagBare == 0 {
		switch t.Kind {
		case schema.KindRecord, schema.KindDatetime, schema.KindDate:
			return nil
		}
	}
	return decodeRoot(t, data, out, "")
}

// DecodeVariant reads a value of a union that has that variant. For generated
// code.
func DecodeVariant[Union, Variant any](t *schema.Type, data []byte,
	out *Variant) error {
	if string(data) == "null" {
		return nil
	}
	var read Union
	if err := decodeRoot(t, data, &read, ""); err != nil {
		return err
	}
	value, is := any(read).(Variant)
	if !is && t.Flags&schema.FlagByKind != 0 {
		return &Error{Status: StatusBadReply, Origin: OriginCodec,
			Sent: SentUnknown, Message: "another variant of " + t.Name}
	}
	if !is {
		return &Error{Status: StatusBadReply, Origin: OriginCodec,
			Sent: SentUnknown, Path: t.Tag,
			Message: fmt.Sprintf("%s: the tag of another variant of %s", t.Tag,
				t.Name)}
	}
	*out = value
	return nil
}

func decodeRoot(t *schema.Type, data []byte, out any, root string) error {
	return decodeWithin(t, data, out, root, Limits{})
}

func decodeWithin(t *schema.Type, data []byte, out any, root string,
	limits Limits) error {
	target := reflect.ValueOf(out).Elem()
	target.SetZero()
	d := decoder{data: data, depth: limits.depth(), items: limits.items(),
		room: limits.room(), work: workMin + workOfByte*int64(len(data)),
		status: StatusBadReply, path: newPath()}
	at := d.value(0, planOf(t, target.Type()), target.Addr().UnsafePointer())
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
		err.Message = tame(fmt.Sprintf("%s: wanted %s, got %s (byte %d)",
			err.Path, d.wanted, d.describe(d.fault.At), err.Offset))
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
	if end-at <= gotBytes {
		return string(d.data[at:end])
	}
	return seam.Cut(string(d.data[at:at+gotBytes+1]), gotBytes) + "..."
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

func (d *decoder) bool(at int, t *schema.Type, out *bool) int {
	if json.IsAt(d.data, at, "true") {
		*out = true
		return at + 4
	}
	if json.IsAt(d.data, at, "false") {
		return at + 5
	}
	return d.mismatch(at, t.Name)
}

// number gives a number; what begins like none is told by what is wanted.
func (d *decoder) number(at int, wanted string) json.Number {
	if !json.BeginsNumber(d.data, at) {
		d.mismatch(at, wanted)
		return json.Number{End: -1}
	}
	return json.PassNumber(d.data, at, &d.fault)
}

// signed reads an integer of so many bits.
func (d *decoder) signed(at int, t *schema.Type, bits int) (int64, int) {
	value, behind := json.PlainInteger(d.data, at)
	if behind < 0 {
		n := d.number(at, t.Name)
		if n.End < 0 {
			return 0, -1
		}
		good := false
		value, good = n.Int64()
		if !good {
			return 0, d.mismatch(at, t.Name)
		}
		behind = n.End
	}
	if bits == 32 && int64(int32(value)) != value {
		return 0, d.mismatch(at, t.Name)
	}
	return value, behind
}

// natural reads an integer that is not negative.
func (d *decoder) natural(at int, t *schema.Type, bits int) (uint64, int) {
	plain, behind := json.PlainInteger(d.data, at)
	value := uint64(plain)
	if behind < 0 || plain < 0 {
		n := d.number(at, t.Name)
		if n.End < 0 {
			return 0, -1
		}
		good := false
		value, good = n.Uint64()
		if !good {
			return 0, d.mismatch(at, t.Name)
		}
		behind = n.End
	}
	if bits == 32 && uint64(uint32(value)) != value {
		return 0, d.mismatch(at, t.Name)
	}
	return value, behind
}

func (d *decoder) float(at int, t *schema.Type, bits int) (float64, int) {
	n := d.number(at, t.Name)
	if n.End < 0 {
		return 0, -1
	}
	value, good := n.Float(bits)
	if !good {
		return 0, d.mismatch(at, t.Name)
	}
	return value, n.End
}

// ---- Texts -----------------------------------------------------------------

// view reads a text; at is its opening quote. One that is lent lies in the
// JSON, and is copied by who keeps it.
func (d *decoder) view(at int, wanted string) (text string, lent bool,
	behind int) {
	if at == len(d.data) || d.data[at] != '"' {
		return "", false, d.mismatch(at, wanted)
	}
	escaped := false
	quote := json.TextEnd(d.data, at+1, &escaped, &d.fault)
	if quote < 0 {
		return "", false, -1
	}
	raw := d.data[at+1 : quote]
	if !d.spend(at+1, len(raw)) {
		return "", false, -1
	}
	if escaped {
		return json.Unescape(raw), false, quote + 1
	}
	return unsafe.String(unsafe.SliceData(raw), len(raw)), true, quote + 1
}

// quoted reads a text that is kept.
func (d *decoder) quoted(at int, wanted string) (string, int) {
	text, lent, behind := d.view(at, wanted)
	if lent {
		text = strings.Clone(text)
	}
	return text, behind
}

func (d *decoder) string(at int, t *schema.Type, out *string) int {
	text, behind := d.quoted(at, t.Name)
	*out = text
	return behind
}

// enum takes the text of the table where it is there.
func (d *decoder) enum(at int, t *schema.Type, out *string) int {
	text, lent, behind := d.view(at, t.Name)
	if behind < 0 {
		return -1
	}
	for _, value := range t.Values {
		if value == text {
			*out = value
			return behind
		}
	}
	// An empty text is an enum that is not set: it could not be sent again.
	if t.Flags&schema.FlagClosed != 0 || text == "" {
		return d.mismatch(at, t.Name)
	}
	if lent {
		text = strings.Clone(text)
	}
	*out = text
	return behind
}

func (d *decoder) json(at int, out *[]byte) int {
	behind := json.SkipValue(d.data, at, d.depth, &d.fault)
	if behind >= 0 && !d.spend(at, behind-at) {
		return -1
	}
	if behind >= 0 {
		*out = append([]byte{}, d.data[at:behind]...)
	}
	return behind
}

// ---- Values ----------------------------------------------------------------

func (d *decoder) option(at int, p *plan, out unsafe.Pointer) int {
	if json.IsAt(d.data, at, "null") {
		return at + 4
	}
	if p.of.Kind() == reflect.Interface {
		return d.value(at, p.item, out)
	}
	return d.pointer(at, p, out)
}

// pointer reads into what a pointer points at, which is made.
func (d *decoder) pointer(at int, p *plan, out unsafe.Pointer) int {
	var target unsafe.Pointer
	if p.item.of.Kind() == reflect.String {
		target = unsafe.Pointer(new(string))
	} else {
		target = reflect.New(p.item.of).UnsafePointer()
	}
	at = d.value(at, p.item, target)
	if at >= 0 {
		*(*unsafe.Pointer)(out) = target
	}
	return at
}

// ruled reads the value first: what is none at all is told as such.
func (d *decoder) ruled(at int, p *plan, out unsafe.Pointer) int {
	behind := d.value(at, p.item, out)
	if behind >= 0 && d.rules {
		wrong := broken(p, out, &d.work)
		if d.work < 0 {
			return d.limit(at, "checking patterns takes too much work")
		}
		if wrong != "" {
			return d.fail(at, wrong)
		}
	}
	return behind
}

func (d *decoder) value(at int, p *plan, out unsafe.Pointer) int {
	at = json.SkipSpace(d.data, at)
	switch p.kind {
	case schema.KindBool:
		return d.bool(at, p.table, (*bool)(out))
	case schema.KindInt32:
		value, behind := d.signed(at, p.table, 32)
		*(*int32)(out) = int32(value)
		return behind
	case schema.KindInt64:
		value, behind := d.signed(at, p.table, 64)
		*(*int64)(out) = value
		return behind
	case schema.KindUint32:
		value, behind := d.natural(at, p.table, 32)
		*(*uint32)(out) = uint32(value)
		return behind
	case schema.KindUint64:
		value, behind := d.natural(at, p.table, 64)
		*(*uint64)(out) = value
		return behind
	case schema.KindFloat32:
		value, behind := d.float(at, p.table, 32)
		*(*float32)(out) = float32(value)
		return behind
	case schema.KindFloat64:
		value, behind := d.float(at, p.table, 64)
		*(*float64)(out) = value
		return behind
	case schema.KindString:
		return d.string(at, p.table, (*string)(out))
	case schema.KindEnum:
		return d.enum(at, p.table, (*string)(out))
	case schema.KindRecord:
		return d.record(at, p, out)
	}
	return d.composed(at, p, out)
}

// composed reads what is no scalar and no record.
func (d *decoder) composed(at int, p *plan, out unsafe.Pointer) int {
	switch p.kind {
	case schema.KindJSON:
		return d.json(at, (*[]byte)(out))
	case schema.KindUnion:
		return d.union(at, p, out)
	case schema.KindList:
		return d.list(at, p, out)
	case schema.KindMap:
		return d.mapping(at, p, out)
	case schema.KindOption:
		return d.option(at, p, out)
	case kindPointer:
		return d.pointer(at, p, out)
	case kindBare:
		return d.bare(at, p, out)
	case kindKeeping:
		return d.keeping(at, p, out)
	case schema.KindRuled:
		return d.ruled(at, p, out)
	}
	return d.form(at, p.table, out)
}
