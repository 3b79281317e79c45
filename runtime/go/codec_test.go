// codec_test.go: values to JSON and back by the tables, and what is said of
// each that does not fit. It knows no connection.

package bell

import (
	"errors"
	"math"
	"math/rand"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

type level string

type inner struct {
	X int32
}

type shape interface{ isShape() }

type shapeRound struct {
	Name  string
	Value inner
}

type shapeUnknown struct {
	Name string
	Tag  string
	Raw  Raw
}

func (shapeRound) isShape()   {}
func (shapeUnknown) isShape() {}

type everything struct {
	Int64    int64
	Uint64   uint64
	Float32  float32
	Float64  float64
	Text     string
	Level    level
	Bytes    []byte
	When     DateTime
	Day      Date
	Took     Span
	ID       string
	Amount   Decimal
	Free     Raw
	List     []*int64
	Map      map[string]inner
	Shape    shape
	Zero     bool
	Optional Opt[int32]
	Nullable *string
	Either   Opt3[string]
	Self     *everything
}

var (
	digitType = &schema.Type{Kind: schema.KindRuled, Name: "int32",
		Item: schema.TableInt32, Rule: &schema.Rule{
			MinInteger: schema.Integer(0), MaxInteger: schema.Integer(9)}}
	innerType = &schema.Type{Kind: schema.KindRecord, Name: "Inner",
		Fields: []schema.Field{{Name: "x", Type: digitType}}}
	shapeType = &schema.Type{Kind: schema.KindUnion, Name: "Shape", Tag: "type",
		Shared: &schema.Type{Kind: schema.KindRecord, Name: "Shape",
			Fields: []schema.Field{{Name: "name", Type: schema.TableString}}},
		Unknown: schema.GoType[shapeUnknown](),
		Variants: []schema.Variant{{Name: "round", Type: innerType,
			Go: schema.GoType[shapeRound]()}}}
	everythingType = &schema.Type{Kind: schema.KindRecord, Name: "Everything"}
)

func init() {
	field := func(name string, t *schema.Type) schema.Field {
		return schema.Field{Name: name, Type: t}
	}
	everythingType.Fields = []schema.Field{
		field("int64", schema.TableInt64), field("uint64", schema.TableUint64),
		field("float32", schema.TableFloat32),
		field("float64", schema.TableFloat64),
		field("text", schema.TableString),
		field("level", &schema.Type{Kind: schema.KindEnum, Name: "Level",
			Values: []string{"low", "high"}}),
		field("bytes", schema.TableBytes), field("when", schema.TableDatetime),
		field("day", schema.TableDate),
		field("took", schema.TableDuration), field("id", schema.TableUuid),
		field("amount", schema.TableDecimal),
		field("free", schema.TableJson),
		field("list", &schema.Type{Kind: schema.KindList, Name: "(int64 | null)[]",
			Item: &schema.Type{Kind: schema.KindOption, Name: "int64",
				Item: schema.TableInt64}}),
		field("map", &schema.Type{Kind: schema.KindMap, Name: "map<Inner>",
			Item: innerType}),
		field("shape", shapeType),
		{Name: "zero", Type: schema.TableBool, State: schema.Optional,
			How: schema.OmitEmpty, Default: "false"},
		{Name: "optional", Type: schema.TableInt32, State: schema.Optional,
			How: schema.Opted, Default: "20"},
		{Name: "nullable", Type: schema.TableString, State: schema.Nullable,
			How: schema.Pointer},
		{Name: "either", Type: schema.TableString, State: schema.Either,
			How: schema.ThreeState},
		{Name: "self", Type: everythingType, State: schema.Optional,
			How: schema.Pointer},
	}
}

const whole = `{"int64":-9223372036854775808,"uint64":18446744073709551615,"float32":0.1,` +
	`"float64":1e+21,"text":"a\"\u0001é","level":"odd","bytes":"AQI=",` +
	`"when":"2024-02-29T23:59:59.5Z","day":"2024-02-29","took":"PT1H0.5S",` +
	`"id":"0f8fad5b-d9cb-469f-a165-70867728950e","amount":"1.10","free":{"a":[1,2]},` +
	`"list":[1,null],"map":{"a":{"x":1},"b":{"x":2}},"shape":{"type":"round","name":"n","x":3},` +
	`"optional":7,"nullable":null,"either":null}`

func TestRoundTrip(t *testing.T) {
	var value everything
	if err := Decode(everythingType, []byte(whole), &value); err != nil {
		t.Fatal(err)
	}
	if value.Shape != (shapeRound{Name: "n", Value: inner{3}}) ||
		value.Took != time.Hour+500*time.Millisecond {
		t.Errorf("got %+v", value)
	}
	value.Self = &everything{}
	*value.Self = value
	value.Self.Self = nil
	out, err := Encode(everythingType, value)
	want := strings.TrimSuffix(whole, "}") + `,"self":` + whole + "}"
	if err != nil || string(out) != want {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestUnknownVariantIsKept(t *testing.T) {
	const text = `{"name":"n","type":"square","side":[1.50]}`
	var value shape
	if err := Decode(shapeType, []byte(text), &value); err != nil {
		t.Fatal(err)
	}
	unknown, is := value.(shapeUnknown)
	if !is || unknown.Tag != "square" || unknown.Name != "n" {
		t.Errorf("got %+v", value)
	}
	if out, err := Encode(shapeType, value); err != nil || string(out) != text {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestDefaults(t *testing.T) {
	var value everything
	text := strings.Replace(whole, `"optional":7,`, "", 1)
	if err := Decode(everythingType, []byte(text), &value); err != nil {
		t.Fatal(err)
	}
	if value.Optional.Set || value.Optional.Value != 20 {
		t.Errorf("got %+v", value.Optional)
	}
	if out, err := Encode(everythingType, value); err != nil ||
		string(out) != text {
		t.Errorf("what a reader put there is not sent: %s, %v", out, err)
	}
}

// Bad replies: what is told, with path and byte offset.
func TestBadReplies(t *testing.T) {
	change := func(from, to string) string {
		return strings.Replace(whole, from, to, 1)
	}
	for _, each := range []struct{ what, text, want string }{
		{"no JSON", `nope`, "result: wanted Everything, got no JSON value (byte 0)"},
		{"nothing", ``, "result: wanted Everything, got the end of the text (byte 0)"},
		{"a list", `[]`, "result: wanted Everything, got a list (byte 0)"},
		{"a text for a number", change("-9223372036854775808", `"7"`),
			`result.int64: wanted int64, got "7" (byte 9)`},
		{"one too much", change("-9223372036854775808", "9223372036854775808"),
			"result.int64: wanted int64, got 9223372036854775808 (byte 9)"},
		{"half a number", change("-9223372036854775808", "1.5"), "result.int64: wanted int64, got 1.5 (byte 9)"},
		{"no digit", change("-9223372036854775808", "-"), "result.int64: a number has no digit (byte 10)"},
		{"beyond a double", change("1e+21", "1e400"), "result.float64: wanted float64, got 1e400 (byte 84)"},
		{"a list's item", change("[1,null]", "[1,true]"), "result.list[1]: wanted int64, got true (byte 298)"},
		{"a map's value", change(`{"x":2}`, `{"x":""}`), `result.map["b"].x: wanted int32, got "" (byte 332)`},
		{"a tag twice", change(`"name":"n"`, `"name":"n","type":"round"`),
			"result.shape.type: the union's tag stands twice (byte 371)"},
		{"no tag", change(`"type":"round",`, ""), "result.shape.type: the union's tag is missing (byte 344)"},
		{"null", change(`"optional":7`, `"optional":null`), "result.optional: wanted int32, got null (byte 389)"},
		{"missing", change(`"text":"a\"\u0001é",`, ""), "result.text: a required field is missing (byte 400)"},
		{"no day", change("2024-02-29\"", "2023-02-29\""),
			`result.day: wanted date (YYYY-MM-DD), got "2023-02-29" (byte 178)`},
		{"no base64", change("AQI=", "AQ*="), "result.bytes: a byte that is not base64 (byte 136)"},
		{"not UTF-8", change("é", "\xff"), "result.text: string is not UTF-8 (byte 107)"},
		{"cut", whole[:len(whole)-2], "result.either: wanted string, got no JSON value (byte 416)"},
		{"more behind", whole + "x", "result: more text stands behind the value (byte 421)"},
	} {
		var value everything
		err := decodeRoot(everythingType, []byte(each.text), &value, "result")
		if err == nil || err.Error() != each.want {
			t.Errorf("%s: want %q, got %v", each.what, each.want, err)
		}
	}
}

func TestDepth(t *testing.T) {
	var value Raw
	deep := strings.Repeat("[", 64) + strings.Repeat("]", 64)
	err := Decode(schema.TableJson, []byte(deep), &value)
	if err != nil {
		t.Error(err)
	}
	err = Decode(schema.TableJson, []byte(strings.Repeat("[", 1000000)), &value)
	var known *Error
	if !errors.As(err, &known) || known.Status != StatusLimit ||
		known.Offset != 64 {
		t.Errorf("got %v", err)
	}
}

func TestWhatMayNotBeSent(t *testing.T) {
	good := func() everything {
		var value everything
		if err := Decode(everythingType, []byte(whole), &value); err != nil {
			t.Fatal(err)
		}
		return value
	}
	for _, each := range []struct {
		change func(*everything)
		want   string
	}{
		{func(v *everything) { v.Float64 = math.NaN() },
			"float64: JSON has no NaN and no infinity"},
		{func(v *everything) { v.Float32 = float32(math.Inf(1)) },
			"float32: JSON has no NaN and no infinity"},
		{func(v *everything) { v.Text = "\xc0\xaf" }, "text: the text is not UTF-8"},
		{func(v *everything) { v.Level = "" }, "level: an enum is not set"},
		{func(v *everything) { v.When = DateTime{} }, "when: a datetime is not set"},
		{func(v *everything) { v.Day = Date{} }, "day: a date is not set"},
		{func(v *everything) { v.Day.Day = 30 },
			"day: not a day of the years 0 to 9999"},
		{func(v *everything) { v.ID = "x" }, "id: a uuid is not 8-4-4-4-12 hex digits"},
		{func(v *everything) { v.Amount = "1." }, "amount: a decimal is no number"},
		{func(v *everything) { v.Free = Raw(`{`) }, "free: a key is missing here"},
		{func(v *everything) { v.Free = Raw(`1 2`) },
			"free: more than one JSON value"},
		{func(v *everything) { v.Map["a"] = inner{10} },
			`map["a"].x: 10 is more than its max 9`},
		{func(v *everything) { v.Shape = nil }, "shape: a union is not set"},
		{func(v *everything) { v.Shape = shapeRound{Name: "n", Value: inner{-1}} },
			"shape.x: -1 is less than its min 0"},
		{func(v *everything) { v.Optional = Opt[int32]{Value: 5} },
			"optional: a value is there, but it is not Set"},
		{func(v *everything) { v.Self = v }, "nested deeper than depth_max"},
	} {
		value := good()
		each.change(&value)
		_, err := Encode(everythingType, value)
		if err == nil || !strings.HasSuffix(err.Error(), each.want) {
			t.Errorf("want %q, got %v", each.want, err)
		}
	}
}

// Numbers as ECMAScript spells them; ParseFloat is the judge.
func TestFloats(t *testing.T) {
	for text, value := range map[string]float64{"0": math.Copysign(0, -1),
		"1e-7": 1e-7, "0.000001": 1e-6, "1e+21": 1e21,
		"100000000000000000000": 1e20, "5e-324": 5e-324,
		"1.7976931348623157e+308": math.MaxFloat64} {
		if got := string(json.AppendFloat(nil, value, 64)); got != text {
			t.Errorf("want %s, got %s", text, got)
		}
	}
	source := rand.New(rand.NewSource(1))
	for i := 0; i < 100000; i++ {
		value := math.Float64frombits(source.Uint64())
		if math.IsNaN(value) || math.IsInf(value, 0) {
			continue
		}
		text := string(json.AppendFloat(nil, value, 64))
		if back, err := strconv.ParseFloat(text, 64); err != nil || back != value {
			t.Fatalf("%s is %v, not %v", text, back, value)
		}
	}
}

// Whatever bytes come, decoding ends with a value or an error with a place.
func TestDamage(t *testing.T) {
	source := rand.New(rand.NewSource(2))
	refused := 0
	for i := 0; i < 20000; i++ {
		text := []byte(whole)
		for n := source.Intn(3); n >= 0; n-- {
			text[source.Intn(len(text))] = byte(source.Intn(256))
		}
		text = text[:source.Intn(len(text)+1)]
		var value everything
		var known *Error
		if err := Decode(everythingType, text, &value); err != nil {
			refused++
			if !errors.As(err, &known) || known.Offset > len(text) {
				t.Fatalf("%q: %v", text, err)
			}
		}
	}
	if refused < 10000 {
		t.Errorf("only %d were refused", refused)
	}
}

func TestDurations(t *testing.T) {
	for text, want := range map[string]time.Duration{"P1W": 168 * time.Hour,
		"PT0S": 0, "-PT1.5S": -1500 * time.Millisecond,
		"P1DT1M": 24*time.Hour + time.Minute,
		"PT0,5H": 30 * time.Minute, "-PT2562047H47M16.854775808S": math.MinInt64} {
		if got, good := readDuration(text); !good || got != want {
			t.Errorf("%s: got %v, %v", text, got, good)
		}
	}
	for _, text := range []string{"", "P", "PT", "P1Y", "P1M", "PT1S1M", "PT1.5M1S", "1S", "PT2562047H47M16.854775808S"} {
		if got, good := readDuration(text); good {
			t.Errorf("%s: got %v", text, got)
		}
	}
}

// MarshalJSON of what the language's own JSON cannot know.
func TestMoments(t *testing.T) {
	for text, want := range map[string]string{
		"2024-01-01T00:00:00+02:00": "2023-12-31T22:00:00Z",
		"2024-01-01 00:00:00":       "2024-01-01T00:00:00Z",
		"0000-01-01T00:00:00Z":      "0000-01-01T00:00:00Z",
		"1999-12-31T23:59:60Z":      "2000-01-01T00:00:00Z",
	} {
		moment, good := readMoment(text)
		out := appendMoment(nil, moment.UTC())
		if !good || string(out) != want {
			t.Errorf("%s: got %s", text, out)
		}
	}
	if moment, _ := readMoment("2024-01-01T00:00:00"); moment.HasOffset {
		t.Error("no zone was named")
	}
	if !reflect.DeepEqual(Ptr(1), Ptr(1)) {
		t.Error("Ptr points at another value")
	}
}

// What a reply may take of memory is bounded, whatever stands in it.
func TestReplyBytes(t *testing.T) {
	listed := &schema.Type{Kind: schema.KindList, Name: "list",
		Item: schema.TableString}
	mapped := &schema.Type{Kind: schema.KindMap, Name: "map",
		Item: schema.TableJson}
	var list []string
	var entries map[string]Raw
	for _, each := range []struct {
		table *schema.Type
		text  string
		out   any
		room  int
	}{{listed, `["abcd","ef"]`, &list, 38},
		{mapped, `{"abcd":[1,2]}`, &entries, 33}} {
		if err := (Limits{ReplyBytes: each.room}).
			Decode(each.table, []byte(each.text), each.out); err != nil {
			t.Error(err)
		}
		err := Limits{ReplyBytes: each.room - 1}.Decode(each.table, []byte(each.text),
			each.out)
		if StatusOf(err) != StatusLimit ||
			!strings.Contains(err.Error(), "reply_bytes_max") {
			t.Errorf("%s: %v", each.text, err)
		}
	}
}
