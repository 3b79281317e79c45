// decode_list.go: lists and maps, item by item.

package bell

import (
	"reflect"
	"strings"
	"unsafe"

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
		return d.fail(at, "expected , or ]"), false
	}
	return d.fail(at, "expected , or }"), false
}

// What an empty list points at: it is not nil.
var nothing [1]uint64

func (d *decoder) list(at int, p *plan, out unsafe.Pointer) int {
	at = d.enter(at, p.table, '[')
	if at < 0 {
		return -1
	}
	list := (*slice)(out)
	if at < len(d.data) && d.data[at] == ']' {
		d.depth++
		list.data = unsafe.Pointer(&nothing)
		return at + 1
	}
	at = d.each(at, p, list)
	if at < 0 {
		*list = slice{}
		return -1
	}
	d.depth++
	return at
}

// each reads items up to the bracket.
func (d *decoder) each(at int, p *plan, list *slice) int {
	size := int(p.item.of.Size())
	for over := false; !over; {
		if list.len >= d.items {
			d.path.index(list.len)
			return d.limit(at, "more than items_max items")
		}
		if list.len == list.cap {
			p.room(unsafe.Pointer(list))
		}
		begin := at
		at = d.value(at, p.item, unsafe.Add(list.data, list.len*size))
		if at < 0 || !d.spend(begin, size) {
			d.path.index(list.len)
			return -1
		}
		list.len++
		at, over = d.comma(at, ']')
		if at < 0 {
			return -1
		}
	}
	return at
}

// entry reads a key, then its value.
func (d *decoder) entry(at int, p *plan,
	item unsafe.Pointer) (key string, behind int) {
	if at == len(d.data) || d.data[at] != '"' {
		return "", d.fail(at, "a key is missing here")
	}
	key, lent, at := d.key(at)
	if at < 0 {
		return "", -1
	}
	at = d.value(at, p.item, item)
	if at < 0 {
		d.path.key(key)
		return "", -1
	}
	if lent {
		key = strings.Clone(key)
	}
	return key, at
}

func (d *decoder) mapping(at int, p *plan, out unsafe.Pointer) int {
	at = d.enter(at, p.table, '{')
	if at < 0 {
		return -1
	}
	made := reflect.MakeMap(p.of)
	if at < len(d.data) && d.data[at] == '}' {
		at++
	} else {
		at = d.entries(at, p, made)
	}
	if at >= 0 {
		d.depth++
		p.valueAt(out).Set(made)
	}
	return at
}

func (d *decoder) entries(at int, p *plan, made reflect.Value) int {
	item := reflect.New(p.item.of).Elem()
	name := reflect.New(p.of.Key()).Elem()
	size := int(p.item.of.Size())
	for count := 0; ; count++ {
		if count >= d.items {
			return d.limit(at, "more than items_max items")
		}
		item.SetZero()
		begin := at
		key, behind := d.entry(at, p, item.Addr().UnsafePointer())
		if behind < 0 || !d.spend(begin, size) {
			return -1
		}
		name.SetString(key)
		made.SetMapIndex(name, item)
		var over bool
		at, over = d.comma(behind, '}')
		if at < 0 || over {
			return at
		}
	}
}
