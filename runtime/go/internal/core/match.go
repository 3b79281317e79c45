// match.go: which call an answer is for, by its id or, without one, by what it
// is. It knows no wire: a protocol tells what came, a method what it waits for.

package core

import "github.com/bellpull/bellpull/runtime/go/internal/seam"

// whose gives the call that an answer is for; nil: nobody's.
func (s *Session) whose(event *seam.Event) *slot {
	if event.Kind != seam.EventAnswer {
		return s.table.findID(event.ID)
	}
	return s.asked.match(event)
}

// match gives the oldest call that waits for such an answer. An error is for
// the oldest of all: the server answers in order.
func (q *queue) match(event *seam.Event) *slot {
	one := q.first
	for one != nil && !isRefusal(event) && one.method.Answer != event.Tag {
		one = one.next
	}
	return one
}

func isRefusal(event *seam.Event) bool {
	return event.Kind == seam.EventError ||
		event.Kind == seam.EventAnswer && event.Text != ""
}
