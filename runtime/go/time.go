// time.go: moments and days, and their texts of RFC 3339.

package bell

import (
	"fmt"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// DateTime is a point in time. HasOffset reports whether the text that was read
// had a zone (otherwise it is read as UTC). It is written in UTC. The zero
// DateTime means not set.
type DateTime struct {
	time.Time
	HasOffset bool
}

// At returns a DateTime for a time, with HasOffset set.
func At(moment time.Time) DateTime {
	return DateTime{Time: moment, HasOffset: true}
}

// MarshalJSON writes RFC 3339 with Z and the shortest fraction.
func (d DateTime) MarshalJSON() ([]byte, error) {
	return Encode(schema.TableDatetime, d)
}

// UnmarshalJSON reads RFC 3339, with or without a zone.
func (d *DateTime) UnmarshalJSON(data []byte) error {
	return Decode(schema.TableDatetime, data, d)
}

// Date is a day; the zero Date means not set.
type Date struct {
	Year  int // 0 to 9999
	Month int
	Day   int
}

func (d Date) String() string {
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalJSON writes YYYY-MM-DD.
func (d Date) MarshalJSON() ([]byte, error) {
	return Encode(schema.TableDate, d)
}

// UnmarshalJSON reads YYYY-MM-DD.
func (d *Date) UnmarshalJSON(data []byte) error {
	return Decode(schema.TableDate, data, d)
}

// Decimal is a number as text, with all its digits. "" means not set.
type Decimal string

const (
	dateBytes    = 10
	secondsADay  = 86400
	minutesBytes = 5
	momentShort  = dateBytes + 1 + minutesBytes // neither seconds nor a zone
	fractionMost = 9
)

func isDay(year, month, day int) bool {
	if year < 0 || year > 9999 || month < 1 || month > 12 || day < 1 {
		return false
	}
	last := time.Date(year, time.Month(month+1), 0, 0, 0, 0, 0, time.UTC)
	return day <= last.Day()
}

// readTwo reads two digits; -1 where there are none.
func readTwo(text string, at int) int {
	if text[at] < '0' || text[at] > '9' || text[at+1] < '0' || text[at+1] > '9' {
		return -1
	}
	return int(text[at]-'0')*10 + int(text[at+1]-'0')
}

func readDay(text string) (Date, bool) {
	century, year := readTwo(text, 0), readTwo(text, 2)
	month, day := readTwo(text, 5), readTwo(text, 8)
	if century < 0 || year < 0 || text[4] != '-' || text[7] != '-' ||
		!isDay(century*100+year, month, day) {
		return Date{}, false
	}
	return Date{century*100 + year, month, day}, true
}

func readDate(text string) (Date, bool) {
	if len(text) != dateBytes {
		return Date{}, false
	}
	return readDay(text)
}

// readClock reads hh:mm:ss, or hh:mm alone, as seconds of the day and the bytes
// that it takes; -1 where it is none.
func readClock(text string) (clock, size int) {
	hour, minute := readTwo(text, 0), readTwo(text, 3)
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':' {
		return -1, 0
	}
	clock = hour*3600 + minute*60
	if len(text) == minutesBytes || text[minutesBytes] != ':' {
		return clock, minutesBytes
	}
	second := -1
	if len(text) >= minutesBytes+3 {
		second = readTwo(text, minutesBytes+1)
	}
	if second < 0 || second > 60 {
		return -1, 0
	}
	return clock + second, minutesBytes + 3
}

// readFraction reads digits as billionths; what is finer is cut.
func readFraction(text string) (billionths, size int) {
	for size < len(text) && text[size] >= '0' && text[size] <= '9' {
		if size < fractionMost {
			billionths = billionths*10 + int(text[size]-'0')
		}
		size++
	}
	for kept := size; kept < fractionMost; kept++ {
		billionths *= 10
	}
	return billionths, size
}

// readZone reads what is left: nothing, Z, +hh:mm, +hhmm or +hh. The offset is
// in minutes.
func readZone(text string) (offset int, good bool) {
	if text == "" || text == "Z" || text == "z" {
		return 0, true
	}
	colon := len(text) == 6 && text[3] == ':'
	if (text[0] != '+' && text[0] != '-') ||
		(len(text) != 3 && len(text) != 5 && !colon) {
		return 0, false
	}
	hours, minutes := readTwo(text, 1), 0
	if len(text) > 3 {
		minutes = readTwo(text, len(text)-2)
	}
	if hours < 0 || hours > 23 || minutes < 0 || minutes > 59 {
		return 0, false
	}
	offset = hours*60 + minutes
	if text[0] == '-' {
		offset = -offset
	}
	return offset, true
}

func readMoment(text string) (DateTime, bool) {
	if len(text) < momentShort {
		return DateTime{}, false
	}
	day, good := readDay(text)
	clock, size := readClock(text[dateBytes+1:])
	if !good || clock < 0 ||
		(text[dateBytes]|0x20 != 't' && text[dateBytes] != ' ') {
		return DateTime{}, false
	}
	rest := text[dateBytes+1+size:]
	nanoseconds := 0
	if size > minutesBytes && rest != "" && rest[0] == '.' {
		digits := 0
		nanoseconds, digits = readFraction(rest[1:])
		if digits == 0 {
			return DateTime{}, false
		}
		rest = rest[1+digits:]
	}
	offset, good := readZone(rest)
	if !good {
		return DateTime{}, false
	}
	zone := time.UTC
	if offset != 0 {
		zone = time.FixedZone("", offset*60)
	}
	start := time.Date(day.Year, time.Month(day.Month), day.Day, 0, 0, 0,
		nanoseconds, time.UTC)
	moment := start.Add(time.Duration(clock-offset*60) * time.Second)
	if moment.Year() < 0 || moment.Year() > 9999 {
		return DateTime{}, false
	}
	return DateTime{Time: moment.In(zone), HasOffset: rest != ""}, true
}

// appendMoment writes it, which is in UTC, with the shortest fraction.
func appendMoment(out []byte, moment time.Time) []byte {
	return moment.AppendFormat(out, "2006-01-02T15:04:05.999999999Z")
}
