// form.go: values that are texts or numbers in JSON and something else in Go:
// bytes, moments, durations, uuids, decimals.

package bell

import (
	"fmt"
	"strings"
	"time"
	"unsafe"

	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

const (
	uuidBytes       = 36
	decimalBytesMax = 1000 // beyond what any ledger needs
	decimalTooLong  = "a decimal is over 1000 bytes"
)

// unitOf is what a duration or moment counts in where JSON carries a number,
// else 0.
func unitOf(t *schema.Type) time.Duration {
	switch {
	case t.Flags&schema.FlagSeconds != 0:
		return time.Second
	case t.Flags&schema.FlagMilliseconds != 0:
		return time.Millisecond
	}
	return 0
}

// lowerUUID gives the text in lower case; false where it is no 8-4-4-4-12 hex
// digits.
func lowerUUID(text string) (string, bool) {
	if len(text) != uuidBytes {
		return "", false
	}
	for i := 0; i < len(text); i++ {
		dash := i == 8 || i == 13 || i == 18 || i == 23
		if dash && text[i] != '-' || !dash && !json.IsHex(text[i]) {
			return "", false
		}
	}
	return strings.ToLower(text), true
}

func isDecimal(text string) bool {
	var f json.Fault
	letters := unsafe.Slice(unsafe.StringData(text), len(text))
	n := json.PassNumber(letters, 0, &f)
	return n.End == len(text)
}

// ---- Reading ---------------------------------------------------------------

// placeOf is where the letter of a text stands in the JSON, from behind its
// quote on; what stands before it is ASCII.
func (d *decoder) placeOf(at, index int) int {
	for ; index > 0; index-- {
		switch {
		case d.data[at] == '\\' && d.data[at+1] == 'u':
			at += 6
		case d.data[at] == '\\':
			at += 2
		default:
			at++
		}
	}
	return at
}

func (d *decoder) bytes(at int, out *[]byte) int {
	text, _, behind := d.view(at, "bytes (base64)")
	if behind < 0 {
		return -1
	}
	value, place, wrong := readBase64(text)
	if wrong != "" {
		return d.fail(d.placeOf(at+1, place), wrong)
	}
	*out = value
	return behind
}

// readAs reads a text of a certain form.
func readAs[T any](d *decoder, at int, wanted string,
	read func(string) (T, bool), out *T) int {
	text, _, behind := d.view(at, wanted)
	if behind < 0 {
		return -1
	}
	value, good := read(text)
	if !good {
		return d.mismatch(at, wanted)
	}
	*out = value
	return behind
}

func (d *decoder) uuid(at int, out *string) int {
	wanted := "uuid (8-4-4-4-12 hex digits)"
	text, lent, behind := d.view(at, wanted)
	if behind < 0 {
		return -1
	}
	lower, good := lowerUUID(text)
	if !good {
		return d.mismatch(at, wanted)
	}
	if lent && lower == text {
		lower = strings.Clone(text)
	}
	*out = lower
	return behind
}

func (d *decoder) units(at int, unit time.Duration, out *time.Duration) int {
	wanted := "duration (a number of milliseconds)"
	if unit == time.Second {
		wanted = "duration (a number of seconds)"
	}
	n := d.number(at, wanted)
	if n.End < 0 {
		return -1
	}
	value, good := readUnits(&n, unit)
	if !good {
		return d.mismatch(at, wanted)
	}
	*out = value
	return n.End
}

func (d *decoder) unix(at int, unit time.Duration, out *DateTime) int {
	wanted := "datetime (a number of unix milliseconds)"
	if unit == time.Second {
		wanted = "datetime (a number of unix seconds)"
	}
	n := d.number(at, wanted)
	if n.End < 0 {
		return -1
	}
	value, good := readUnix(&n, unit)
	if !good {
		return d.mismatch(at, wanted)
	}
	*out = value
	return n.End
}

func (d *decoder) decimal(at int, quoted bool, out *string) int {
	wanted := "decimal (a number)"
	text, behind := "", -1
	if quoted {
		wanted = "decimal (a number as text)"
		text, behind = d.quoted(at, wanted)
	} else if n := d.number(at, wanted); n.End >= 0 {
		text, behind = string(d.data[at:n.End]), n.End
	}
	if behind < 0 {
		return -1
	}
	if len(text) > decimalBytesMax {
		return d.fail(at, decimalTooLong)
	}
	if quoted && !isDecimal(text) {
		return d.mismatch(at, wanted)
	}
	*out = text
	return behind
}

// form reads bytes, times, durations, UUIDs and decimals.
func (d *decoder) form(at int, t *schema.Type, out unsafe.Pointer) int {
	switch t.Kind {
	case schema.KindBytes:
		return d.bytes(at, (*[]byte)(out))
	case schema.KindDatetime:
		if unit := unitOf(t); unit != 0 {
			return d.unix(at, unit, (*DateTime)(out))
		}
		return readAs(d, at, "datetime (RFC 3339)", readMoment,
			(*DateTime)(out))
	case schema.KindDate:
		return readAs(d, at, "date (YYYY-MM-DD)", readDate,
			(*Date)(out))
	case schema.KindDuration:
		if unit := unitOf(t); unit != 0 {
			return d.units(at, unit, (*time.Duration)(out))
		}
		return readAs(d, at, "duration (ISO 8601, weeks to seconds, 64 bits of nanoseconds)",
			readDuration, (*time.Duration)(out))
	case schema.KindUUID:
		return d.uuid(at, (*string)(out))
	case schema.KindDecimal:
		return d.decimal(at, t.Flags&schema.FlagNumber == 0, (*string)(out))
	}
	return d.fail(at, fmt.Sprintf("a table names an unknown kind (%d)", t.Kind))
}

// ---- Writing ---------------------------------------------------------------

func (e *encoder) moment(value DateTime, unit time.Duration) bool {
	if value.IsZero() {
		return e.fail("a datetime is not set")
	}
	moment := value.UTC()
	switch {
	case moment.Year() < 0 || moment.Year() > 9999:
		return e.fail("not within the years 0 to 9999")
	case unit != 0:
		e.out = appendUnix(e.out, moment, unit)
	default:
		e.out = append(appendMoment(append(e.out, '"'), moment), '"')
	}
	return true
}

func (e *encoder) date(value Date) bool {
	if value == (Date{}) {
		return e.fail("a date is not set")
	}
	if !isDay(value.Year, value.Month, value.Day) {
		return e.fail("not a day of the years 0 to 9999")
	}
	e.out = append(append(append(e.out, '"'), value.String()...), '"')
	return true
}

func (e *encoder) duration(value, unit time.Duration) bool {
	if unit != 0 {
		e.out = appendUnits(e.out, value, unit)
		return true
	}
	e.out = append(appendDuration(append(e.out, '"'), value), '"')
	return true
}

func (e *encoder) uuid(value string) bool {
	if value == "" {
		return e.fail("a uuid is not set")
	}
	lower, good := lowerUUID(value)
	if !good {
		return e.fail("a uuid is not 8-4-4-4-12 hex digits")
	}
	e.out = append(append(append(e.out, '"'), lower...), '"')
	return true
}

func (e *encoder) decimal(value string, quoted bool) bool {
	switch {
	case value == "":
		return e.fail("a decimal is not set")
	case len(value) > decimalBytesMax:
		return e.fail(decimalTooLong)
	case !isDecimal(value):
		return e.fail("a decimal is no number")
	case quoted:
		e.out = append(append(append(e.out, '"'), value...), '"')
	default:
		e.out = append(e.out, value...)
	}
	return true
}

// form writes bytes, times, durations, UUIDs and decimals.
func (e *encoder) form(t *schema.Type, at unsafe.Pointer) bool {
	switch t.Kind {
	case schema.KindBytes:
		e.out = append(appendBase64(append(e.out, '"'), *(*[]byte)(at)), '"')
		return true
	case schema.KindDatetime:
		return e.moment(*(*DateTime)(at), unitOf(t))
	case schema.KindDate:
		return e.date(*(*Date)(at))
	case schema.KindDuration:
		return e.duration(*(*time.Duration)(at), unitOf(t))
	case schema.KindUUID:
		return e.uuid(*(*string)(at))
	case schema.KindDecimal:
		return e.decimal(*(*string)(at), t.Flags&schema.FlagNumber == 0)
	}
	return e.fail(fmt.Sprintf("a table names an unknown kind (%d)", t.Kind))
}
