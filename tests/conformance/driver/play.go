// play.go: one case in one language: does its steps, waits for what they wait
// for, and says where it came otherwise.

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"time"
)

// A play is one case while it runs in one language.
type play struct {
	one      *Case
	server   *server
	runner   *runner
	desk     *desk
	patience time.Duration
	pending  []event  // came, and no step looked at it yet
	lines    int      // that are up
	line     *line    // the newest
	asked    command  // connect or subscribe, not answered yet
	web      *web     // of a case of REST, else nil
	webs     []*web   // all of them, that one first
	webLine  *webLine // the newest that anything came on
	answered time.Time
	running  int // calls that have not ended
	calls    map[string]*called
	waits    map[string]bool // for the connection, by name
	unseen   int             // calls whose requests have not come
	over     bool            // the client was shut
	ended    bool            // the runner ended by itself
}

// called is a call as far as the server has seen it.
type called struct {
	method      string
	command     command
	line        *line
	web         *webLine
	correlation string
	replyTo     string
}

// A difference is what a play found; every other trouble is one too.
type difference string

func failf(format string, args ...any) {
	panic(difference(fmt.Sprintf(format, args...)))
}

// run plays the case; "" where all came as it should.
func (p *play) run(key string) (found string) {
	var url string
	p.calls = map[string]*called{}
	p.waits = map[string]bool{}
	defer p.server.forget(key)
	defer func() {
		switch trouble := recover().(type) {
		case nil:
		case difference:
			found = string(trouble)
		default:
			panic(trouble)
		}
	}()
	if p.one.Mode == "rest" {
		url = p.openWebs()
		defer p.closeWebs()
	} else {
		p.desk, url = p.server.register(key, p.one)
	}
	p.open(url)
	for i := range p.one.Steps {
		p.do(&p.one.Steps[i])
	}
	p.finish()
	return ""
}

func (p *play) open(url string) {
	command := map[string]any{"do": "open", "service": p.one.Service,
		"url": p.address(url)}
	if p.web != nil {
		p.webOptions(command)
	} else if !p.one.Bare {
		command["mode"] = p.one.Mode
		command["user"] = "42"
		command["token"] = "token"
		command["reconnect_min_ms"] = 1
		command["reconnect_max_ms"] = 20
	}
	if p.one.Certificate != "" {
		command["authority"] = p.server.trusted
	}
	for name, value := range p.one.Client {
		command[name] = value
	}
	if p.one.Client["tokens"] != nil {
		delete(command, "token")
	}
	for i := range p.one.Steps {
		switch p.one.Steps[i].Verb {
		case "state":
			command["states"] = true
		case "log":
			command["logs"] = true
		}
	}
	p.tell(command)
	if !p.one.Later && !p.one.Manual {
		p.connected(nil)
	}
}

// address is what the client is told: the server's own, or what the case makes
// of it.
func (p *play) address(own string) string {
	if p.one.URL == "" {
		return own
	}
	_, where, _ := strings.Cut(own, "://")
	host, path, _ := strings.Cut(where, "/")
	_, port, _ := strings.Cut(host, ":")
	return strings.NewReplacer("$host", host, "$port", port,
		"$path", path).Replace(p.one.URL)
}

// finish shuts the client, if no step did, and looks for what nobody awaited.
func (p *play) finish() {
	p.shut()
	if p.web != nil {
		p.releaseWebs()
	}
	for p.lines > 0 {
		p.wait("the end of its connection", func(one *event) bool {
			return one.kind == "gone"
		})
	}
	for _, one := range p.pending {
		switch one.kind {
		case "request", "head":
			if one.asked == nil || !one.asked.seen {
				p.unawaited(&one)
			}
		case "ended":
			failf("an end that no step awaits: %s", tellEnd(one.said))
		}
	}
}

func (p *play) unawaited(one *event) {
	if one.asked != nil {
		failf("a request that no step awaits: %s %s", one.asked.line,
			shown(one.asked.body))
	}
	failf("a request that no step awaits: %s %s", one.command.Method,
		shown(string(one.command.Data)))
}

func (p *play) tell(command map[string]any) {
	if err := p.runner.tell(command); err != nil {
		failf("the runner does not listen: %v %s", err, p.runner.said.text())
	}
}

