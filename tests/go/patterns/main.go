// main.go: asks the runtime's matcher and Go's own about each pattern and text
// of its input, for patterns.py.

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

func digit(truth bool) string {
	if truth {
		return "1"
	}
	return "0"
}

func main() {
	var given struct {
		Patterns []struct {
			Text  string
			Words []uint32
		}
		Texts []string
	}
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		panic(err)
	}
	for _, p := range given.Patterns {
		own := schema.NewPattern(p.Text, p.Words)
		other, err := regexp.Compile(p.Text)
		ours, theirs := "", ""
		for _, text := range given.Texts {
			ours += digit(own.Match(text))
			if err == nil {
				theirs += digit(other.MatchString(text))
			}
		}
		fmt.Println(ours + " " + theirs)
	}
}
