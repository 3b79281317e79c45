// main.go: plays every case in every language against one scripted server, and
// prints a table of what came otherwise.

package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"
)

type commands map[string][]string

func (c commands) String() string { return "" }

// Set takes LANGUAGE=COMMAND ARGUMENT...
func (c commands) Set(text string) error {
	language, command, found := strings.Cut(text, "=")
	if !found || !contains(languages, language) {
		return fmt.Errorf("wanted LANGUAGE=COMMAND, of %v", languages)
	}
	c[language] = strings.Fields(command)
	return nil
}

// A table has what was found, by case and language; "" is fine.
type table struct {
	names []string
	found map[string]map[string]string
}

type theatre struct {
	server   *server
	patience time.Duration
	only     string
	mustFail bool
}

// column plays all cases in one language.
func (t *theatre) column(language string, command []string,
	cases []*Case) map[string]string {
	found := map[string]string{}
	var child *runner
	for i, one := range cases {
		if child == nil {
			made, err := startRunner(command)
			if err != nil {
				found[one.Name] = err.Error()
				continue
			}
			child = made
		}
		p := &play{one: one, server: t.server, runner: child,
			patience: t.patience}
		found[one.Name] = p.run(fmt.Sprintf("%s/%d/%t", language, i, t.mustFail))
		if found[one.Name] != "" && i == 0 && p.ended {
			return given(cases, found[one.Name])
		}
		if found[one.Name] != "" { // what is left of it must not spoil the next
			child.kill()
			child = nil
		}
	}
	if child != nil {
		if err := child.stop(); err != nil {
			found["(the end)"] = err.Error()
		}
	}
	return found
}

// given says the same of every case: the runner does not run at all.
func given(cases []*Case, said string) map[string]string {
	found := map[string]string{}
	for i, one := range cases {
		found[one.Name] = "no runner: see above"
		if i == 0 {
			found[one.Name] = said
		}
	}
	return found
}

// chosen are the cases whose names have the text in them.
func (t *theatre) chosen(cases []*Case) []*Case {
	var some []*Case
	for _, one := range cases {
		if strings.Contains(one.Name, t.only) {
			some = append(some, one)
		}
	}
	return some
}

// judge turns what was found around for cases that must fail.
func (t *theatre) judge(cases []*Case, found map[string]string) {
	for _, one := range cases {
		said, there := found[one.Name]
		switch {
		case !there || !t.mustFail:
		case one.Fails == "":
			found[one.Name] = "the case says not how it fails"
		case said == "":
			found[one.Name] = "it did not fail"
		case strings.Contains(said, one.Fails):
			found[one.Name] = ""
		}
	}
}

func (t *theatre) playAll(path string, runners commands) (*table, error) {
	made := &table{found: map[string]map[string]string{}}
	loaded := map[string][]*Case{}
	for language := range runners {
		cases, err := load(path, language)
		if err != nil {
			return nil, err
		}
		loaded[language] = t.chosen(cases)
		made.names = nil
		for _, one := range loaded[language] {
			made.names = append(made.names, one.Name)
		}
	}
	var mutex sync.Mutex
	var columns sync.WaitGroup
	for language, command := range runners {
		columns.Add(1)
		go func() {
			defer columns.Done()
			found := t.column(language, command, loaded[language])
			t.judge(loaded[language], found)
			mutex.Lock()
			made.found[language] = found
			mutex.Unlock()
		}()
	}
	columns.Wait()
	return made, nil
}

// print gives the number of differences, and their lines.
func (made *table) print(runners commands, quiet bool) (int, string) {
	differences, again := 0, ""
	titles := map[string]string{"c": "C", "go": "Go",
		"typescript": "TypeScript"}
	for _, name := range append(made.names, "(the end)") {
		var marks, details []string
		for _, language := range languages {
			if runners[language] == nil {
				continue
			}
			mark := "ok"
			if said := made.found[language][name]; said != "" {
				mark = "DIFFERS"
				differences++
				details = append(details, fmt.Sprintf("    %s: %s\n",
					titles[language], said))
			}
			marks = append(marks, fmt.Sprintf("%s %-7s", titles[language],
				mark))
		}
		if len(details) != 0 || (!quiet && name != "(the end)") {
			lines := fmt.Sprintf("%-58s %s\n%s", name,
				strings.Join(marks, "  "), strings.Join(details, ""))
			fmt.Print(lines)
			if len(details) != 0 {
				again += lines
			}
		}
	}
	return differences, again
}

func main() {
	runners := commands{}
	flag.Var(runners, "runner", "LANGUAGE=COMMAND: c, go or typescript")
	only := flag.String("only", "", "only cases with this in their names")
	language := flag.String("language", "", "only this language")
	patience := flag.Duration("patience", 20*time.Second,
		"how long anything is waited for")
	wrong := flag.String("wrong", "", "more cases, each of which has to fail")
	quiet := flag.Bool("quiet", false, "name only what differs")
	flag.Parse()
	for each := range runners {
		if *language != "" && each != *language {
			delete(runners, each)
		}
	}
	if flag.NArg() != 1 || len(runners) == 0 {
		fmt.Fprintln(os.Stderr, "usage: driver --runner LANGUAGE=COMMAND... "+
			"[options] CASES")
		os.Exit(2)
	}
	stage, err := openServer()
	if err != nil {
		fmt.Fprintln(os.Stderr, "driver:", err)
		os.Exit(2)
	}
	differences := playAndPrint(&theatre{server: stage, patience: *patience,
		only: *only}, *wrong, runners, *quiet)
	stage.close()
	if differences != 0 {
		os.Exit(1)
	}
}

// playAndPrint says once more at the end what differs: of a log that was cut
// the end is kept.
func playAndPrint(t *theatre, wrong string, runners commands, quiet bool) int {
	differences, again := 0, ""
	if wrong != "" {
		t.mustFail = true
		differences, again = t.show(wrong, "wrong cases, which have to fail,",
			runners, quiet)
		t.mustFail = false
	}
	more, lines := t.show(flag.Arg(0), "cases", runners, quiet)
	if again += lines; again != "" {
		fmt.Printf("what differs, once more:\n%s", again)
	}
	return differences + more
}

// show plays the cases and prints what came of them: the number of
// differences, where having nothing to play is one, and their lines.
func (t *theatre) show(path, what string, runners commands,
	quiet bool) (int, string) {
	made, err := t.playAll(path, runners)
	if err != nil {
		fmt.Fprintln(os.Stderr, "driver:", err)
		os.Exit(2)
	}
	differences, lines := made.print(runners, quiet)
	fmt.Printf("%d %s in %d languages, %d differences\n", len(made.names), what,
		len(runners), differences)
	if len(made.names) == 0 && t.only == "" {
		differences++
	}
	return differences, lines
}
