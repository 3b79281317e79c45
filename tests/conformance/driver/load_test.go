// load_test.go: what is wrong with a file of cases is told with its place.

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func loadText(t *testing.T, text, language string) ([]*Case, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "some.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return load(path, language)
}

const head = "about: x\ndefaults: {service: kinds, method: box}\ncases:\n"

const rest = head + "  - {case: a, mode: rest, "

func TestWrongFilesAreToldWithTheirPlace(t *testing.T) {
	for _, each := range []struct{ text, says string }{
		{head + "  - {case: a, replay: '{}'}", "some.yaml:4: unknown key replay"},
		{head + "  - {case: a, reply: '{}', reply: '{}'}", "some.yaml:4: reply stands twice"},
		{head + "  - case: a\n    steps:\n      - {cal: a}", "some.yaml:6: cal is no verb"},
		{head + "  - case: a\n    steps:\n      - {call: a, to: b}", "some.yaml:6: unknown key to"},
		{head + "  - case: a\n    steps:\n      - call", "some.yaml:6: wanted a step"},
		{head + "  - {reply: '{}'}", "some.yaml:4: case is missing"},
		{head + "  - {case: a}", "some.yaml:4: result, unwritable or error"},
		{head + "  - {case: a, mode: both, reply: x}", "some.yaml:4: both: wanted one of"},
		{head + "  - {case: a, deadline: 5, reply: x}", "some.yaml:4: 5: wanted a time"},
		{head + "  - {case: a, upgrade: cut, reply: x}", "some.yaml:4: wanted a list of texts"},
		{head + "  - {case: a, certificate: bad, reply: x}", "some.yaml:4: bad: wanted one of"},
		{head + "  - case: a\n    steps:\n      - {pause: 5}", "some.yaml:6: 5: wanted a time"},
		{head + "  - case: a\n    steps:\n      - {state: x, next: 5}", "some.yaml:6: wanted the least"},
		{head + "  - {case: a, reply: '$(x'}", "some.yaml:4: $( without )"},
		{head + "  - {case: a, reply: '$(x*-1)'}", "a count that cannot be"},
		{head + "  - {case: a, reply: '$(hex:0)'}", "odd length"},
		{head + "  - {case: a, error: {status: limit}}", "some.yaml:4: an error has"},
		{head + "  - {case: a, error: {wat: 1}}", "some.yaml:4: unknown key wat"},
		{head + "  - {case: a, client: {retry: 1}, reply: x}", "unknown key retry"},
		{head + "  - {case: a, reply: x, go: {reply: y}}", "some.yaml:4: a language that differs wants its why"},
		{head + "  - {case: a, reply: x}\n  - {case: a, reply: x}", "some.yaml:5: \"some/a\" is a case at"},
		{rest + "reply: x}", "some.yaml:4: request is missing"},
		{rest + "request: x, result: x, reply: {state: 1}}", "some.yaml:4: unknown key state"},
		{rest + "request: x, result: x, reply: {raw: a, body: b}}", "some.yaml:4: raw is all"},
		{rest + "servers: two, reply: x}", "some.yaml:4: wanted a number"},
		{rest + "request: x, result: x, reply: {end: soon}}", "some.yaml:4: soon: wanted one of"},
		{rest + "request: x, error: {status: a, text: b, http: {a: b}}}", "some.yaml:4: unknown key a"},
		{rest + "request: x, error: {status: a, text: b, http: some}}", "some.yaml:4: some: wanted one of"},
		{"about: x\n", "some.yaml:1: about and cases are needed"},
		{"", "some.yaml:1: no cases"},
		{"about: [", "some.yaml: yaml:"},
	} {
		_, err := loadText(t, each.text+"\n", "go")
		if err == nil || !strings.Contains(err.Error(), each.says) {
			t.Errorf("%s\ngot  %v\nwant %s", each.text, err, each.says)
		}
	}
}

func TestALanguageMayDiffer(t *testing.T) {
	text := head + "  - case: a\n    why: w\n    reply: x\n" +
		"    typescript: {error: {status: bad_reply, text: y}}\n"
	for language, verb := range map[string]string{"c": "result",
		"typescript": "error"} {
		cases, err := loadText(t, text, language)
		if err != nil {
			t.Fatal(err)
		}
		steps := cases[0].Steps
		if got := steps[len(steps)-1].Verb; got != verb {
			t.Errorf("%s: got %s, want %s", language, got, verb)
		}
	}
}

func TestStepsOfOtherLanguagesAreLeftOut(t *testing.T) {
	text := head + "  - case: a\n    steps:\n      - {cut: it, in: [c]}\n" +
		"      - {shut: it}\n"
	cases, err := loadText(t, text, "go")
	if err != nil || len(cases[0].Steps) != 1 {
		t.Errorf("got %v %v", cases, err)
	}
}

func TestTextsAreExpanded(t *testing.T) {
	for text, want := range map[string]string{
		"":                  "",
		"a$(bc*3)d":         "abcbcbcd",
		"$(a**2)":           "a*a*",
		"$(x*0)":            "",
		"$(hex:00ff)$(é*2)": "\x00\xfféé",
		"$5":                "$5",
	} {
		if got, err := expand(text); err != nil || got != want {
			t.Errorf("%s: got %q %v, want %q", text, got, err, want)
		}
	}
}

func TestRepliesOfRESTAreSpelled(t *testing.T) {
	for reply, want := range map[string]string{
		"'{}'": "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n" +
			"Content-Length: 2\r\n\r\n{}",
		"{status: 204}": "HTTP/1.1 204 No Content\r\n\r\n",
		"{status: 404, type: '', headers: ['A: b'], body: x}": "HTTP/1.1 404 " +
			"Not Found\r\nContent-Length: 1\r\nA: b\r\n\r\nx",
		"{headers: ['Content-Length: 7'], body: x}": "HTTP/1.1 200 OK\r\n" +
			"Content-Type: application/json\r\nContent-Length: 7\r\n\r\nx",
		`{raw: "a\nb$(hex:0a)c\r\n"}`: "a\r\nb\nc\r\n",
	} {
		cases, err := loadText(t, rest+"request: x, result: x, reply: "+
			reply+"}\n", "go")
		if err != nil {
			t.Fatal(err)
		}
		if got := cases[0].Steps[2].Reply.bytes; got != want {
			t.Errorf("%s: got %q, want %q", reply, got, want)
		}
	}
}
