// outbox.go: commands in order, not yet taken by a transport. It knows sizes
// and no bytes of a protocol.

package core

// command is one command in the outbox: where it and its params lie.
type command struct {
	start, end       int
	params, paramEnd int
	slot             *slot // nil: a frame of the protocol's own
	joins            bool  // the frame of the command before it
	gone             bool  // its call is over: it does not leave
}

// outbox is commands in order, not yet taken by a transport. Those of one turn
// share a frame, as far as one goes.
type outbox struct {
	bytes    []byte
	commands []command
	gone     int // bytes that do not leave

	open  bool // commands may join the last frame,
	first int  // which begins with this one
	frame int  // and has so many bytes that leave
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

// end says that the newest command is whole. A call's joins the last frame
// where there is room for it.
func (o *outbox) end(join string, limit int) {
	last := len(o.commands) - 1
	one := &o.commands[last]
	one.end = len(o.bytes)
	size := one.end - one.start
	one.joins = o.open && one.slot != nil && join != "" &&
		o.frame+len(join)+size <= limit
	if one.joins {
		o.frame += len(join) + size
	} else {
		o.first, o.frame = last, size
	}
	o.open = one.slot != nil
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

// withdraw keeps a command from leaving. A frame without any goes with it.
func (o *outbox) withdraw(index int, join string) {
	one := &o.commands[index]
	one.gone = true
	one.slot = nil
	o.gone += one.end - one.start
	if index >= o.first {
		o.frame -= one.end - one.start + len(join)
		o.open = o.open && o.frame > 0
	}
}

func (o *outbox) params(index int) []byte {
	one := &o.commands[index]
	return o.bytes[one.params:one.paramEnd]
}

func (o *outbox) clear() {
	o.bytes = o.bytes[:0]
	clear(o.commands)
	o.commands = o.commands[:0]
	o.gone, o.open = 0, false
}

// cut makes frames of the commands, each told to took with the count of its
// frame.
func (o *outbox) cut(join string, list [][]byte,
	took func(*slot, int)) [][]byte {
	start, end := 0, 0 // of a frame that has begun
	begun := false
	for i := range o.commands {
		one := &o.commands[i]
		begun = begun && one.joins
		if one.gone {
			continue
		}
		if begun {
			if one.start != end+len(join) { // something was withdrawn
				copy(o.bytes[end:], join)
				copy(o.bytes[end+len(join):], o.bytes[one.start:one.end])
			}
			end += len(join) + one.end - one.start
			list[len(list)-1] = o.bytes[start:end:end]
		} else {
			start, end = one.start, one.end
			list = append(list, o.bytes[start:end:end])
		}
		begun = true
		if one.slot != nil {
			took(one.slot, len(list))
		}
	}
	return list
}
