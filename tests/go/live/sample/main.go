// main.go: the examples of the documents that Bellpull answers to, put behind
// each other as they stand there; only the import lines are ours.
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	. "github.com/bellpull/bellpull/generated/go/tasks"
)

func main() {
	ctx := context.Background()
	url, token, userID := os.Args[1], os.Args[2], os.Args[3]
	params := map[string]interface{}{"user_id": "123"}

	client := NewAPIClient(url, token, userID)
	api := client

	// Connection errors
	if err := client.Connect(ctx); err != nil {
		log.Fatalf("Connection failed: %v", err)
	}
	defer client.Disconnect()

	{
		result, err := client.Call(ctx, "tasks.get_stats", params)
		fmt.Printf("%s %v\n", result, err)
	}
	{
		result, err := api.TasksGetStats(ctx, TaskStatsParams{
			UserId:           "123",
			IncludeCompleted: true,
		})
		fmt.Printf("%d %d %d %v\n", result.Total, result.Completed, result.Pending,
			err)
	}

	// RPC errors
	result, err := api.TasksGetStats(ctx, TaskStatsParams{UserId: "nobody"})
	if err != nil {
		if rpcErr, ok := err.(*RPCError); ok {
			log.Printf("RPC error %d: %s", rpcErr.Code, rpcErr.Message)
		} else {
			log.Printf("Error: %v", err)
		}
	}
	_ = result
}
