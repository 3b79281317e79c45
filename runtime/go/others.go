// others.go: members beside a record's fields, which the record keeps.

package bell

import (
	"reflect"
	"strings"
	"unsafe"
)

// others are those of a record that is being read.
type others struct {
	plan  *plan         // of the map
	made  reflect.Value // none: no member came yet
	count int           // of members, equal ones too
}

func (d *decoder) keeping(at int, p *plan, out unsafe.Pointer) int {
	outer := d.others
	mine := others{plan: p.item}
	d.others = &mine
	at = d.record(at, p, out)
	d.others = outer
	if at >= 0 && mine.made.IsValid() {
		p.item.valueAt(unsafe.Add(out, p.others)).Set(mine.made)
	}
	return at
}

// other reads a member that no field names, from behind its colon on; its key
// is at place.
func (d *decoder) other(at int, key string, place int) int {
	into := d.others
	if into.count >= d.items {
		return d.limit(place, "more than items_max items")
	}
	into.count++
	of := into.plan.item.of
	item := reflect.New(of)
	at = d.value(at, into.plan.item, item.UnsafePointer())
	if at < 0 {
		d.path.key(key)
		return -1
	}
	if !d.spend(place, int(of.Size())) {
		return -1
	}
	if !into.made.IsValid() {
		into.made = reflect.MakeMap(into.plan.of)
	}
	name := reflect.ValueOf(strings.Clone(key)).Convert(into.plan.of.Key())
	into.made.SetMapIndex(name, item.Elem())
	return at
}

// keeping writes the fields, and behind them the others, sorted by key.
func (e *encoder) keeping(p *plan, at unsafe.Pointer) bool {
	if !e.enter('{') || !e.fields(p, at) {
		return false
	}
	given := unsafe.Add(at, p.others)
	good := true
	if p.item.valueAt(given).Len() > e.items {
		good = e.limit("more than items_max items")
	}
	if !good || !e.written(p.item, given, p) {
		e.path.field("others")
		return false
	}
	return e.leave('}')
}

// isField tells whether a record has a field of that name; nil has none.
func (p *plan) isField(name string) bool {
	return p != nil && p.find(0, name) < len(p.members)
}