// ---- Waiting ----------------------------------------------------------------

// next takes one event off its source.
func (p *play) next(what string, limit <-chan time.Time) event {
	select {
	case one := <-p.desk.events:
		return p.note(one)
	case said, alive := <-p.runner.answers:
		if !alive {
			p.ended = true
			failf("the runner ended: %s", p.runner.said.text())
		}
		if said.Event == "broken" {
			failf("the runner: %s %s", said.Name, said.Text)
		}
		p.keepSecrets(&said)
		return event{kind: said.Event, said: said}
	case <-limit:
		failf("waited in vain for %s%s", what, p.instead())
	}
	return event{}
}

func (p *play) note(one event) event {
	switch one.kind {
	case "trouble":
		failf("the client sent %s", one.text)
	case "line", "connect", "subscribe":
		if one.command.Kind == "connect" {
			p.lines++
		}
		p.line = one.line
	case "accepted":
		p.lines++
	case "gone":
		if p.lines > 0 {
			p.lines--
		}
	}
	return one
}

// instead is what came and was not waited for.
func (p *play) instead() string {
	var came []string
	for _, one := range p.pending {
		switch one.kind {
		case "ended", "connected":
			came = append(came, one.kind+" "+tellEnd(one.said))
		case "request", "head":
			if one.asked != nil {
				one.command.Method = one.asked.line
			}
			came = append(came, "request "+one.command.Method)
		case "log", "state":
			came = append(came, one.kind+" "+shown(one.said.Text))
		case "unsent":
			came = append(came, "the server could not send: "+one.text)
		}
	}
	if len(came) == 0 {
		return ""
	}
	return "; instead came " + strings.Join(came, ", ")
}

// wait gives the first event that is right; others are kept for later steps.
func (p *play) wait(what string, right func(*event) bool) event {
	for i := range p.pending {
		if right(&p.pending[i]) {
			one := p.pending[i]
			p.pending = append(p.pending[:i:i], p.pending[i+1:]...)
			return one
		}
	}
	limit := time.NewTimer(p.patience)
	defer limit.Stop()
	for {
		one := p.next(what, limit.C)
		if right(&one) {
			return one
		}
		if one.kind != "line" {
			p.pending = append(p.pending, one)
		}
		p.giveUp(what, &one)
	}
}

// giveUp ends a wait for a request whose call is over, and one for the end of
// a call that sends another copy instead.
func (p *play) giveUp(what string, one *event) {
	if one.asked != nil && !one.asked.seen && p.running == 1 &&
		strings.HasPrefix(what, "the end of ") {
		p.unawaited(one)
	}
	if one.kind == "ended" && what == "request "+one.said.Name &&
		(one.said.Error != nil || p.web != nil) {
		failf("instead of a request came %s", tellEnd(one.said))
	}
}

func tellEnd(said answer) string {
	if said.Error == nil {
		return fmt.Sprintf("%s: result %s%s", said.Name, shown(said.Result),
			said.Unwritable)
	}
	text, _ := json.Marshal(said.Error)
	return fmt.Sprintf("%s: %s", said.Name, text)
}

// ---- Steps ------------------------------------------------------------------

func (p *play) do(step *Step) {
	defer func() {
		if trouble, found := recover().(difference); found {
			panic(difference(step.Where + ": " + string(trouble)))
		}
	}()
	if action := p.webAction(step.Verb); p.web != nil && action != nil {
		action(step)
		return
	}
	if action := p.action(step.Verb); action != nil {
		action(step)
		return
	}
	actions := map[string]func(*Step){
		"call": p.call, "request": p.request, "reply": p.reply,
		"refuse": p.refuse, "answer": p.answer, "result": p.result,
		"error": p.failed,
		"cancel": func(step *Step) {
			p.tell(map[string]any{"do": "cancel", "name": step.Name})
		},
		"connect": p.connect, "refresh": p.connect, "subscribe": p.subscribe,
		"accept": func(step *Step) {
			p.send(reply{ID: p.asked.ID, Kind: p.asked.Kind,
				Channel: step.Channel}, false)
		},
		"deny": func(step *Step) {
			p.send(denial(p.asked.ID, step), false)
		},
		"deny_publish": func(step *Step) {
			p.send(denial(p.find(step.Name).command.ID, step), false)
		},
		"connected": p.connected,
		"close":     func(step *Step) { p.up().hangUp(step.Code, step.Message) },
		"cut":       func(*Step) { p.up().cut() },
		"gone":      p.gone,
		"raw": func(step *Step) {
			p.send(reply{Kind: "raw", Data: []byte(step.Data),
				Binary: step.Binary, Parts: step.Parts}, step.Held)
		},
		"state": p.changed,
		"publish": func(step *Step) {
			p.send(reply{Kind: "push", Channel: step.Channel,
				User: step.User, Data: []byte(step.Data)}, step.Held)
		},
		"ping": func(step *Step) { p.send(reply{Kind: "ping"}, step.Held) },
		"pong": func(*Step) {
			p.wait("a pong", func(one *event) bool {
				return one.kind == "pong"
			})
		},
		"unsubscribe": func(step *Step) {
			p.send(reply{Kind: "unsubscribe", Channel: step.Channel}, false)
		},
		"shut": func(*Step) { p.shut() },
	}
	actions[step.Verb](step)
}

