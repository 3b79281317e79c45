// main_test.go: how a program that calls is tested without a server.

package main

import (
	"context"
	"errors"
	"testing"

	"github.com/bellpull/bellpull/generated/go/tasks"
	bell "github.com/bellpull/bellpull/runtime/go"
	"github.com/bellpull/bellpull/runtime/go/belltest"
)

func newAPI(t *testing.T) (*belltest.Fake, *tasks.APIClient) {
	t.Helper()
	fake := belltest.New(t)
	api := tasks.NewAPIClient("", "", "123", fake.Option())
	t.Cleanup(api.Disconnect)
	return fake, api
}

func TestCount(t *testing.T) {
	fake, api := newAPI(t)
	fake.Expect(belltest.Call{Method: "tasks.get_stats",
		Params: tasks.TaskStatsParams{UserId: "123"},
		Result: tasks.TaskStatsResult{Total: 3, Completed: 1, Pending: 2}})
	fake.Expect(belltest.Call{Method: "tasks.get_stats",
		Code: tasks.TasksGetStatsError404, Message: "no such user"})
	for _, user := range []string{"123", "nobody"} {
		if err := count(context.Background(), api, user); err != nil {
			t.Error(err)
		}
	}
}

// A server that goes away is an error of the program's.
func TestCountWithoutServer(t *testing.T) {
	fake, api := newAPI(t)
	fake.Expect(belltest.Call{Method: "tasks.get_stats", Disconnect: true})
	err := count(context.Background(), api, "123")
	if !errors.Is(err, bell.ErrDisconnected) {
		t.Errorf("got %v", err)
	}
}

// standIn answers one method; the others are not called.
type standIn struct {
	tasks.TasksApi
}

func (standIn) TasksTouch(context.Context, tasks.TouchParams,
	...bell.CallOption) error {
	return nil
}

func TestStandIn(t *testing.T) {
	var api tasks.TasksApi = standIn{}
	err := api.TasksTouch(context.Background(), tasks.TouchParams{})
	if err != nil {
		t.Error(err)
	}
}
