// Package transcripts plays those of tests/conformance against the session and
// the protocol: without a socket, and with a clock that the transcript turns.
package transcripts

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/protocol"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
)

const folder = "../../../../tests/conformance"

// stage is one transcript being played.
type stage struct {
	name    string
	options core.Options
	random  uint64
	channel bool // mode
	session *core.Session
	greeter *protocol.Centrifugo
	now     int64

	up, held, stuck bool
	taken           uint64 // of this line
	frames          core.Frames
	sent            []string
	ended           []string
	calls           map[string]uint64
	dropped         bool
	dropCode        int
	due             bool

	line     int
	failures []string
}

func newStage(name string) *stage {
	s := &stage{name: name, calls: map[string]uint64{}}
	s.options = core.Options{Random: func() uint64 { return s.random },
		ReconnectMin: 500, ReconnectMax: 20000, ConnectDeadline: 5000,
		PingGrace: 10000, CallsMax: 1000,
		RequestBytesMax: 65536, QueueBytesMax: 1 << 20}
	return s
}

func (s *stage) want(want, got string) {
	if want != got {
		s.failures = append(s.failures,
			fmt.Sprintf("line %d: %s\n  want: %s\n  got:  %s", s.line, s.name, want,
				got))
	}
}

func unescape(text string) string {
	return strings.NewReplacer(`\n`, "\n", `\?`, "\xff").Replace(text)
}

// cut takes the first word off.
func cut(text string) (word, rest string) {
	word, rest, _ = strings.Cut(strings.TrimLeft(text, " "), " ")
	return word, rest
}

func number(text string) int64 {
	value, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		panic(err)
	}
	return value
}

// ---- The stage --------------------------------------------------------------

var origins = map[seam.Origin]int{seam.Local: 1, seam.Reply: 2, seam.Close: 3,
	seam.Backend: 4, seam.Codec: 5}

func (s *stage) collect() {
	for {
		one, more := s.session.Next()
		if !more {
			return
		}
		name := one.Context.(string)
		if one.Fault.Status == seam.OK {
			payload := "-"
			if one.Payload != nil {
				payload = string(one.Payload)
			}
			s.ended = append(s.ended, name+" ok "+payload)
			continue
		}
		temporary, sent := "", "sent"
		if one.Fault.Temporary {
			temporary = " temporary"
		}
		if one.Fault.Unsent {
			sent = "unsent"
		}
		s.ended = append(s.ended,
			fmt.Sprintf("%s %s %d %d%s %s", name, one.Fault.Status,
				origins[one.Fault.Origin], one.Fault.Code, temporary, sent))
		if one.Fault.Message == "" {
			s.want("an error with words", s.ended[len(s.ended)-1])
		}
	}
}

func (s *stage) takeFrames() {
	if s.held || !s.up {
		return
	}
	s.session.Take(&s.frames)
	for _, frame := range s.frames.List {
		s.sent = append(s.sent, string(frame))
		s.taken++
	}
	if !s.stuck {
		s.session.Written(s.taken)
	}
}

func (s *stage) settle() {
	s.collect()
	for one, more := s.session.News(); more; one, more = s.session.News() {
		switch one.Kind {
		case core.NewsTokenDue:
			s.due = true
		case core.NewsDrop:
			s.dropped, s.dropCode = true, one.Code
			s.up = false
			s.taken = 0
		}
	}
	s.takeFrames()
	s.collect()
}

// ---- Lines ------------------------------------------------------------------

func (s *stage) begin(line string) (status, rest string) {
	name, line := cut(line)
	method, line := cut(line)
	params, line := cut(line)
	order := core.Order{Method: seam.Method{Name: method}, Context: name,
		Deadline: core.Never, FailFast: strings.Contains(line, "fast")}
	if _, deadline, found := strings.Cut(line, "deadline="); found {
		deadline, _ = cut(deadline)
		order.Deadline = s.now + number(deadline)
	}
	if params[0] == 'x' { // xN stands for a text of N letters
		params = `"` + strings.Repeat("x", int(number(params[1:]))) + `"`
	}
	call, _, fault := s.session.Submit(&order, []byte(params), s.now)
	if fault != nil {
		return string(fault.Status), line
	}
	s.calls[name] = call
	return "ok", line
}

func (s *stage) endLine(code int, text string) {
	s.up, s.held, s.stuck = false, false, false
	s.session.Lost(seam.LineEnd{Code: code, Text: text}, s.now)
	s.taken = 0
}

func (s *stage) next(list *[]string, want, none string) {
	if len(*list) == 0 {
		s.want(want, none)
		return
	}
	s.want(want, (*list)[0])
	*list = (*list)[1:]
}

func (s *stage) none(list []string, what string) {
	if len(list) != 0 {
		s.want(what, list[0])
	}
}

var states = []string{"waiting", "opening", "greeting", "ready", "terminal", "closed"}

