// decode_record.go: records, field by field: what comes, what is null, and what
// does not come.

package bell

import (
	"math"
	"unsafe"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// unionTag is a union's discriminator, as its members must pass over it.
type unionTag struct {
	union  *schema.Type // nil: there is no tag
	at     int          // the place of its key
	shared bool         // what else stands there is the variant's
}

func (d *decoder) bare(at int, p *plan, out unsafe.Pointer) int {
	rules := d.rules
	d.rules = d.rules || p.table.Flags&schema.FlagStrict != 0
	at = d.field(at, &p.members[0], out)
	d.rules = rules
	return at
}

func (d *decoder) record(at int, p *plan, out unsafe.Pointer) int {
	if at == len(d.data) || d.data[at] != '{' {
		return d.mismatch(at, p.table.Name)
	}
	return d.members(at+1, true, p, out, unionTag{})
}

// ---- Fields ----------------------------------------------------------------

func (d *decoder) null(at int, m *member, out unsafe.Pointer) int {
	if m.State == schema.Optional {
		return d.mismatch(at, m.Type.Name)
	}
	if m.How == schema.ThreeState {
		*(*Presence)(unsafe.Add(out, m.state)) = Null
	}
	return at + 4
}

func (d *decoder) field(at int, m *member, out unsafe.Pointer) int {
	if m.State == schema.Required {
		return d.value(at, m.value, out)
	}
	freeForm := m.Type.Kind == schema.KindJSON && m.State == schema.Optional
	at = json.SkipSpace(d.data, at)
	if !freeForm && json.IsAt(d.data, at, "null") {
		return d.null(at, m, out)
	}
	switch m.How {
	case schema.Opted:
		*(*bool)(unsafe.Add(out, m.state)) = true
	case schema.ThreeState:
		*(*Presence)(unsafe.Add(out, m.state)) = Set
	}
	return d.value(at, m.value, out)
}

// clear forgets what came for a field that comes once more.
func (m *member) clear(out unsafe.Pointer) {
	(&plan{of: m.of}).valueAt(out).SetZero()
}

// fallback puts a field's default where the field did not come.
func (m *member) fallback(out unsafe.Pointer) {
	switch m.How {
	case schema.Opted, schema.ThreeState:
		d := decoder{data: []byte(m.Default), depth: depthMax, items: itemsMax,
			room: math.MaxInt, work: math.MaxInt64, path: newPath()}
		d.value(0, m.value, out)
	}
}

// ---- Records ---------------------------------------------------------------

// seen says which of a record's fields came.
type seen struct {
	low  uint64
	more []uint64
}

func newSeen(count int) seen {
	if count <= 64 {
		return seen{}
	}
	return seen{more: make([]uint64, (count-1)/64)}
}

// add notes a field; it tells whether it was there already.
func (s *seen) add(index int) bool {
	word := &s.low
	if index >= 64 {
		word = &s.more[index/64-1]
	}
	bit := uint64(1) << (index % 64)
	there := *word&bit != 0
	*word |= bit
	return there
}

func (s *seen) has(index int) bool {
	if index < 64 {
		return s.low>>index&1 != 0
	}
	return s.more[index/64-1]>>(index%64)&1 != 0
}

// find gives the place of the member of that name, which is mostly the next
// one; behind the last where there is none.
func (p *plan) find(next int, key string) int {
	count := len(p.members)
	if p.places != nil {
		if index, known := p.places[key]; known {
			return index
		}
		return count
	}
	for i := 0; i < count; i++ {
		index := next + i
		if index >= count {
			index -= count
		}
		if p.members[index].Name == key {
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
	if tag.union.Shared != nil {
		for i := range tag.union.Shared.Fields {
			if tag.union.Shared.Fields[i].Name == key {
				return true
			}
		}
	}
	return false
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
	if t.Flags&schema.FlagOthers != 0 {
		return d.other(at, key, place)
	}
	return d.pass(at, d.depth)
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
			return d.fail(at, "expected , or }"), false
		}
		at = json.SkipSpace(d.data, at+1)
	}
	if at == len(d.data) || d.data[at] != '"' {
		return d.fail(at, "a key is missing here"), false
	}
	return at, false
}

// key reads a key, which may be lent, and its colon.
func (d *decoder) key(at int) (key string, lent bool, behind int) {
	key, lent, at = d.view(at, "")
	if at < 0 {
		return "", false, -1
	}
	at = json.SkipSpace(d.data, at)
	if at == len(d.data) || d.data[at] != ':' {
		return "", false, d.fail(at, "a colon is missing after the key")
	}
	return key, lent, at + 1
}

// isNext passes over the key of the member that mostly comes next, spelled as
// we spell it; -1 where something else stands there.
func (d *decoder) isNext(place int, p *plan, next int) int {
	if next >= len(p.members) {
		return -1
	}
	spelled := p.members[next].spelled
	if !json.IsAt(d.data, place, spelled) || d.room < len(spelled) {
		return -1
	}
	d.room -= len(spelled) - len(`"":`)
	return place + len(spelled)
}

// members reads a record's members, from behind the opening brace (first) or
// behind a member on.
func (d *decoder) members(at int, first bool, p *plan, out unsafe.Pointer,
	tag unionTag) int {
	if d.depth == 0 {
		return d.limit(at, json.TooDeep)
	}
	d.depth--
	rules := d.rules
	d.rules = p.table.Flags&schema.FlagStrict != 0
	came := newSeen(len(p.members))
	for next := 0; ; first = false {
		place, over := d.member(at, first)
		if place < 0 {
			return -1
		}
		if over {
			at = place
			break
		}
		index := next
		at = d.isNext(place, p, next)
		if at < 0 {
			var key string
			key, _, at = d.key(place)
			if at < 0 {
				return -1
			}
			index = p.find(next, key)
			if index == len(p.members) {
				at = d.unknown(at, p.table, key, place, tag)
				if at < 0 {
					return -1
				}
				continue
			}
		}
		m := &p.members[index]
		into := unsafe.Add(out, m.offset)
		if came.add(index) {
			m.clear(into)
		}
		next = index + 1
		at = d.field(at, m, into)
		if at < 0 {
			return d.failField(m.Name)
		}
	}
	d.depth++
	d.rules = rules
	return d.fill(at, p, out, &came)
}

// fill puts what stands for the fields that did not come.
func (d *decoder) fill(at int, p *plan, out unsafe.Pointer, came *seen) int {
	for i := range p.members {
		m := &p.members[i]
		switch {
		case came.has(i):
		case m.Default != "":
			m.fallback(unsafe.Add(out, m.offset))
		case m.State == schema.Required || m.State == schema.Nullable:
			d.path.field(m.Name)
			return d.fail(at, "a required field is missing")
		}
	}
	return at
}
