// main.go: typed calls beside those of centrifuge-go with encoding/json, over
// the same echo server, of the same values, in one process: rounds of each in
// turns, the median. It knows no codec.
//
//	calls URL
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/centrifugal/centrifuge-go"

	bell "github.com/bellpull/bellpull/runtime/go"

	"bellpull.invalid/bench/go/fleet"
)

const (
	rounds    = 9
	roundTime = 300 * time.Millisecond
)

// The same as encoding/json has it.
type note struct {
	ID    int64    `json:"id"`
	Title string   `json:"title"`
	Open  bool     `json:"open"`
	Tags  []string `json:"tags"`
	Text  string   `json:"text"`
}

func need(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "calls:", err)
		os.Exit(1)
	}
}

// perSecond makes calls by so many callers, for a while.
func perSecond(callers int, call func() error) float64 {
	var wait sync.WaitGroup
	counts := make([]int, callers)
	began := time.Now()
	for i := range callers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for time.Since(began) < roundTime {
				need(call())
				counts[i]++
			}
		}()
	}
	wait.Wait()
	total := 0
	for _, each := range counts {
		total += each
	}
	return float64(total) / time.Since(began).Seconds()
}

func median(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}

func ours(api *fleet.APIClient, size int) func() error {
	params := fleet.Note{Id: 1 << 53, Title: "Ring the bell", Open: true,
		Tags: []string{"home", "door"}, Text: strings.Repeat("x", size)}
	return func() error {
		got, err := api.FleetEcho(context.Background(), params)
		if err == nil && len(got.Text) != size {
			err = fmt.Errorf("%d bytes of text", len(got.Text))
		}
		return err
	}
}

func theirs(client *centrifuge.Client, size int) func() error {
	params := note{ID: 1 << 53, Title: "Ring the bell", Open: true,
		Tags: []string{"home", "door"}, Text: strings.Repeat("x", size)}
	return func() error {
		text, err := json.Marshal(params)
		if err != nil {
			return err
		}
		result, err := client.RPC(context.Background(), "fleet.echo", text)
		if err != nil {
			return err
		}
		var got note
		if err = json.Unmarshal(result.Data, &got); err == nil &&
			len(got.Text) != size {
			err = fmt.Errorf("%d bytes of text", len(got.Text))
		}
		return err
	}
}

func main() {
	url := os.Args[1]
	api := fleet.NewAPIClient(url, "", "", bell.WithDeadline(-1))
	need(api.Connect(context.Background()))
	client := centrifuge.NewJsonClient(url, centrifuge.Config{})
	need(client.Connect())
	fmt.Printf("%-10s %10s %10s %10s %6s\n", "in flight", "bytes", "bell/s",
		"usual/s", "times")
	for _, callers := range []int{1, 64} {
		for _, size := range []int{32, 900, 16000} {
			a, b := ours(api, size), theirs(client, size)
			var our, their []float64
			for range rounds {
				our = append(our, perSecond(callers, a))
				their = append(their, perSecond(callers, b))
			}
			x, y := median(our), median(their)
			fmt.Printf("%-10d %10d %10.0f %10.0f %6.2f\n", callers, size, x, y, x/y)
		}
	}
	client.Close()
	api.Disconnect()
}
