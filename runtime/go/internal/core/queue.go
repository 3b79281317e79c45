// queue.go: calls in order, linked through their slots.

package core

// queue is calls in order, linked through their slots.
type queue struct {
	first, last *slot
}

func (q *queue) push(s *slot) {
	s.next, s.prev, s.queue = nil, q.last, q
	if q.last == nil {
		q.first = s
	} else {
		q.last.next = s
	}
	q.last = s
}

func (q *queue) remove(s *slot) {
	if s.prev == nil {
		q.first = s.next
	} else {
		s.prev.next = s.next
	}
	if s.next == nil {
		q.last = s.prev
	} else {
		s.next.prev = s.prev
	}
	s.next, s.prev, s.queue = nil, nil, nil
}

// leave takes a slot out of whatever queue it is in.
func (s *slot) leave() {
	if s.queue != nil {
		s.queue.remove(s)
	}
}
