// url_test.go: what a url means, by the list that all languages play.

package transport

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var repeated = regexp.MustCompile(`\{x\*(\d+)\}`)

func spelled(text string) string {
	text = strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\s`, " ",
		`\b`, `\`).Replace(text)
	return repeated.ReplaceAllStringFunc(text, func(found string) string {
		count, _ := strconv.Atoi(repeated.FindStringSubmatch(found)[1])
		return strings.Repeat("x", count)
	})
}

func TestURLs(t *testing.T) {
	list, err := os.ReadFile("../../../../tests/conformance/urls.list")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for line := range strings.Lines(string(list)) {
		line = strings.TrimSuffix(line, "\n")
		if strings.HasPrefix(line, "#") {
			continue
		}
		want := ""
		text, dialed, good := strings.Cut(line, " -> ")
		text, wrong, bad := strings.Cut(text, " !! ")
		switch {
		case good:
			want = spelled(dialed)
		case bad:
			want = "the url " + wrong + "; it should look like ws://host:8000/path"
		default:
			continue
		}
		count++
		read, got := ReadURL(spelled(text))
		if got == "" {
			got = read.String()
		}
		if got != want {
			t.Errorf("%s: want %s, got %s", text, want, got)
		}
	}
	if count < 50 {
		t.Errorf("%d urls were found", count)
	}
}
