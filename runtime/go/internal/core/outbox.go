// outbox.go: commands in order, not yet taken by a transport. It knows sizes
// and no bytes of a protocol.

package core

// command is one command in the outbox: where it and its params lie.
type command struct {
	start, end       int
	params, paramEnd int
	slot             *slot // nil: a frame of the protocol's own
	gone             bool  // its call is over: it does not leave
}

// outbox is commands in order, not yet taken by a transport. Those of one turn
// share a frame, as far as one goes.
type outbox struct {
	bytes    []byte
	commands []command
	gone     int // bytes that do not leave
}

// Frames is what a transport takes: it lends its memory to the outbox in turn.
type Frames struct {
	List  [][]byte
	bytes []byte
}

func (o *outbox) size() int {
	return len(o.bytes) - o.gone
}

// begin gives the place of a new command.
func (o *outbox) begin(join string) int {
	if len(o.commands) > 0 {
		o.bytes = append(o.bytes, join...)
	}
	o.commands = append(o.commands, command{start: len(o.bytes)})
	return len(o.commands) - 1
}

// abort takes the newest command back.
func (o *outbox) abort() {
	last := len(o.commands) - 1
	end := 0
	if last > 0 {
		end = o.commands[last-1].end
	}
	o.bytes = o.bytes[:end]
	o.commands = o.commands[:last]
}

// withdraw keeps a command from leaving.
func (o *outbox) withdraw(index int) {
	one := &o.commands[index]
	one.gone = true
	one.slot = nil
	o.gone += one.end - one.start
}

func (o *outbox) params(index int) []byte {
	one := &o.commands[index]
	return o.bytes[one.params:one.paramEnd]
}

func (o *outbox) clear() {
	o.bytes = o.bytes[:0]
	clear(o.commands)
	o.commands = o.commands[:0]
	o.gone = 0
}

// cut makes frames of the commands: joined where they fit, each told to took
// with the count of its frame.
func (o *outbox) cut(join string, limit int, list [][]byte,
	took func(*slot, int)) [][]byte {
	start, end := 0, 0 // of the open frame
	open := false
	for i := range o.commands {
		one := &o.commands[i]
		if one.gone {
			continue
		}
		size := one.end - one.start
		if open && one.slot != nil && join != "" &&
			end+len(join)+size-start <= limit {
			if one.start != end+len(join) { // something was withdrawn
				copy(o.bytes[end:], join)
				copy(o.bytes[end+len(join):], o.bytes[one.start:one.end])
			}
			end += len(join) + size
			list[len(list)-1] = o.bytes[start:end:end]
		} else {
			start, end = one.start, one.end
			list = append(list, o.bytes[start:end:end])
		}
		open = one.slot != nil
		if one.slot != nil {
			took(one.slot, len(list))
		}
	}
	return list
}
