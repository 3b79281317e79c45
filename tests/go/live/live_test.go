// live_test.go: the generated client's calls, channel mode and tokens, before a
// real Centrifugo.

package live

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bellpull/bellpull/generated/go/tasks"
	bell "github.com/bellpull/bellpull/runtime/go"
)

func channelMode() []bell.Option {
	return []bell.Option{bell.WithMode(bell.Channel)}
}

func TestTypedCalls(t *testing.T) {
	port := server(t)
	for name, options := range map[string][]bell.Option{"native": nil,
		"channel": channelMode()} {
		api := tasks.NewAPIClient(url(port), token("42", time.Hour), "42", options...)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		if err := api.Connect(ctx); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		stats, err := api.TasksGetStats(ctx, tasks.TaskStatsParams{UserId: "123"})
		if err != nil || stats.Total != 3 || stats.ByState.Value["open"] != 2 {
			t.Errorf("%s: %+v, %v", name, stats, err)
		}
		_, err = api.TasksGetStats(ctx, tasks.TaskStatsParams{UserId: "nobody"})
		var refused *tasks.RPCError
		if !errors.As(err, &refused) || refused.Code != tasks.TasksGetStatsError404 {
			t.Errorf("%s: %v", name, err)
		}
		if err := api.TasksTouch(ctx, tasks.TouchParams{UserId: "42"}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		api.Disconnect()
	}
}

// Two clients of one user: no reply goes to the other one.
func TestClientsOfOneUserDoNotCross(t *testing.T) {
	port := server(t)
	var wait sync.WaitGroup
	for range 2 {
		api := tasks.NewAPIClient(url(port), token("42", time.Hour), "42",
			channelMode()...)
		defer api.Disconnect()
		for range 100 {
			wait.Add(1)
			go func() {
				defer wait.Done()
				stats, err := api.TasksGetStats(context.Background(),
					tasks.TaskStatsParams{UserId: "123"})
				if err != nil || stats.Total != 3 {
					t.Errorf("%+v, %v", stats, err)
				}
			}()
		}
	}
	wait.Wait()
}

func TestTokens(t *testing.T) {
	port := server(t)
	expired := tasks.NewAPIClient(url(port), token("42", -time.Hour), "42")
	defer expired.Disconnect()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	var final *bell.Error
	if err := expired.Connect(ctx); !errors.As(err, &final) ||
		final.Status == bell.StatusDeadline {
		t.Errorf("an expired token without a source: %v", err)
	}
	var asked atomic.Int32
	renewed := tasks.NewAPIClient(url(port), "", "42", bell.WithTokenSource(
		func(context.Context) (string, error) {
			if asked.Add(1) == 1 {
				return token("42", -time.Hour), nil
			}
			return token("42", time.Hour), nil
		}), bell.WithReconnectDelays(10*time.Millisecond, 50*time.Millisecond))
	defer renewed.Disconnect()
	if err := renewed.Connect(ctx); err != nil || asked.Load() < 2 {
		t.Errorf("asked %d times, %v", asked.Load(), err)
	}
	wrong := tasks.NewAPIClient(url(port), "no.such.token", "42")
	defer wrong.Disconnect()
	err := wrong.Connect(ctx)
	if !errors.As(err, &final) || final.Status != bell.StatusTerminal ||
		final.Code != 3500 {
		t.Errorf("a wrong token: %v", err)
	}
}

// The documents' own example, as it stands there.
func TestSample(t *testing.T) {
	port := server(t)
	program := filepath.Join(t.TempDir(), "sample")
	said, err := exec.Command("go", "build", "-o", program, "./sample").
		CombinedOutput()
	if err != nil {
		t.Fatalf("%s", said)
	}
	said, err = exec.Command(program, url(port), token("42", time.Hour), "42").
		CombinedOutput()
	for _, want := range []string{
		`{"total":3,"completed":1,"pending":2,"by_state":{"open":2,"done":1}} <nil>`,
		"3 1 2 <nil>", "RPC error 404: no such user"} {
		if err != nil || !strings.Contains(string(said), want) {
			t.Errorf("want %s, got %s %v", want, said, err)
		}
	}
}
