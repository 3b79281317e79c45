// main.go: decode and encode beside encoding/json, for the same values, in one
// process: CPU time, interleaved rounds, the least of each: what other
// programs take of the machine is no part of it. It knows no connection.

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"syscall"

	bell "github.com/bellpull/bellpull/runtime/go"

	"bellpull.invalid/bench/go/fleet"
)

const (
	rounds = 15
	work   = 1 << 20 // bytes of one measurement
)

// The same as encoding/json has it, without methods of their own.
type (
	stats struct {
		Total     int64   `json:"total"`
		Completed int64   `json:"completed"`
		Failed    int64   `json:"failed"`
		Rate      float64 `json:"rate"`
	}
	session struct {
		ID        string `json:"id"`
		Tool      string `json:"tool"`
		Active    bool   `json:"active"`
		StartedAt int64  `json:"started_at"`
	}
	agent struct {
		ID           string           `json:"id"`
		Name         string           `json:"name"`
		Status       string           `json:"status"`
		Owner        *string          `json:"owner"`
		RegisteredAt int64            `json:"registered_at"`
		Tags         []string         `json:"tags"`
		Counts       map[string]int64 `json:"counts"`
		Tasks        stats            `json:"tasks"`
		Sessions     []session        `json:"sessions"`
	}
	list struct {
		Agents []agent `json:"agents"`
	}
)

func agents(count int) *fleet.ListResult {
	made := &fleet.ListResult{}
	for i := range count {
		one := fleet.Agent{Id: fmt.Sprintf("agent-%04d", i),
			Name: "collector in Malm\u00f6", Status: fleet.StatusBusy,
			Owner: bell.Ptr("somebody"), RegisteredAt: 1700000000000 + int64(i),
			Tags:   []string{"linux", "arm64", "eu-west"},
			Counts: map[string]int64{"open": 12, "done": 345, "blocked": 6},
			Tasks: fleet.Stats{Total: 1200, Completed: 1100, Failed: 3,
				Rate: 0.0025}}
		for j := range 2 {
			one.Sessions = append(one.Sessions, fleet.Session{
				Id: fmt.Sprintf("session-%08d", j), Tool: "compiler",
				Active: j == 0, StartedAt: 1700000000000 + int64(j)})
		}
		made.Agents = append(made.Agents, one)
	}
	return made
}

func need(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// cpu is what this process has worked, in nanoseconds.
func cpu() int64 {
	var used syscall.Rusage
	need(syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return used.Utime.Nano() + used.Stime.Nano()
}

func allocations(turn func()) uint64 {
	var before, after runtime.MemStats
	const turns = 10
	runtime.ReadMemStats(&before)
	for range turns {
		turn()
	}
	runtime.ReadMemStats(&after)
	return (after.Mallocs - before.Mallocs) / turns
}

// measure gives nanoseconds of a turn of each.
func measure(turns int, each ...func()) []int64 {
	least := make([]int64, len(each))
	for round := range rounds {
		for i, turn := range each {
			start := cpu()
			for range turns {
				turn()
			}
			took := (cpu() - start) / int64(turns)
			if round == 0 || took < least[i] {
				least[i] = took
			}
		}
	}
	return least
}

func main() {
	fmt.Printf("%-8s %8s %12s %12s %6s %8s %8s\n", "what", "bytes", "bell ns",
		"usual ns", "times", "allocs", "usual")
	for _, count := range []int{2, 140} {
		value := agents(count)
		text, err := value.MarshalJSON()
		need(err)
		var usual list
		need(json.Unmarshal(text, &usual))
		same, err := json.Marshal(&usual)
		need(err)
		if string(same) != string(text) {
			need(fmt.Errorf("not the same: %s and %s", text, same))
		}
		print := func(what string, ours, theirs func()) {
			took := measure(work/len(text)+1, ours, theirs)
			fmt.Printf("%-8s %8d %12d %12d %6.2f %8d %8d\n", what, len(text),
				took[0], took[1], float64(took[1])/float64(took[0]),
				allocations(ours), allocations(theirs))
		}
		print("decode", func() {
			need(new(fleet.ListResult).UnmarshalJSON(text))
		}, func() { need(json.Unmarshal(text, new(list))) })
		print("encode", func() {
			_, err := value.MarshalJSON()
			need(err)
		}, func() {
			_, err := json.Marshal(&usual)
			need(err)
		})
	}
}
