// load_case.go: one case of YAML as steps. A case without steps of its own is
// one call: it goes out, is answered and ends.

package main

import "gopkg.in/yaml.v3"

var languages = []string{"c", "go", "typescript"}

var caseKeys = append([]string{"case", "why", "fails", "service", "mode",
	"answers", "open", "options", "client", "url", "upgrade", "certificate",
	"servers", "steps", "method", "params", "put", "request",
	"reply", "refuse", "result", "unwritable", "error"}, names(callOptions)...)

// merged is the case over the defaults of its file, and what this language
// does otherwise over both.
func (l *loader) merged(node, defaults *yaml.Node) map[string]*yaml.Node {
	known := append(append([]string{}, caseKeys...), languages...)
	all := map[string]*yaml.Node{}
	if defaults != nil {
		for key, value := range l.fields(defaults, caseKeys...) {
			all[key] = value
		}
	}
	own := l.fields(node, known...)
	for key, value := range own {
		all[key] = value
	}
	differs := own[l.language]
	if differs == nil {
		return all
	}
	if own["why"] == nil {
		l.fail(differs, "a language that differs wants its why")
	}
	members := l.fields(differs, caseKeys...)
	for _, ending := range []string{"result", "unwritable", "error"} {
		if members[ending] != nil {
			delete(all, "result")
			delete(all, "unwritable")
			delete(all, "error")
		}
	}
	for key, value := range members {
		all[key] = value
	}
	return all
}

func (l *loader) takeCase(node, defaults *yaml.Node) *Case {
	members := l.merged(node, defaults)
	one := &Case{Where: l.where(node), Client: map[string]any{}}
	for _, key := range []string{"case", "service"} {
		if members[key] == nil {
			l.fail(node, "%s is missing", key)
		}
	}
	one.Name = l.text(members["case"])
	one.Service = l.text(members["service"])
	one.Fails = l.text(members["fails"])
	one.Mode = l.oneOf(members["mode"], "native", "channel", "rest")
	l.rest = one.Mode == "rest"
	one.Manual = l.oneOf(members["answers"], "own", "steps") == "steps"
	one.Later = l.oneOf(members["open"], "wait", "later") == "later"
	one.Bare = l.oneOf(members["options"], "quick", "none") == "none"
	one.URL = l.text(members["url"])
	one.Upgrades = l.texts(members["upgrade"])
	if members["certificate"] != nil {
		one.Certificate = l.oneOf(members["certificate"], certificates...)
	}
	one.Servers = 1
	if members["servers"] != nil {
		one.Servers = l.number(members["servers"])
	}
	if members["client"] != nil {
		l.options(l.fields(members["client"], names(clientOptions)...),
			clientOptions, one.Client)
	}
	if members["steps"] == nil {
		one.Steps = l.oneCall(node, members)
		return one
	}
	for _, step := range members["steps"].Content {
		if taken, wanted := l.takeStep(step, members); wanted {
			one.Steps = append(one.Steps, taken)
		}
	}
	return one
}

// ---- One call ---------------------------------------------------------------

func (l *loader) oneCall(node *yaml.Node,
	members map[string]*yaml.Node) []Step {
	where := l.where(node)
	call := l.takeCall(where, members, members)
	steps := []Step{call}
	end := l.takeEnd(where, members)
	reply := members["reply"]
	if l.rest {
		reply = l.bodyOf(reply)
	}
	if end.Verb == "" && reply != nil {
		end = Step{Where: where, Verb: "result", Writable: true,
			Result: l.text(reply)}
	}
	if end.Verb == "" {
		l.fail(node, "result, unwritable or error is missing")
		return nil
	}
	if end.Error == nil || end.Error.Sent != "no" {
		steps = append(steps, l.exchange(node, call.Params, members)...)
	}
	steps = append(steps, end)
	for i := range steps {
		steps[i].Name = "call"
	}
	return steps
}