func denial(id uint32, step *Step) reply {
	return reply{ID: id, Kind: "error", Code: step.Code,
		Message: step.Message, Temporary: step.Temporary}
}

func (p *play) find(name string) *called {
	found := p.calls[name]
	if found == nil {
		failf("no call %s has come to the server", name)
	}
	return found
}

// up is the newest connection; the client may know of it before we do.
func (p *play) up() *line {
	if p.line == nil {
		p.wait("a connection", func(one *event) bool {
			return one.kind == "line"
		})
	}
	return p.line
}

func (p *play) send(one reply, held bool) {
	if held {
		p.up().hold(one)
		return
	}
	p.up().send(one)
}

func (p *play) call(step *Step) {
	command := map[string]any{"do": "call", "name": step.Name,
		"method": step.Method, "params": step.Params}
	if len(step.Put) != 0 {
		command["put"] = step.Put
	}
	for name, value := range step.Call {
		command[name] = value
	}
	p.unseen++
	p.running++
	p.tell(command)
	p.calls[step.Name+"()"] = &called{method: step.Method}
	p.wait("the begin of "+step.Name, func(one *event) bool {
		return one.kind == "begun"
	})
}

func (p *play) connect(step *Step) {
	one := p.wait(step.Verb, func(one *event) bool {
		return one.kind == step.Verb
	})
	p.line = one.line
	p.asked = one.command
	p.compare(differ("token", one.command.Token, step.Data))
	p.compare(differ("data", string(one.command.Data), step.Result))
}

func (p *play) subscribe(step *Step) {
	one := p.wait("subscribe", func(one *event) bool {
		return one.kind == "subscribe"
	})
	p.line = one.line
	p.asked = one.command
	p.compare(differ("channel", one.command.Channel, step.Data))
}

func (p *play) connected(step *Step) {
	one := p.wait("connected", func(one *event) bool {
		return one.kind == "connected"
	})
	var want *Failure
	if step != nil {
		want = step.Error
	}
	if want == nil && one.said.Error != nil {
		failf("instead of connecting: %s", tellEnd(one.said))
	}
	if want != nil && one.said.Error != nil {
		one.said.Error.Sent = want.Sent // says nothing where nothing is called
	}
	if want != nil {
		p.compareFailure(one.said, want)
	}
}

func (p *play) gone(*Step) {
	p.wait("the end of a connection", func(one *event) bool {
		return one.kind == "gone"
	})
}

func (p *play) shut() {
	if p.over {
		return
	}
	p.over = true
	p.tell(map[string]any{"do": "shut"})
	p.wait("shut", func(one *event) bool { return one.kind == "shut" })
}

// ---- Requests and replies ---------------------------------------------------

// request takes the request that the step describes. Calls that run beside each
// other may go out in any order; where one call alone is out, its request is
// the step's, right or wrong.
func (p *play) request(step *Step) {
	method := step.Method
	if method == "" {
		method = p.calls[step.Name+"()"].method
	}
	one := p.wait("request "+step.Name, func(one *event) bool {
		return one.kind == "request" &&
			(p.unseen <= 1 || p.isAs(&one.command, method, step.Data))
	})
	p.unseen--
	made := &called{command: one.command, line: one.line, method: method}
	p.calls[step.Name] = made
	p.calls[step.Name+"()"] = made
	p.line = one.line
	if p.one.Mode == "channel" {
		p.openEnvelope(made, step)
		return
	}
	if one.command.Kind != "rpc" {
		failf("got a %s, want an rpc", one.command.Kind)
	}
	p.compare(differ("method", one.command.Method, method))
	p.compare(differ("request", string(one.command.Data), step.Data))
}

