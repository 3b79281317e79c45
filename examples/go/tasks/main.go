// main.go: the smallest program that calls. It asks how many tasks a user has
// and shows what an error looks like. With a USER it calls in channel mode: by
// publications, whose replies come on that user's own channel.
//
//	tasks [URL [TOKEN [USER]]]      URL: else $CENTRIFUGO_URL
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sort"
	"time"

	"github.com/bellpull/bellpull/generated/go/tasks"
	bell "github.com/bellpull/bellpull/runtime/go"
)

func show(stats *tasks.TaskStatsResult) {
	fmt.Printf("total %d, completed %d, pending %d\n", stats.Total,
		stats.Completed, stats.Pending)
	states := make([]string, 0, len(stats.ByState.Value))
	for state := range stats.ByState.Value {
		states = append(states, state)
	}
	sort.Strings(states)
	for _, state := range states {
		fmt.Printf("  %s: %d\n", state, stats.ByState.Value[state])
	}
}

// count counts one user's tasks; an error means that the server could not be
// asked.
func count(ctx context.Context, api *tasks.APIClient, user string) error {
	fmt.Printf("tasks.get_stats {user_id: %q}\n", user)
	stats, err := api.TasksGetStats(ctx, tasks.TaskStatsParams{UserId: user})
	var refused *tasks.RPCError
	if errors.As(err, &refused) {
		fmt.Printf("refused: %d %s\n", refused.Code, refused.Message)
		return nil
	}
	if err != nil {
		return err
	}
	show(stats)
	return nil
}

// onChange gives a function that tells the user how the connection goes; the
// client connects again by itself.
func onChange() func(bell.StateChange) {
	lost := false
	return func(change bell.StateChange) {
		switch {
		case change.Kind == bell.ChangeLost:
			lost = true
			fmt.Fprintf(os.Stderr, "tasks: offline: %s; next try in %d ms\n",
				change.Reason, change.NextTry.Milliseconds())
		case change.Kind == bell.ChangeConnected && lost:
			lost = false
			fmt.Fprintf(os.Stderr, "tasks: online again as client %s\n",
				change.Client)
		}
	}
}

func run(ctx context.Context, words []string) error {
	url, token, user := "", "", "" // without a url, $CENTRIFUGO_URL
	for i, word := range []*string{&url, &token, &user} {
		if i < len(words) {
			*word = words[i]
		}
	}
	options := []bell.Option{bell.WithStateChange(onChange())}
	if user != "" {
		options = append(options, bell.WithMode(bell.Channel))
	}
	api := tasks.NewAPIClient(url, token, user, options...)
	defer api.Disconnect()
	if err := api.Connect(ctx); err != nil {
		return err
	}
	if err := count(ctx, api, "123"); err != nil {
		return err
	}
	return count(ctx, api, "nobody")
}

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "tasks: %v\n", err)
		os.Exit(1)
	}
}
