// route.go: the params of a call of `rest` as target, headers and body of an
// HTTP request, by the tables. It knows no url and no connection.

package bell

import (
	"bytes"
	"net/http"
	"reflect"
	"unsafe"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// written is what the params say of a request. Target and body lie in the
// encoder.
type written struct {
	target  []byte // the route's path, and the query
	headers http.Header
	body    []byte // nil: none
	login   any    // params of the call that goes before; nil: none does
}

// route writes the params of a method of rest; root is their name in errors.
func (e *encoder) route(method *schema.Method, params any,
	root string) (request written, err error) {
	r := router{e: e, route: method.Route}
	good := true
	if method.Params == nil {
		for i := range r.route.Parts {
			e.out = append(e.out, r.route.Parts[i].Text...)
		}
	} else {
		r.members, r.at, good = e.opened(method.Params, params)
		good = good && r.path() && r.query() && r.headers(&request)
	}
	end := len(e.out)
	good = good && r.body()
	if !good {
		return request, e.report(root)
	}
	request.target = e.out[:end]
	request.login = r.login()
	if len(e.out) > end {
		request.body = e.out[end:]
	}
	return request, nil
}

// opened is where the members of a record lie that a program gave.
func (e *encoder) opened(t *schema.Type,
	value any) (members []member, at unsafe.Pointer, good bool) {
	of := reflect.TypeOf(value)
	switch {
	case of == nil:
		return nil, nil, e.fail("the pointer is nil")
	case of.Kind() != reflect.Pointer:
		return planOf(t, of).members, addressOf(value, of), true
	}
	at = reflect.ValueOf(value).UnsafePointer()
	if at == nil {
		return nil, nil, e.fail("the pointer is nil")
	}
	return planOf(t, of.Elem()).members, at, true
}

// router writes the parts of the params.
type router struct {
	e       *encoder
	route   *schema.Route
	members []member
	at      unsafe.Pointer
}

// part is a member of the params, and where it lies; nil: there is none.
func (r *router) part(name string) (*member, unsafe.Pointer) {
	for i := range r.members {
		if m := &r.members[i]; m.Name == name {
			return m, unsafe.Add(r.at, m.offset)
		}
	}
	return nil, nil
}

// login is a pointer to the params of another call; nil: there is none.
func (r *router) login() any {
	m, at := r.part("login")
	if r.route.Login == nil || m == nil {
		return nil
	}
	if given := reflect.NewAt(m.of, at).Elem(); !given.IsNil() {
		return given.Interface()
	}
	return nil
}

func (r *router) inside(name string, good bool) bool {
	if !good {
		r.e.path.field(name)
	}
	return good
}

// ---- The target -------------------------------------------------------------

func (r *router) path() bool {
	m, at := r.part("path")
	for i := range r.route.Parts {
		each := &r.route.Parts[i]
		r.e.out = append(r.e.out, each.Text...)
		if each.Field != "" && m != nil &&
			!r.inside("path", r.parameter(m.value, at, each.Field)) {
			return false
		}
	}
	return true
}

func (r *router) parameter(p *plan, at unsafe.Pointer, name string) bool {
	e := r.e
	for i := range p.members {
		m := &p.members[i]
		if m.Name != name {
			continue
		}
		from := len(e.out)
		good := e.plain(m.value, unsafe.Add(at, m.offset))
		text := e.out[from:]
		switch {
		case !good:
		case len(text) == 0:
			good = e.fail("an empty text cannot be part of a path")
		case string(text) == "." || string(text) == "..":
			good = e.fail(string(text) + " cannot be part of a path")
		default:
			e.escape(from)
		}
		return r.inside(name, good)
	}
	return true
}

func (r *router) query() bool {
	mark := byte('?')
	return r.fields("query", func(m *member, at unsafe.Pointer) bool {
		return r.e.each(m.value, at, func(p *plan, at unsafe.Pointer) bool {
			e := r.e
			e.out = append(e.out, mark)
			mark = '&'
			from := len(e.out)
			e.out = append(e.out, m.Name...)
			e.escape(from)
			e.out = append(e.out, '=')
			from = len(e.out)
			if !e.plain(p, at) {
				return false
			}
			e.escape(from)
			return true
		})
	})
}

func (r *router) headers(request *written) bool {
	e := r.e
	from := len(e.out)
	good := r.fields("headers", func(m *member, at unsafe.Pointer) bool {
		count := 0
		good := e.each(m.value, at, func(p *plan, at unsafe.Pointer) bool {
			if count > 0 {
				e.out = append(e.out, ", "...)
			}
			count++
			return e.plain(p, at)
		})
		value := string(e.out[from:])
		e.out = e.out[:from]
		if good && isNoValue(value) {
			return e.fail("not printable ASCII without spaces around it")
		}
		if good && count > 0 {
			if request.headers == nil {
				request.headers = http.Header{}
			}
			request.headers[m.Name] = []string{value}
		}
		return good
	})
	return good
}

func (r *router) body() bool {
	m, at := r.part("body")
	return m == nil || r.inside("body", r.e.value(m.value, at))
}

// fields gives each field of a part that has a value.
func (r *router) fields(name string,
	write func(*member, unsafe.Pointer) bool) bool {
	part, at := r.part(name)
	if part == nil {
		return true
	}
	for i := range part.value.members {
		m := &part.value.members[i]
		place := unsafe.Add(at, m.offset)
		presence, good := r.e.presence(m, place)
		if good && presence == Set {
			good = write(m, place)
		}
		if !good {
			r.e.path.field(m.Name)
			r.e.path.field(name)
			return false
		}
	}
	return true
}

// ---- Values as text ---------------------------------------------------------

// each gives the items of a list, and what is none as one.
func (e *encoder) each(p *plan, at unsafe.Pointer,
	write func(*plan, unsafe.Pointer) bool) bool {
	switch p.kind {
	case kindPointer, schema.KindOption:
		return e.each(p.item, *(*unsafe.Pointer)(at), write)
	case schema.KindRuled:
		if innermost(p).kind == schema.KindList {
			return e.each(p.item, at, write) && e.rules(p, at)
		}
	case schema.KindList:
		list := (*slice)(at)
		if list.len > e.items {
			return e.limit("more than items_max items")
		}
		size := int(p.item.of.Size())
		for i := range list.len {
			if !e.each(p.item, unsafe.Add(list.data, i*size), write) {
				e.path.index(i)
				return false
			}
		}
		return true
	}
	return write(p, at)
}

func innermost(p *plan) *plan {
	for p.kind == schema.KindRuled {
		p = p.item
	}
	return p
}

// plain writes a value as JSON spells it, a text without its quotes.
func (e *encoder) plain(p *plan, at unsafe.Pointer) bool {
	from := len(e.out)
	if !e.value(p, at) {
		return false
	}
	switch innermost(p).kind {
	case schema.KindString, schema.KindEnum:
		e.out = append(e.out[:from], *(*string)(at)...)
	default:
		if e.out[from] == '"' {
			e.out = append(e.out[:from], e.out[from+1:len(e.out)-1]...)
		}
	}
	return true
}

// isUnreserved: RFC 3986 2.3.
func isUnreserved(letter byte) bool {
	return letter >= '0' && letter <= '9' ||
		letter|0x20 >= 'a' && letter|0x20 <= 'z' ||
		letter == '-' || letter == '.' || letter == '_' || letter == '~'
}

// escape writes what stands behind a place once more, with all but the
// unreserved as %XX.
func (e *encoder) escape(from int) {
	const digits = "0123456789ABCDEF"
	first := from
	for first < len(e.out) && isUnreserved(e.out[first]) {
		first++
	}
	if first == len(e.out) {
		return
	}
	rest := bytes.Clone(e.out[first:])
	e.out = e.out[:first]
	for _, letter := range rest {
		if isUnreserved(letter) {
			e.out = append(e.out, letter)
		} else {
			e.out = append(e.out, '%', digits[letter>>4], digits[letter&15])
		}
	}
}
