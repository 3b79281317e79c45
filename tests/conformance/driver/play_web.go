// play_web.go: steps of REST: which request came, on which connection, and what
// goes back.

package main

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"time"
)

// openWebs opens the case's own servers; the url is that of the first.
func (p *play) openWebs() string {
	p.desk = &desk{events: make(chan event, 4096)}
	for range p.one.Servers {
		made, err := p.server.openWeb(p.desk, p.one.Certificate)
		if err != nil {
			failf("no server: %v", err)
		}
		for i := range p.one.Steps {
			made.shy = made.shy || p.one.Steps[i].Verb == "accepted"
			made.heads = made.heads || p.one.Steps[i].Verb == "head"
		}
		p.webs = append(p.webs, made)
		made.number = len(p.webs)
	}
	p.web = p.webs[0]
	return p.web.url()
}

func (p *play) closeWebs() {
	for _, one := range p.webs {
		one.close()
	}
}

func (p *play) releaseWebs() {
	for _, one := range p.webs {
		one.release()
	}
}

// webAt is the server that a step names.
func (p *play) webAt(step *Step) *web {
	if step.At < 1 || step.At > len(p.webs) {
		failf("there is no server %d", step.At)
	}
	return p.webs[step.At-1]
}

// furtherURLs are those of the other servers, or what the case makes of them:
// the first that it names is that of the second server, and so on.
func (p *play) furtherURLs(named any) []string {
	urls := []string{}
	for _, one := range p.webs[1:] {
		urls = append(urls, one.url())
	}
	texts, found := named.([]string)
	if !found {
		return urls
	}
	for i, text := range texts {
		if i+1 < len(p.webs) {
			texts[i] = p.webs[i+1].named(text)
		}
	}
	return texts
}

func (p *play) webOptions(command map[string]any) {
	if urls := p.furtherURLs(p.one.Client["urls"]); len(urls) != 0 {
		command["urls"] = urls
	}
	if p.one.Bare {
		return
	}
	command["token"] = "token"
	command["retry_min_ms"] = 1
	command["retry_max_ms"] = 20
}

// webAction gives what a verb does in a case of REST; nil where it is the same
// as elsewhere, or nothing.
func (p *play) webAction(verb string) func(*Step) {
	return map[string]func(*Step){
		"request":  p.webRequest,
		"head":     p.webRequest,
		"reply":    p.webReply,
		"bytes":    p.webBytes,
		"accepted": p.accepted,
		"cut": func(step *Step) {
			line := p.lineOf(step)
			line.todo <- line.finish
		},
		"reset": func(step *Step) {
			line := p.lineOf(step)
			line.todo <- line.reset
		},
		"gone": func(step *Step) {
			p.wait("the end of a connection", func(one *event) bool {
				return one.kind == "gone" && isOn(one.web, step)
			})
		},
		"hear": func(step *Step) { p.lineOf(step).going <- struct{}{} },
		"hide": func(step *Step) { p.webAt(step).hide() },
		"show": func(step *Step) {
			if err := p.webAt(step).listen(); err != nil {
				failf("no server: %v", err)
			}
		},
	}[verb]
}

// isOn says whether a connection is the one that the step means; it may mean
// any.
func isOn(line *webLine, step *Step) bool {
	return line.web.number == step.At &&
		(step.On == 0 || line.number == step.On)
}

// lineOf is the connection that a step names, or the newest that anything came
// on.
func (p *play) lineOf(step *Step) *webLine {
	if step.On == 0 {
		if p.webLine == nil {
			failf("no connection is there")
		}
		return p.webLine
	}
	line := p.webAt(step).find(step.On)
	if line == nil {
		failf("connection %d has not come", step.On)
	}
	return line
}

func (p *play) accepted(step *Step) {
	one := p.wait("a connection", func(one *event) bool {
		return one.kind == "accepted" && isOn(one.web, step)
	})
	p.webLine = one.web
}

// webRequest takes the next request, or its head; where more calls than one are
// out, the one that is as the step says.
func (p *play) webRequest(step *Step) {
	server := p.webAt(step)
	want := wantRequest(server.named(step.Data), server.address)
	one := p.wait("request "+step.Name, func(one *event) bool {
		return one.kind == step.Verb && (p.running <= 1 ||
			(one.web.web == server &&
				want.differs(one.asked, step.Verb == "head") == ""))
	})
	one.asked.seen = step.Verb == "head"
	p.webLine = one.web
	p.calls[step.Name] = &called{web: one.web}
	if one.web.web != server {
		failf("the request came to server %d, not %d", one.web.web.number,
			server.number)
	}
	p.compare(want.differs(one.asked, step.Verb == "head"))
	if step.On != 0 && one.web.number != step.On {
		failf("the request came on connection %d, not %d", one.web.number,
			step.On)
	}
	if waited := one.asked.came.Sub(p.answered); step.Length != 0 &&
		waited < step.Length {
		failf("the request came %v after the reply, not %v", waited,
			step.Length)
	}
}

func (p *play) webReply(step *Step) {
	line := p.find(step.Name).web
	if step.On != 0 {
		line = p.lineOf(step)
	}
	p.answered = time.Now()
	one := step.Reply
	one.bytes = line.web.named(one.bytes)
	line.send(one)
}

func (p *play) webBytes(step *Step) {
	p.lineOf(step).send(step.Reply)
}