// exchange is what goes out, and what comes back if anything does.
func (l *loader) exchange(node *yaml.Node, params string,
	members map[string]*yaml.Node) []Step {
	where := l.where(node)
	if l.rest {
		steps := l.exchangeWeb(where, members)
		if steps == nil {
			l.fail(node, "request is missing")
		}
		return steps
	}
	request := Step{Where: where, Verb: "request", Data: params}
	if members["request"] != nil {
		request.Data = l.text(members["request"])
	}
	steps := []Step{request}
	if members["reply"] != nil {
		steps = append(steps, Step{Where: where, Verb: "reply",
			Data: l.text(members["reply"])})
	}
	if members["refuse"] != nil {
		refuse := l.refusal(members["refuse"])
		refuse.Where = where
		refuse.Verb = "refuse"
		steps = append(steps, refuse)
	}
	return steps
}

func (l *loader) takeCall(where string, members,
	defaults map[string]*yaml.Node) Step {
	step := Step{Where: where, Verb: "call", Params: "{}",
		Call: map[string]any{}}
	for _, from := range []map[string]*yaml.Node{defaults, members} {
		if from["method"] != nil {
			step.Method = l.text(from["method"])
		}
		if from["params"] != nil {
			step.Params = l.text(from["params"])
		}
	}
	if put := members["put"]; put != nil {
		for i := 0; i+1 < len(put.Content); i += 2 {
			step.Put = append(step.Put, Put{At: l.text(put.Content[i]),
				What: l.text(put.Content[i+1])})
		}
	}
	l.options(members, callOptions, step.Call)
	return step
}

// takeEnd is how a call ends, where the members say so.
func (l *loader) takeEnd(where string, members map[string]*yaml.Node) Step {
	step := Step{Where: where}
	if members["result"] != nil {
		step.Verb = "result"
		step.Writable = true
		step.Result = l.text(members["result"])
	}
	if members["unwritable"] != nil {
		step.Verb = "result"
		step.Result = l.text(members["unwritable"])
	}
	if members["error"] != nil {
		step.Verb = "error"
		step.Error = l.failure(members["error"])
	}
	return step
}

func (l *loader) refusal(node *yaml.Node) Step {
	members := l.fields(node, "code", "message", "temporary", "data")
	return Step{Code: l.number(members["code"]),
		Message:   l.text(members["message"]),
		Temporary: l.yes(members["temporary"]),
		ErrorData: l.text(members["data"])}
}

func (l *loader) failure(node *yaml.Node) *Failure {
	members := l.fields(node, "status", "origin", "code", "path", "offset",
		"text", "says", "has", "sent", "temporary", "data", "http")
	failure := &Failure{
		Status:    l.text(members["status"]),
		Origin:    l.text(members["origin"]),
		Code:      l.number(members["code"]),
		Path:      l.text(members["path"]),
		Offset:    l.number(members["offset"]),
		Text:      l.text(members["text"]),
		Sent:      l.text(members["sent"]),
		Temporary: l.yes(members["temporary"]),
		Data:      l.text(members["data"]),
	}
	if members["http"] != nil {
		failure.HTTP = l.details(members["http"])
	}
	l.complete(failure, l.text(members["says"]))
	if members["has"] != nil {
		failure.Text = l.text(members["has"])
		failure.Has = true
	}
	if failure.Status == "" || (failure.Text == "" && !failure.Has) {
		l.fail(node, "an error has a status, and a text or says")
	}
	return failure
}

// complete fills in what follows from the rest.
func (l *loader) complete(failure *Failure, says string) {
	if failure.Origin == "" {
		failure.Origin = "local"
		if failure.Path != "" {
			failure.Origin = "codec"
		}
		if l.rest && failure.Status == "refused" {
			failure.Origin = "reply"
		}
	}
	if failure.Sent == "" {
		failure.Sent = "unknown"
		if failure.Status == "invalid" {
			failure.Sent = "no"
		}
	}
	if says != "" {
		failure.Text = failure.Path + ": " + says
		if failure.Sent == "unknown" {
			failure.Text += byteText(failure.Offset)
		}
	}
}
