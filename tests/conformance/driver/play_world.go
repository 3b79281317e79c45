// play_world.go: steps that are no message: the client's process and its log,
// the socket below the framing, and time that passes.

package main

import (
	"regexp"
	"strings"
	"time"
)

// A case that has something to hide writes it with these letters: no word of a
// client may hold them.
const secretMark = "sEcReT"

func (p *play) keepSecrets(said *answer) {
	texts := []string{said.Text}
	if said.Error != nil {
		texts = append(texts, said.Error.Text)
	}
	for _, text := range texts {
		if strings.Contains(text, secretMark) {
			failf("a secret is told: %s", shown(text))
		}
	}
}

// action gives what a verb does; nil where it is none of these.
func (p *play) action(verb string) func(*Step) {
	return map[string]func(*Step){
		"log":    p.log,
		"bytes":  func(step *Step) { p.up().bytes(step.Data) },
		"deaf":   func(*Step) { p.up().conn.deafen() },
		"hear":   func(*Step) { p.up().conn.hear() },
		"dialed": p.dialed,
		"stop": func(*Step) {
			if err := p.runner.halt(p.patience); err != nil {
				failf("the process runs on: %v", err)
			}
		},
		"resume": func(*Step) {
			if err := p.runner.resume(); err != nil {
				failf("the process stays stopped: %v", err)
			}
		},
		"token": p.setToken,
		"holds": func(step *Step) {
			p.tell(map[string]any{"do": "holds", "role": step.Name})
			p.tokenTold(step.Data)
		},
		"pause": func(step *Step) { time.Sleep(step.Length) },
		"work": func(step *Step) {
			p.tell(map[string]any{"do": "work",
				"for_ms": step.Length.Milliseconds()})
			p.await("the begin of its work", "working")
		},
		"worked": func(*Step) { p.await("the end of its work", "worked") },
		"wait": func(step *Step) {
			p.unseen++ // it is seen nowhere
			p.waits[step.Name] = true
			p.tell(map[string]any{"do": "wait", "name": step.Name,
				"deadline_ms": step.Length.Milliseconds()})
			p.await("the begin of "+step.Name, "begun")
		},
	}[verb]
}

// setToken has the program set a role's token, or forget it.
func (p *play) setToken(step *Step) {
	command := map[string]any{"do": "token", "role": step.Name}
	if !step.None {
		command["token"] = step.Data
	}
	p.tell(command)
	p.tokenTold(step.Message)
}

// tokenTold waits for what the client has said of a token.
func (p *play) tokenTold(want string) {
	one := p.wait("what is said of a token", func(one *event) bool {
		return one.kind == "token"
	})
	p.compare(differ("token", one.said.Text, want))
}

func (p *play) await(what, kind string) {
	p.wait(what, func(one *event) bool { return one.kind == kind })
}

func (p *play) dialed(step *Step) {
	one := p.wait("an upgrade", func(one *event) bool {
		return one.kind == "dialed"
	})
	for _, line := range step.Headers {
		name, value, _ := strings.Cut(line, ": ")
		got := strings.Join(one.header.Values(name), ", ")
		p.compare(differ("header "+name, got, value))
	}
}

// sameWait lets be what a wait cannot be asked: of Go's context what is left by
// then, and whether a call was sent.
func sameWait(said answer, want *Failure) (answer, *Failure) {
	if said.Error == nil {
		return said, want
	}
	got, wanted := *said.Error, *want
	got.Text, wanted.Text = withoutLengths(got.Text), withoutLengths(wanted.Text)
	wanted.Sent = got.Sent
	said.Error = &got
	return said, &wanted
}

// How long something took or will take differs from run to run.
var lengthForm = regexp.MustCompile(`[0-9]+(\.[0-9]+)? ms`)

func withoutLengths(text string) string {
	return lengthForm.ReplaceAllString(text, "N ms")
}

// log waits for this line, whatever else is told before it.
func (p *play) log(step *Step) {
	want := withoutLengths(step.Name)
	p.wait("the log's "+want, func(one *event) bool {
		return one.kind == "log" && withoutLengths(one.said.Text) == want
	})
}

// changed takes the next change, whatever it is: their order counts.
func (p *play) changed(step *Step) {
	one := p.wait("a change of state", func(one *event) bool {
		return one.kind == "state"
	})
	p.compare(differ("state", one.said.Text, step.Name))
	if next := one.said.NextTryMs; len(step.Next) == 2 &&
		(next < step.Next[0] || next > step.Next[1]) {
		failf("the next try: got %d ms, want %d to %d ms", next, step.Next[0],
			step.Next[1])
	}
}