// ---- Requests ---------------------------------------------------------------

// A wanted is a request as a case writes it: the target, lines of its head, an
// empty line, the body. Lines that every request has are added.
type wanted struct {
	line   string
	fields []string // sorted
	gone   []string // names that must not be there
	loose  []string // names of which the value is not the case's matter
	body   string
}

var agentForm = regexp.MustCompile(`^User-Agent: bellpull/[0-9]+\.[0-9]+\.` +
	`[0-9]+$`)

// A random UUID, of RFC 9562 5.4.
var uuidForm = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-` +
	`[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func wantRequest(text, host string) *wanted {
	head, body, _ := strings.Cut(text, "\n\n")
	lines := strings.Split(strings.TrimRight(head, "\n"), "\n")
	made := &wanted{line: lines[0] + " HTTP/1.1", body: body}
	for _, line := range lines[1:] {
		if name, found := strings.CutSuffix(line, ": -"); found {
			made.gone = append(made.gone, name)
		} else {
			made.fields = append(made.fields, line)
		}
	}
	made.add("Host: " + host)
	made.add("User-Agent: bellpull/VERSION")
	made.add("Accept: application/json")
	verb, _, _ := strings.Cut(made.line, " ")
	if body != "" {
		made.add("Content-Type: application/json")
	}
	if body != "" || verb == "POST" || verb == "PUT" || verb == "PATCH" {
		made.add(fmt.Sprintf("Content-Length: %d", len(body)))
	}
	sort.Strings(made.fields)
	return made
}

// add adds a line of every request, unless the case speaks of it.
func (w *wanted) add(line string) {
	name, _, _ := strings.Cut(line, ":")
	if !hasField(w.fields, name) && !contains(w.gone, name) {
		w.fields = append(w.fields, line)
	}
}

// differs compares; the order of a head's lines is each language's own.
func (w *wanted) differs(got *webRequest, headAlone bool) string {
	var fields []string
	uuid := hasLine(w.fields, "$uuid")
	for _, line := range got.fields {
		if uuid {
			line = uuidForm.ReplaceAllString(line, "$$uuid")
		}
		if agentForm.MatchString(line) {
			line = "User-Agent: bellpull/VERSION"
		}
		if line == "Connection: keep-alive" && !hasField(w.fields, "Connection") {
			continue
		}
		fields = append(fields, line)
	}
	sort.Strings(fields)
	if found := differ("request", got.line, w.line); found != "" {
		return found
	}
	wanted := w.fields
	if headAlone { // a head says not how long the body of the step is
		fields = without(fields, "Content-Length", "Content-Type")
		wanted = without(wanted, "Content-Length", "Content-Type")
	}
	found := differ("head", strings.Join(fields, " | "),
		strings.Join(wanted, " | "))
	if found == "" && !headAlone {
		found = differ("body", got.body, w.body)
	}
	return found
}

// hasLine says whether a line of the head ends with the text.
func hasLine(fields []string, end string) bool {
	for _, field := range fields {
		if strings.HasSuffix(field, end) {
			return true
		}
	}
	return false
}

func without(fields []string, names ...string) []string {
	var kept []string
	for _, field := range fields {
		name, _, _ := strings.Cut(field, ":")
		if !contains(names, name) {
			kept = append(kept, field)
		}
	}
	return kept
}

// ---- Errors -----------------------------------------------------------------

// details are what HTTP has of an error: by name, as a runner says them.
type details map[string]any

// compareDetails looks at what the case says; a refusal by HTTP has its status
// anyway.
func (p *play) compareDetails(got *Failure, want *Failure) string {
	if p.web != nil && want.Status == "refused" && want.HTTP == nil {
		want.HTTP = &details{"status": want.Code}
	}
	if want.HTTP == nil {
		return ""
	}
	if len(*want.HTTP) == 0 {
		if got.HTTP != nil {
			return "http: got details, want none"
		}
		return ""
	}
	if got.HTTP == nil {
		return "http: got no details"
	}
	var all []string
	for name, value := range *want.HTTP {
		if found := differDetail(name, (*got.HTTP)[name], value); found != "" {
			all = append(all, found)
		}
	}
	sort.Strings(all)
	return strings.Join(all, "; ")
}

func differDetail(name string, got, want any) string {
	switch wanted := want.(type) {
	case []string:
		var lines []string
		some, _ := got.([]any)
		for _, each := range some {
			key, value, _ := strings.Cut(fmt.Sprint(each), ": ")
			lines = append(lines, strings.ToLower(key)+": "+value)
		}
		for _, each := range wanted {
			key, value, _ := strings.Cut(each, ": ")
			if !contains(lines, strings.ToLower(key)+": "+value) {
				return fmt.Sprintf("http.%s: got %s, want %s", name,
					shown(strings.Join(lines, " | ")), each)
			}
		}
		return ""
	case string:
		text, _ := got.(string)
		if name == "body" {
			bytes, err := hex.DecodeString(text)
			if err != nil {
				return "http.body: no digits in pairs: " + shown(text)
			}
			text = string(bytes)
		}
		return differ("http."+name, text, wanted)
	}
	number, _ := got.(float64)
	if got == nil || number != float64(want.(int)) {
		return fmt.Sprintf("http.%s: got %v, want %v", name, got, want)
	}
	return ""
}
