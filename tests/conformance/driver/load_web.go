// load_web.go: cases of REST: requests and replies as a case writes them.

package main

import (
	"fmt"
	"net/http"
	"strings"

	"gopkg.in/yaml.v3"
)

var replyKeys = []string{"status", "reason", "headers", "type", "body", "raw",
	"parts", "every", "end", "after", "at"}

// webReply reads what stands behind `reply`: a body, or a map.
func (l *loader) webReply(node *yaml.Node) webReply {
	if node.Kind == yaml.ScalarNode {
		return webReply{bytes: spellReply(200, "", "application/json", nil,
			l.text(node))}
	}
	return l.fillReply(node, l.fields(node, replyKeys...))
}

func (l *loader) fillReply(node *yaml.Node,
	members map[string]*yaml.Node) webReply {
	made := webReply{parts: l.number(members["parts"]),
		every: l.length(members["every"])}
	if members["end"] != nil {
		made.end = l.oneOf(members["end"], "close", "reset")
	}
	if raw := members["raw"]; raw != nil {
		made.bytes = l.raw(raw)
		for _, other := range []string{"status", "reason", "headers", "type",
			"body"} {
			if members[other] != nil {
				l.fail(node, "raw is all that goes out: no %s", other)
			}
		}
		return made
	}
	status, kind := 200, "application/json"
	if members["status"] != nil {
		status = l.number(members["status"])
	}
	if members["type"] != nil {
		kind = l.text(members["type"])
	}
	made.bytes = spellReply(status, l.text(members["reason"]), kind,
		l.texts(members["headers"]), l.text(members["body"]))
	return made
}

// raw is a text whose line ends are CRLF; another LF is written as $(hex:0a).
func (l *loader) raw(node *yaml.Node) string {
	text := strings.ReplaceAll(node.Value, "\r\n", "\n")
	made, err := expand(strings.ReplaceAll(text, "\n", "\r\n"))
	if err != nil {
		l.fail(node, "%v", err)
	}
	return made
}

// spellReply is a reply as a server of good faith writes it.
func spellReply(status int, reason, kind string, fields []string,
	body string) string {
	if reason == "" {
		reason = http.StatusText(status)
	}
	lines := []string{fmt.Sprintf("HTTP/1.1 %d %s", status, reason)}
	bare := status < 200 || status == 204 || status == 304
	if kind != "" && !bare {
		lines = append(lines, "Content-Type: "+kind)
	}
	if !bare && !hasField(fields, "Content-Length") &&
		!hasField(fields, "Transfer-Encoding") {
		lines = append(lines, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	return strings.Join(append(lines, fields...), "\r\n") + "\r\n\r\n" + body
}

func hasField(fields []string, wanted string) bool {
	for _, field := range fields {
		name, _, _ := strings.Cut(field, ":")
		if strings.EqualFold(name, wanted) {
			return true
		}
	}
	return false
}

// ---- One call ---------------------------------------------------------------

// exchangeWeb is a request and its reply; of a list of replies each but the
// first answers another try.
func (l *loader) exchangeWeb(where string,
	members map[string]*yaml.Node) []Step {
	if members["request"] == nil {
		return nil
	}
	data := l.text(members["request"])
	replies := []*yaml.Node{nil}
	if reply := members["reply"]; reply != nil {
		replies[0] = reply
		if reply.Kind == yaml.SequenceNode {
			replies = reply.Content
		}
	}
	var steps []Step
	for _, reply := range replies {
		asked := Step{Where: where, Verb: "request", Data: data, At: 1}
		steps = append(steps, asked)
		if reply == nil {
			continue
		}
		if reply.Kind == yaml.MappingNode {
			said := l.fields(reply, replyKeys...)
			steps[len(steps)-1].Length = l.length(said["after"])
			if said["at"] != nil {
				steps[len(steps)-1].At = l.number(said["at"])
			}
		}
		steps = append(steps, Step{Where: where, Verb: "reply",
			Reply: l.webReply(reply)})
	}
	return steps
}

// bodyOf is the result where a case says no other: the body of the last reply.
func (l *loader) bodyOf(reply *yaml.Node) *yaml.Node {
	if reply == nil {
		return nil
	}
	switch reply.Kind {
	case yaml.SequenceNode:
		if len(reply.Content) != 0 {
			return l.bodyOf(reply.Content[len(reply.Content)-1])
		}
	case yaml.MappingNode:
		return l.fields(reply, replyKeys...)["body"]
	case yaml.ScalarNode:
		return reply
	}
	return nil
}

// details are those of an error that HTTP has: what is said of them counts.
func (l *loader) details(node *yaml.Node) *details {
	made := details{}
	if node.Kind == yaml.ScalarNode {
		l.oneOf(node, "none")
		return &made
	}
	for name, value := range l.fields(node, "status", "type", "title",
		"detail", "instance", "request_id", "retry_after_ms", "headers",
		"body") {
		switch name {
		case "status", "retry_after_ms":
			made[name] = l.number(value)
		case "headers":
			made[name] = l.texts(value)
		default:
			made[name] = l.text(value)
		}
	}
	return &made
}

// fillWeb is what a step of REST has besides.
func (l *loader) fillWeb(step *Step, node *yaml.Node, verb string,
	members map[string]*yaml.Node) {
	switch verb {
	case "request":
		step.Length = l.length(members["after"])
	case "bytes":
		step.Reply = webReply{bytes: l.raw(members["bytes"])}
	case "reply":
		if data := members["data"]; data != nil {
			step.Reply = l.webReply(data)
		} else {
			step.Reply = l.fillReply(node, members)
		}
	}
}
