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
}