// verbs are the lines of tests/conformance/README.md.
var verbs = map[string]func(s *stage, line string){
	"at": func(s *stage, line string) {
		s.now = number(line)
		s.session.Tick(s.now)
	},
	"next": func(s *stage, line string) {
		s.session.NextNumber(uint64(number(line)))
	},
	"random": func(s *stage, line string) {
		s.random, _ = strconv.ParseUint(line, 10, 64)
	},
	"call": func(s *stage, line string) {
		status, _ := s.begin(line)
		s.want("ok", status)
	},
	"refused": func(s *stage, line string) {
		status, rest := s.begin(line)
		want, _ := cut(rest)
		s.want(want, status)
	},
	"cancel": func(s *stage, line string) {
		s.session.Cancel(s.calls[line], seam.Cancelled)
	},
	"open": func(s *stage, _ string) {
		if !s.session.WantsLine(s.now) {
			s.want("a line is wanted", "none is")
			return
		}
		s.session.Opening(s.now)
		s.up = true
		s.taken = 0
		s.session.Opened(s.now)
	},
	"frame": func(s *stage, line string) {
		s.session.Feed([]byte(unescape(line)), s.now)
		s.collect()
	},
	"lost": func(s *stage, line string) { s.endLine(0, line) },
	"close": func(s *stage, line string) {
		code, reason := cut(line)
		s.endLine(int(number(code)), reason)
	},
	"sent": func(s *stage, line string) {
		s.next(&s.sent, unescape(line), "no frame left")
	},
	"quiet": func(s *stage, _ string) { s.none(s.sent, "no more frames") },
	"done": func(s *stage, line string) {
		s.next(&s.ended, line, "no call ended")
	},
	"none": func(s *stage, _ string) { s.none(s.ended, "no call ended") },
	"state": func(s *stage, line string) {
		s.want(line, states[s.session.State()])
	},
	"wanted": func(s *stage, line string) {
		at := number(line)
		if !s.session.WantsLine(at) || s.session.WantsLine(at-1) {
			s.want(line, "at another time")
		}
	},
	"dropped": func(s *stage, line string) {
		got := "the line stays"
		if s.dropped {
			got = strconv.Itoa(s.dropCode)
		}
		if line == "" {
			line = "0"
		}
		s.want(line, got)
		s.dropped = false
	},
	"ignored": func(s *stage, line string) {
		s.want(line, strconv.FormatUint(s.session.Ignored(), 10))
	},
	"due": func(s *stage, _ string) {
		if !s.due {
			s.want("a token is due", "none is")
		}
		s.due = false
	},
	"renew": func(s *stage, line string) {
		s.greeter.SetToken(line)
		s.session.TokenTaken()
		s.session.Renew(s.now)
	},
	"spent": func(s *stage, _ string) {
		s.want("true", strconv.FormatBool(s.session.TokenSpent(s.now)))
	},
	"fresh": func(s *stage, _ string) {
		s.want("false", strconv.FormatBool(s.session.TokenSpent(s.now)))
	},
	"hold":    func(s *stage, _ string) { s.held = true },
	"release": func(s *stage, _ string) { s.held = false },
	"stuck":   func(s *stage, _ string) { s.stuck = true },
	"unstuck": func(s *stage, _ string) { s.stuck = false },
	"shut":    func(s *stage, _ string) { s.session.Shut() },
}

func (s *stage) limit(line string) {
	name, value := cut(line)
	count := int(number(value))
	switch name {
	case "request":
		s.options.RequestBytesMax = count
	case "queue":
		s.options.QueueBytesMax = count
	case "calls":
		s.options.CallsMax = count
	case "renews":
		s.options.Renews = count != 0
	case "channel":
		s.channel = count != 0
	default:
		s.want("request, queue, calls, renews or channel", name)
	}
}

func (s *stage) play(line string) {
	verb, rest := cut(line)
	if verb == "limit" {
		s.limit(rest)
		return
	}
	if s.session == nil {
		s.greeter = protocol.NewCentrifugo("bellpull", "TOKEN", nil)
		s.options.Protocol = s.greeter
		if s.channel {
			s.options.Protocol = s.inChannel()
		}
		s.session = core.NewSession(&s.options, 0)
	}
	run, known := verbs[verb]
	if !known {
		s.want("a verb of README.md", verb)
		return
	}
	run(s, rest)
	s.settle()
}

func (s *stage) inChannel() seam.Protocol {
	made, wrong := protocol.NewChannel(s.greeter, "rpc.requests", "user#42", "")
	s.want("", wrong)
	return made
}

func (s *stage) close() []string {
	if s.due {
		s.want("no token is due", "one is")
	}
	s.none(s.sent, "no more frames")
	s.none(s.ended, "no call ended")
	return s.failures
}

// load plays each transcript of a file.
func load(t *testing.T, path string,
	over func(t *testing.T, failures []string)) (count int) {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var open *stage
	end := func() {
		if open != nil {
			count++
			name, failures := open.name, open.close()
			t.Run(name, func(t *testing.T) { over(t, failures) })
		}
	}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for at := 1; lines.Scan(); at++ {
		line := lines.Text()
		if name, begins := strings.CutPrefix(line, "## "); begins {
			end()
			open = newStage(name)
		} else if open != nil && line != "" && line[0] != '#' {
			open.line = at
			open.play(line)
		}
	}
	end()
	return count
}

func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob(folder + "/*.txt")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, path := range files {
		name := filepath.Base(path)
		if name == "must_fail.txt" || name == "CMakeLists.txt" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			count += load(t, path, func(t *testing.T, failures []string) {
				for _, each := range failures {
					t.Error(each)
				}
			})
		})
	}
	if count < 100 {
		t.Errorf("%d transcripts were found", count)
	}
}

func TestMustFail(t *testing.T) {
	load(t, folder+"/must_fail.txt", func(t *testing.T, failures []string) {
		if len(failures) == 0 {
			t.Error("it held")
		}
	})
}
