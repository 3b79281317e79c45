// opt.go: values that may be absent, or null. It knows no JSON.

package bell

import (
	"encoding/json"
	"time"
)

// Raw is any JSON; its bytes are kept unchanged.
type Raw = json.RawMessage

// Span is the Go type of a duration.
type Span = time.Duration

// Opt is a value that may be absent. The zero Opt is absent.
type Opt[T any] struct {
	Value T    // if the field is absent in a reply: its default, if it has one
	Set   bool // false: absent
}

// Some returns an Opt that is set.
func Some[T any](value T) Opt[T] {
	return Opt[T]{Value: value, Set: true}
}

// Get returns the value (or the default) and whether it is set.
func (o Opt[T]) Get() (T, bool) {
	return o.Value, o.Set
}

// IsZero reports whether the value is absent: encoding/json leaves it out if
// the struct tag says omitzero.
func (o Opt[T]) IsZero() bool {
	return !o.Set
}

// Presence is the state of an Opt3.
type Presence uint8

// The states of an Opt3.
const (
	Absent Presence = iota
	Null
	Set
)

// Opt3 is a value that may be absent, null or set. The zero Opt3 is absent.
type Opt3[T any] struct {
	Value T
	State Presence
}

// Some3 returns an Opt3 that is set.
func Some3[T any](value T) Opt3[T] {
	return Opt3[T]{Value: value, State: Set}
}

// Null3 returns an Opt3 that is null.
func Null3[T any]() Opt3[T] {
	return Opt3[T]{State: Null}
}

// Get returns the value (or the default) and whether it is set.
func (o Opt3[T]) Get() (T, bool) {
	return o.Value, o.State == Set
}

// IsZero reports whether the value is absent: encoding/json leaves it out if
// the struct tag says omitzero.
func (o Opt3[T]) IsZero() bool {
	return o.State == Absent
}

// Ptr returns a pointer to a copy of the value, for nullable fields.
func Ptr[T any](value T) *T {
	return &value
}
