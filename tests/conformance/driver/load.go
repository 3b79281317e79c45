// load.go: reads cases from YAML. Whatever it does not know is an error with
// its place.

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"time"

	"gopkg.in/yaml.v3"
)

// A loader reads one file for one language.
type loader struct {
	path     string
	language string
	rest     bool  // the case is one of REST
	err      error // the first
}

func (l *loader) fail(node *yaml.Node, format string, args ...any) {
	if l.err == nil {
		l.err = fmt.Errorf("%s: %s", l.where(node), fmt.Sprintf(format, args...))
	}
}

func (l *loader) where(node *yaml.Node) string {
	return fmt.Sprintf("%s:%d", l.path, node.Line)
}

// fields gives a map's members, all of which must be known.
func (l *loader) fields(node *yaml.Node,
	known ...string) map[string]*yaml.Node {
	members := map[string]*yaml.Node{}
	if node.Kind != yaml.MappingNode {
		l.fail(node, "wanted a map")
		return members
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if !contains(known, key.Value) {
			l.fail(key, "unknown key %s", key.Value)
		}
		if members[key.Value] != nil {
			l.fail(key, "%s stands twice", key.Value)
		}
		members[key.Value] = node.Content[i+1]
	}
	return members
}

func contains(list []string, text string) bool {
	for _, each := range list {
		if each == text {
			return true
		}
	}
	return false
}

func (l *loader) text(node *yaml.Node) string {
	if node == nil {
		return ""
	}
	if node.Kind != yaml.ScalarNode {
		l.fail(node, "wanted a text")
		return ""
	}
	text, err := expand(node.Value)
	if err != nil {
		l.fail(node, "%v", err)
	}
	return text
}

func (l *loader) number(node *yaml.Node) int {
	number := 0
	if node != nil && node.Decode(&number) != nil {
		l.fail(node, "wanted a number")
	}
	return number
}

func (l *loader) yes(node *yaml.Node) bool {
	yes := false
	if node != nil && node.Decode(&yes) != nil {
		l.fail(node, "wanted true or false")
	}
	return yes
}

func (l *loader) oneOf(node *yaml.Node, words ...string) string {
	if node == nil {
		return words[0]
	}
	if !contains(words, node.Value) {
		l.fail(node, "%s: wanted one of %v", node.Value, words)
	}
	return node.Value
}

// ---- Options ----------------------------------------------------------------

var clientOptions = map[string]string{
	"user": "text", "token": "text", "tokens": "texts", "deadline": "time",
	"connect_deadline": "time", "reconnect_min": "time",
	"reconnect_max": "time", "fail_fast": "yes", "retries": "number",
	"responder_user": "text", "request_channel": "text",
	"reply_channel": "text", "depth_max": "number", "items_max": "number",
	"request_bytes_max": "number", "calls_max": "number",
	"queue_bytes_max": "number", "message_bytes_max": "number",
	"reply_bytes_max": "number", "ping_grace": "time",
	"connect_data": "text", "headers": "texts",

	"connections_max": "number", "idle_max": "number", "idle": "time",
	"user_agent": "text", "proxy": "text", "gzip": "yes",
	"inflated_bytes_max": "number", "redirects_max": "number",
	"head_bytes_max": "number", "rest_retries": "number",
	"retry_min": "time", "retry_max": "time", "retry_budget": "number",
	"urls": "texts", "url_rest": "time",
	"cache": "time", "cache_bytes_max": "number",
}

var callOptions = map[string]string{
	"deadline": "time", "fail_fast": "yes", "retries": "number",
	"no_cache": "yes",
}

func names(kinds map[string]string) []string {
	var all []string
	for name := range kinds {
		all = append(all, name)
	}
	sort.Strings(all)
	return all
}

// options are handed to runners under their own names; times as NAME_ms.
func (l *loader) options(members map[string]*yaml.Node,
	kinds map[string]string, to map[string]any) {
	for name, kind := range kinds {
		node := members[name]
		if node == nil {
			continue
		}
		switch kind {
		case "text":
			to[name] = l.text(node)
		case "number":
			to[name] = l.number(node)
		case "yes":
			to[name] = l.yes(node)
		case "time":
			to[name+"_ms"] = l.milliseconds(node)
		case "texts":
			to[name] = l.texts(node)
		}
	}
}

func (l *loader) milliseconds(node *yaml.Node) int64 {
	if node.Value == "none" {
		return -1
	}
	return l.length(node).Milliseconds()
}

func (l *loader) length(node *yaml.Node) time.Duration {
	if node == nil {
		return 0
	}
	length, err := time.ParseDuration(node.Value)
	if err != nil || length < time.Millisecond {
		l.fail(node, "%s: wanted a time like 50ms", node.Value)
	}
	return length
}

func (l *loader) texts(node *yaml.Node) []string {
	var all []string
	if node != nil && node.Kind != yaml.SequenceNode {
		l.fail(node, "wanted a list of texts")
	} else if node != nil {
		for _, each := range node.Content {
			all = append(all, l.text(each))
		}
	}
	return all
}

// ---- Files ------------------------------------------------------------------

// load gives the cases of one file or of all files of a folder.
func load(path, language string) ([]*Case, error) {
	paths := []string{path}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		paths, _ = filepath.Glob(filepath.Join(path, "*.yaml"))
		sort.Strings(paths)
	}
	var cases []*Case
	seen := map[string]string{}
	for _, each := range paths {
		some, err := loadFile(each, language)
		if err != nil {
			return nil, err
		}
		for _, one := range some {
			if seen[one.Name] != "" {
				return nil, fmt.Errorf("%s: %q is a case at %s too",
					one.Where, one.Name, seen[one.Name])
			}
			seen[one.Name] = one.Where
		}
		cases = append(cases, some...)
	}
	return cases, nil
}

func loadFile(path, language string) ([]*Case, error) {
	bytes, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var document yaml.Node
	if err := yaml.Unmarshal(bytes, &document); err != nil {
		return nil, fmt.Errorf("%s: %v", path, err)
	}
	if len(document.Content) == 0 {
		return nil, fmt.Errorf("%s:1: no cases", path)
	}
	l := &loader{path: path, language: language}
	file := l.fields(document.Content[0], "about", "defaults", "cases")
	if file["about"] == nil || file["cases"] == nil {
		return nil, fmt.Errorf("%s:1: about and cases are needed", path)
	}
	group := filepath.Base(path)
	group = group[:len(group)-len(filepath.Ext(group))]
	var cases []*Case
	for _, node := range file["cases"].Content {
		one := l.takeCase(node, file["defaults"])
		if l.err != nil {
			return nil, l.err
		}
		one.Name = group + "/" + one.Name
		cases = append(cases, one)
	}
	return cases, nil
}
