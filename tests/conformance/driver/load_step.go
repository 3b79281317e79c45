// load_step.go: one step of a case.

package main

import (
	"fmt"

	"gopkg.in/yaml.v3"
)

// What each verb may say besides its own name and `in`.
var verbs = map[string][]string{
	"call": append([]string{"method", "params", "put"},
		names(callOptions)...),
	"request": {"data", "method", "quiet", "on", "at", "after"},
	"head":    {"data", "on", "at"}, // the same of REST, without its body
	"reply": append([]string{"data", "none", "held", "user", "on"},
		replyKeys...),
	"refuse":       {"code", "message", "temporary", "data", "held", "user"},
	"answer":       {"data", "channel"}, // members of an envelope as they are
	"result":       {"data", "unwritable"},
	"error":        {"is"},
	"cancel":       {},
	"connect":      {"data"},    // the client's command, by its token
	"refresh":      {},          // the same of a new token
	"subscribe":    {},          // the same, by its channel
	"accept":       {"channel"}, // what the client last asked for
	"deny":         {"code", "message", "temporary"},
	"deny_publish": {"code", "message", "temporary"},
	"connected":    {"error"},
	"close":        {"reason"},
	"cut":          {"on", "at"},
	"reset":        {"on", "at"}, // the same, without a goodbye
	"gone":         {"on", "at"}, // the line ended
	"accepted":     {"on", "at"}, // a connection is there, of REST
	"hide":         {"at"},       // the server refuses connections
	"show":         {"at"},
	"raw":          {"binary", "parts"},
	"state":        {"next"},     // a change of the connection's, as its words
	"log":          {},           // a line of the log: LEVEL EVENT METHOD: TEXT
	"bytes":        {"on", "at"}, // to the socket, below any framing
	"dialed":       {"headers"},  // an upgrade was asked for
	"deaf":         {},           // the server reads no more
	"hear":         {"on", "at"},
	"stop":         {}, // the client's process does not run
	"resume":       {},
	"pause":        {}, // time passes
	"work":         {}, // the program works for so long
	"worked":       {},
	"wait":         {"within"}, // the program waits for the connection
	"ping":         {"held"},
	"pong":         {},
	"publish":      {"channel", "user", "held"},
	"unsubscribe":  {"channel"},
	"shut":         {},
	"token":        {"data", "says"}, // the program sets one; `data`: as it is
	"holds":        {"data"},         // what the client says of a role's
}

func byteText(offset int) string {
	return fmt.Sprintf(" (byte %d)", offset)
}

// takeStep gives the step; false where it is not for this language.
func (l *loader) takeStep(node *yaml.Node,
	defaults map[string]*yaml.Node) (Step, bool) {
	if node.Kind != yaml.MappingNode || len(node.Content) < 2 {
		l.fail(node, "wanted a step: {verb: ...}")
		return Step{}, false
	}
	verb := node.Content[0].Value
	keys, found := verbs[verb]
	if !found {
		l.fail(node, "%s is no verb", verb)
		return Step{}, false
	}
	members := l.fields(node, append([]string{verb, "in"}, keys...)...)
	subject := l.text(members[verb])
	step := l.fill(verb, l.where(node), members, defaults)
	step.Where = l.where(node)
	step.Verb = verb
	step.On = l.number(members["on"])
	step.At = 1
	if members["at"] != nil {
		step.At = l.number(members["at"])
	}
	if l.rest {
		l.fillWeb(&step, node, verb, members)
	}
	switch verb {
	case "close":
		step.Code = l.number(members[verb])
		step.Message = l.text(members["reason"])
	case "connect":
		step.Data = subject
		step.Result = l.text(members["data"])
	case "refresh", "subscribe", "raw", "publish", "bytes":
		step.Data = subject
	case "pause", "work":
		step.Length = l.length(members[verb])
	default:
		step.Name = subject
	}
	return step, l.isFor(members["in"])
}

func (l *loader) isFor(in *yaml.Node) bool {
	if in == nil {
		return true
	}
	var some []string
	if in.Decode(&some) != nil {
		l.fail(in, "wanted a list of languages")
	}
	for _, each := range some {
		if !contains(languages, each) {
			l.fail(in, "%s is no language", each)
		}
	}
	return contains(some, l.language)
}

func (l *loader) fill(verb, where string,
	members, defaults map[string]*yaml.Node) Step {
	var step Step
	switch verb {
	case "call":
		return l.takeCall(where, members, defaults)
	case "result":
		step.Writable = members["unwritable"] == nil
		step.Result = l.text(members["data"])
		if !step.Writable {
			step.Result = l.text(members["unwritable"])
		}
	case "error":
		if members["is"] != nil {
			step.Error = l.failure(members["is"])
		} else {
			l.fail(members[verb], "an error says what it is")
		}
	case "token":
		step.Data = l.text(members["data"])
		step.None = members["data"] == nil
		step.Message = l.text(members["says"])
	case "wait":
		step.Length = l.length(members["within"])
	case "dialed":
		step.Headers = l.texts(members["headers"])
	case "state":
		if next := members["next"]; next != nil &&
			(next.Decode(&step.Next) != nil || len(step.Next) != 2) {
			l.fail(next, "wanted the least and the most")
		}
	case "connected":
		if members["error"] != nil {
			step.Error = l.failure(members["error"])
		}
	case "refuse", "deny", "deny_publish":
		step.Code = l.number(members["code"])
		step.Message = l.text(members["message"])
		step.Temporary = l.yes(members["temporary"])
		step.ErrorData = l.text(members["data"])
		step.User = l.text(members["user"])
	default:
		step.Data = l.text(members["data"])
		step.None = l.yes(members["none"]) || l.yes(members["quiet"])
		step.Method = l.text(members["method"])
		step.User = l.text(members["user"])
		step.Channel = l.text(members["channel"])
		step.Binary = l.yes(members["binary"])
		step.Parts = l.number(members["parts"])
	}
	step.Held = l.yes(members["held"])
	return step
}
