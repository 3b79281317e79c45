// read.go: a pull reader without a tree. It knows no types.

package json

import "bytes"

// DepthMax is as deep as a Reader goes where nobody wants less.
const DepthMax = 1024

// Reader is a pull reader of JSON without a tree. It knows no types. Its
// methods give false where they failed, and Wrong and At say why and where.
type Reader struct {
	Data  []byte
	At    int
	Wrong string

	depth, depthMax int
}

// NewReader reads data that may be so deep.
func NewReader(data []byte, depthMax int) Reader {
	return Reader{Data: data, depthMax: depthMax}
}

// Inside reads on in data that lie so many levels deep.
func Inside(data []byte, depth, depthMax int) Reader {
	return Reader{Data: data, depth: depth, depthMax: depthMax}
}

func (r *Reader) fail(wrong string) bool {
	if r.Wrong == "" {
		r.Wrong = wrong
	}
	return false
}

func (r *Reader) arrive(behind int, f *Fault) bool {
	if behind < 0 {
		r.At = f.At
		return r.fail(f.Wrong)
	}
	r.At = behind
	return true
}

// Peek gives the first byte of what comes next; 0 where the text ends or is
// wrong.
func (r *Reader) Peek() byte {
	if r.Wrong != "" {
		return 0
	}
	r.At = SkipSpace(r.Data, r.At)
	if r.At == len(r.Data) {
		return 0
	}
	return r.Data[r.At]
}

func (r *Reader) want(there bool, wrong string) bool {
	if there {
		return true
	}
	if r.At == len(r.Data) {
		wrong = "the text ends too early"
	}
	return r.fail(wrong)
}

// EnterMap steps into a map.
func (r *Reader) EnterMap() bool {
	if !r.want(r.Peek() == '{', "wanted a map") {
		return false
	}
	if r.depth >= r.depthMax {
		return r.fail(TooDeep)
	}
	r.depth++
	r.At++
	return true
}

// NextKey gives the next member's key as it stands between the quotes. What
// stands in front tells whether it is the first: a value never ends with an
// opening bracket.
func (r *Reader) NextKey() (key []byte, more bool) {
	if r.Wrong != "" {
		return nil, false
	}
	first := r.At > 0 && r.Data[r.At-1] == '{'
	letter := r.Peek()
	if letter == '}' {
		r.At++
		r.depth--
		return nil, false
	}
	if !first {
		if !r.want(letter == ',', "expected , or }") {
			return nil, false
		}
		r.At++
	}
	if !r.want(r.Peek() == '"', "a key is missing here") {
		return nil, false
	}
	key, good := r.RawString()
	if !good || !r.want(r.Peek() == ':', "a colon is missing after the key") {
		return nil, false
	}
	r.At++
	return key, true
}

// RawString gives a string as it stands between the quotes.
func (r *Reader) RawString() (raw []byte, good bool) {
	var f Fault
	escaped := false
	if !r.want(r.Peek() == '"', "wanted a string") {
		return nil, false
	}
	start := r.At + 1
	quote := TextEnd(r.Data, start, &escaped, &f)
	if !r.arrive(quote, &f) {
		return nil, false
	}
	r.At = quote + 1
	return r.Data[start:quote], true
}

// Text gives a string.
func (r *Reader) Text() (text string, good bool) {
	raw, good := r.RawString()
	if !good {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw), true
	}
	return Unescape(raw), true
}

// Skip passes over a value, checks it and gives its text.
func (r *Reader) Skip() (raw []byte, good bool) {
	var f Fault
	r.Peek()
	if r.Wrong != "" {
		return nil, false
	}
	start := r.At
	if !r.arrive(SkipValue(r.Data, start, r.depthMax-r.depth, &f), &f) {
		return nil, false
	}
	return r.Data[start:r.At:r.At], true
}

// Bool reads true or false.
func (r *Reader) Bool() (truth, good bool) {
	var f Fault
	letter := r.Peek()
	if !r.want(letter == 't' || letter == 'f', "wanted true or false") {
		return false, false
	}
	word := "false"
	if letter == 't' {
		word = "true"
	}
	return letter == 't', r.arrive(skipWord(r.Data, r.At, word, &f), &f)
}

func (r *Reader) number() (Number, bool) {
	var f Fault
	r.Peek()
	if !r.want(r.Wrong == "" && BeginsNumber(r.Data, r.At), "wanted a number") {
		return Number{}, false
	}
	n := PassNumber(r.Data, r.At, &f)
	return n, r.arrive(n.End, &f)
}

// Int64 reads an integer: 1.0 and 1e2 are some.
func (r *Reader) Int64() (value int64, good bool) {
	n, good := r.number()
	if !good {
		return 0, false
	}
	value, good = n.Int64()
	if !good {
		r.At = n.Start
		return 0, r.fail("no integer of 64 bits")
	}
	return value, true
}

// Uint64 reads an integer that is not negative.
func (r *Reader) Uint64() (value uint64, good bool) {
	n, good := r.number()
	if !good {
		return 0, false
	}
	value, good = n.Uint64()
	if !good {
		r.At = n.Start
		return 0, r.fail("no natural number of 64 bits")
	}
	return value, true
}

// Float64 reads a number.
func (r *Reader) Float64() (value float64, good bool) {
	n, good := r.number()
	if !good {
		return 0, false
	}
	value, good = n.Float(64)
	if !good {
		r.At = n.Start
		return 0, r.fail("beyond the range of a double")
	}
	return value, true
}

// Done tells whether all was read.
func (r *Reader) Done() bool {
	return r.Peek() == 0 && r.Wrong == "" && r.At == len(r.Data)
}

// KeyIs tells whether a key is this name, also where it is spelled with
// escapes.
func KeyIs(key []byte, name string) bool {
	if string(key) == name {
		return true
	}
	return bytes.IndexByte(key, '\\') >= 0 && len(key) <= 6*len(name) &&
		Unescape(key) == name
}
