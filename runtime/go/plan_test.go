// plan_test.go: tables beside Go types, and records of many fields.

package bell

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

func TestTableOfAnotherType(t *testing.T) {
	for _, each := range []struct {
		table *schema.Type
		out   any
	}{{schema.TableInt64, new(int32)}, {schema.TableString, new([]byte)},
		{schema.TableDatetime, new(string)}, {innerType, new(string)},
		{recordOf("Pair", schema.Field{Name: "x", Type: schema.TableInt64},
			schema.Field{Name: "y", Type: schema.TableInt64}), new(inner)}} {
		func() {
			defer func() {
				if why := fmt.Sprint(recover()); !strings.Contains(why,
					"is not that of a Go "+reflect.TypeOf(each.out).Elem().String()) {
					t.Errorf("%T: got %s", each.out, why)
				}
			}()
			_ = Decode(each.table, []byte("1"), each.out)
		}()
	}
}

// Each field of many is found, wherever it stands, and missed where it is not.
func TestManyFields(t *testing.T) {
	for _, count := range []int{16, 17, 64, 65, 130} {
		wide := &schema.Type{Kind: schema.KindRecord, Name: "Wide"}
		members := []reflect.StructField{}
		texts := make([]string, count)
		for i := range count {
			wide.Fields = append(wide.Fields, schema.Field{
				Name: fmt.Sprintf("f%d", i), Type: schema.TableInt64})
			members = append(members, reflect.StructField{
				Name: fmt.Sprintf("F%d", i), Type: reflect.TypeFor[int64]()})
			texts[(i*7)%count] = fmt.Sprintf(`"f%d":%d`, i, i)
		}
		if count%7 == 0 {
			t.Fatal("7 goes into the count")
		}
		read := func(texts []string) (reflect.Value, error) {
			out := reflect.New(reflect.StructOf(members))
			return out.Elem(), Decode(wide,
				[]byte("{"+strings.Join(texts, ",")+"}"), out.Interface())
		}
		got, err := read(texts)
		for i := 0; err == nil && i < count; i++ {
			if got.Field(i).Int() != int64(i) {
				t.Errorf("%d fields: f%d is %d", count, i, got.Field(i).Int())
			}
		}
		if err != nil {
			t.Error(err)
		}
		for i := range count {
			some := append(append([]string{}, texts[:i]...), texts[i+1:]...)
			if _, err := read(some); err == nil || !strings.Contains(err.Error(),
				"a required field is missing") {
				t.Fatalf("%d fields without %s: got %v", count, texts[i], err)
			}
		}
	}
}

// The last of two equal keys wins, and nothing of the first is left.
func TestTwice(t *testing.T) {
	var value everything
	text := strings.Replace(whole, `"either":null`,
		`"either":"old","either":null,"list":[7],"list":[null]`, 1)
	if err := Decode(everythingType, []byte(text), &value); err != nil {
		t.Fatal(err)
	}
	if value.Either != Null3[string]() || len(value.List) != 1 ||
		value.List[0] != nil {
		t.Errorf("got %+v", value)
	}
}

func TestDefaultOfText(t *testing.T) {
	table := recordOf("Greeting", schema.Field{Name: "word",
		Type: schema.TableString, State: schema.Optional, How: schema.Opted,
		Default: `"hello"`})
	var value struct{ Word Opt[string] }
	if err := Decode(table, []byte("{}"), &value); err != nil ||
		value.Word != (Opt[string]{Value: "hello"}) {
		t.Errorf("got %+v, %v", value, err)
	}
	if out, err := Encode(table, value); err != nil || string(out) != "{}" {
		t.Errorf("got %s, %v", out, err)
	}
}

// What a call takes: a value or a pointer to one, of a word or of more.
func TestTop(t *testing.T) {
	one := inner{3}
	for _, value := range []any{one, &one} {
		out, err := Encode(innerType, value)
		if err != nil || string(out) != `{"x":3}` {
			t.Errorf("got %s, %v", out, err)
		}
	}
	if _, err := Encode(innerType, (*inner)(nil)); err == nil {
		t.Error("a nil pointer is no value")
	}
	list := []int64{1, 2}
	out, err := Encode(listOf(schema.TableInt64), list)
	if err != nil || string(out) != "[1,2]" {
		t.Errorf("got %s, %v", out, err)
	}
}

// encoding/json by the same rules: null changes nothing, a tag is kept.
func TestUsualJSON(t *testing.T) {
	one := inner{3}
	if err := Decode(innerType, []byte("null"), &one); err != nil ||
		one != (inner{3}) {
		t.Errorf("got %+v, %v", one, err)
	}
	const text = `{"type":"round","name":"n","x":3}`
	want := shapeRound{Name: "n", Value: inner{3}}
	var round shapeRound
	err := DecodeVariant[shape](shapeType, []byte(text), &round)
	if err != nil || round != want {
		t.Errorf("got %+v, %v", round, err)
	}
	if err = DecodeVariant[shape](shapeType, []byte("null"), &round); err != nil ||
		round != want {
		t.Errorf("got %+v, %v", round, err)
	}
	err = DecodeVariant[shape](shapeType, []byte(`{"type":"flat","name":"n"}`),
		&round)
	if err == nil || err.Error() != "type: the tag of another variant of Shape" ||
		round != want {
		t.Errorf("got %+v, %v", round, err)
	}
	if out, err := Encode(shapeType, round); err != nil || string(out) != text {
		t.Errorf("got %s, %v", out, err)
	}
}

func TestIsZero(t *testing.T) {
	held := struct {
		Some   Opt[int]  `json:"some,omitzero"`
		Either Opt3[int] `json:"either,omitzero"`
	}{Opt[int]{Value: 20}, Opt3[int]{}}
	if out, err := json.Marshal(held); err != nil || string(out) != "{}" {
		t.Errorf("got %s, %v", out, err)
	}
	if Some(0).IsZero() || Null3[int]().IsZero() || Some3(0).IsZero() {
		t.Error("what is there is not zero")
	}
}
