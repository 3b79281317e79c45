// decode_list.go: lists and maps, item by item.

package bell

import (
	"reflect"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// enter counts the level and passes the bracket.
func (d *decoder) enter(at int, t *schema.Type, bracket byte) int {
	if at == len(d.data) || d.data[at] != bracket {
		return d.mismatch(at, t.Name)
	}
	if d.depth == 0 {
		return d.limit(at, json.TooDeep)
	}
	d.depth--
	return json.SkipSpace(d.data, at+1)
}

// comma passes from behind an item to the next one; over: behind the bracket.
func (d *decoder) comma(at int, bracket byte) (behind int, over bool) {
	at = json.SkipSpace(d.data, at)
	if at < len(d.data) && d.data[at] == ',' {
		return json.SkipSpace(d.data, at+1), false
	}
	if at < len(d.data) && d.data[at] == bracket {
		return at + 1, true
	}
	if bracket == ']' {
		return d.fail(at, "a list wants , or ]"), false
	}
	return d.fail(at, "a map wants , or }"), false
}

func (d *decoder) list(at int, t *schema.Type, out reflect.Value) int {
	at = d.enter(at, t, '[')
	if at < 0 {
		return -1
	}
	list := reflect.MakeSlice(out.Type(), 0, 0)
	item := reflect.New(out.Type().Elem()).Elem()
	size := int(out.Type().Elem().Size())
	over := at < len(d.data) && d.data[at] == ']'
	if over {
		at++
	}
	for !over {
		if list.Len() >= d.items {
			d.limit(at, "more than items_max items")
			d.path.index(list.Len())
			return -1
		}
		item.SetZero()
		begin := at
		at = d.value(at, t.Item, item)
		if at < 0 || !d.spend(begin, size) {
			d.path.index(list.Len())
			return -1
		}
		list = reflect.Append(list, item)
		at, over = d.comma(at, ']')
		if at < 0 {
			return -1
		}
	}
	d.depth++
	out.Set(list)
	return at
}

// entry reads a key, then its value.
func (d *decoder) entry(at int, t *schema.Type,
	item reflect.Value) (key string, behind int) {
	if at == len(d.data) || d.data[at] != '"' {
		return "", d.fail(at, "a map wants a key here")
	}
	key, at = d.key(at)
	if at < 0 {
		return "", -1
	}
	at = d.value(at, t.Item, item)
	if at < 0 {
		d.path.key(key)
	}
	return key, at
}

func (d *decoder) mapping(at int, t *schema.Type, out reflect.Value) int {
	at = d.enter(at, t, '{')
	if at < 0 {
		return -1
	}
	made := reflect.MakeMap(out.Type())
	size := int(out.Type().Elem().Size())
	over := at < len(d.data) && d.data[at] == '}'
	if over {
		at++
	}
	for count := 0; !over; count++ {
		if count >= d.items {
			return d.limit(at, "more than items_max items")
		}
		item := reflect.New(out.Type().Elem()).Elem()
		var key string
		begin := at
		key, at = d.entry(at, t, item)
		if at < 0 || !d.spend(begin, size) {
			return -1
		}
		made.SetMapIndex(reflect.ValueOf(key).Convert(out.Type().Key()), item)
		at, over = d.comma(at, '}')
		if at < 0 {
			return -1
		}
	}
	d.depth++
	out.Set(made)
	return at
}