func (p *play) isAs(one *command, method, data string) bool {
	if p.one.Mode != "channel" {
		return one.Method == method && string(one.Data) == data
	}
	return bytes.HasPrefix(one.Data, []byte(opening(method, data)))
}

// opening is how a publication begins.
func opening(method, data string) string {
	return `{"method":` + quoted(method) + `,"params":` + data
}

var correlationForm = regexp.MustCompile(`^[0-9a-f]{32}-[0-9]+$`)

// openEnvelope compares a publication byte by byte: a correlation id is the one
// thing in it that nobody can foresee.
func (p *play) openEnvelope(made *called, step *Step) {
	var envelope struct {
		Correlation string `json:"correlation_id"`
		ReplyTo     string `json:"reply_to"`
	}
	data := made.command.Data
	if made.command.Kind != "publish" {
		failf("got a %s, want a publish", made.command.Kind)
	}
	if err := json.Unmarshal(data, &envelope); err != nil {
		failf("a publication that is no JSON: %v", err)
	}
	want := opening(made.method, step.Data)
	if !step.None {
		if !correlationForm.MatchString(envelope.Correlation) {
			failf("correlation_id: got %s", shown(envelope.Correlation))
		}
		want += `,"correlation_id":"` + envelope.Correlation +
			`","reply_to":` + quoted(p.replyChannel())
	}
	p.compare(differ("channel", made.command.Channel, p.requestChannel()))
	p.compare(differ("publication", string(data), want+"}"))
	made.correlation = envelope.Correlation
	made.replyTo = envelope.ReplyTo
	if step.Method == "" || step.Method == made.method {
		p.acknowledge(made)
	}
}

// acknowledge answers the publication itself, unless the next step denies it.
func (p *play) acknowledge(made *called) {
	for i := range p.one.Steps {
		if p.one.Steps[i].Verb == "deny_publish" &&
			p.calls[p.one.Steps[i].Name] == made {
			return
		}
	}
	p.send(reply{ID: made.command.ID, Kind: "publish"}, false)
}

func (p *play) requestChannel() string {
	if named, found := p.one.Client["request_channel"].(string); found {
		return named
	}
	return "rpc.requests"
}

func (p *play) replyChannel() string {
	if named, found := p.one.Client["reply_channel"].(string); found {
		return strings.ReplaceAll(named, "{user_id}", "42")
	}
	return "user#42"
}

func (p *play) reply(step *Step) {
	made := p.find(step.Name)
	if p.one.Mode != "channel" {
		p.send(reply{ID: made.command.ID, Kind: "rpc",
			Data: []byte(step.Data), NoData: step.None}, step.Held)
		return
	}
	text := `{"correlation_id":"` + made.correlation + `"`
	if !step.None {
		text += `,"result":` + step.Data
	}
	p.send(reply{Kind: "push", Channel: made.replyTo, User: step.User,
		Data: []byte(text + "}")}, step.Held)
}

func (p *play) refuse(step *Step) {
	made := p.find(step.Name)
	refusal := denial(made.command.ID, step)
	refusal.ErrorData = []byte(step.ErrorData)
	if p.one.Mode != "channel" {
		p.send(refusal, step.Held)
		return
	}
	text := `{"correlation_id":"` + made.correlation + `","error":` +
		errorText(refusal) + "}"
	p.send(reply{Kind: "push", Channel: made.replyTo, User: step.User,
		Data: []byte(text)}, step.Held)
}

// answer publishes an envelope of these members.
func (p *play) answer(step *Step) {
	made := p.find(step.Name)
	channel := step.Channel
	if channel == "" {
		channel = made.replyTo
	}
	p.send(reply{Kind: "push", Channel: channel, Data: []byte(
		`{"correlation_id":"` + made.correlation + `",` + step.Data + "}")},
		false)
}
