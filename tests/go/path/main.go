// main.go: the program of a user who has this checkout and nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"example.com/path/gen/go/tasks"
	bell "github.com/bellpull/bellpull/runtime/go"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	api := tasks.NewAPIClient("ws://127.0.0.1:1/connection/websocket", "", "123")
	defer api.Disconnect()
	_, err := api.TasksGetStats(ctx, tasks.TaskStatsParams{UserId: "123"})
	var late *bell.Error
	if !errors.As(err, &late) || late.Status != bell.StatusDeadline ||
		late.Sent != bell.SentNo {
		fmt.Fprintf(os.Stderr, "nobody answers there, yet: %v\n", err)
		os.Exit(1)
	}
	fmt.Println(late)
	readEvents()
}

// readEvents reads a union without a client, by the rules of a reply.
func readEvents() {
	event, err := tasks.DecodeTaskEvent([]byte(
		`{"type":"task_done","id":9007199254740993,"by":"Ada"}`))
	done, is := event.(tasks.TaskEventTaskDone)
	if err != nil || !is || done.Value.Id != 9007199254740993 {
		fmt.Fprintf(os.Stderr, "an event, yet: %v, %v\n", event, err)
		os.Exit(1)
	}
	event, err = tasks.DecodeTaskEvent([]byte(`{"type":"task_done","id":"x"}`))
	if err == nil || bell.StatusOf(err) != bell.StatusBadReply {
		fmt.Fprintf(os.Stderr, "no event, yet: %v, %v\n", event, err)
		os.Exit(1)
	}
}
