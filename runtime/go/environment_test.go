// environment_test.go: what variables of the environment mean, by the list that
// all languages play, and that clients follow them.

package bell

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

var levelNames = map[Level]string{LevelError: "error", LevelWarn: "warn",
	LevelInfo: "info", LevelDebug: "debug"}

func forgetEnvironment(t *testing.T) {
	for _, name := range []string{"ACK_TIMEOUT", "LOG_LEVEL", "LOG_ALL_CALLS"} {
		t.Setenv("CENTRIFUGO_"+name, "")
	}
}

func TestEnvironmentList(t *testing.T) {
	text, err := os.ReadFile("../../tests/conformance/environment.list")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for _, line := range strings.Split(string(text), "\n") {
		at := max(strings.Index(line, " -> "), strings.Index(line, " !! "))
		if strings.HasPrefix(line, "#") || at < 0 {
			continue
		}
		cases++
		name, value, _ := strings.Cut(line[:at], "=")
		forgetEnvironment(t)
		t.Setenv(name, strings.ReplaceAll(value, `\s`, " "))
		read, wrong := readEnvironment()
		got := fmt.Sprintf(" -> %d %s %s", read.deadline.Milliseconds(),
			levelNames[read.levelMost], levelNames[read.callLevel])
		if wrong != "" {
			got = " !! " + wrong
		}
		if got != line[at:] {
			t.Errorf("%s: got%s", line, got)
		}
	}
	if cases < 25 {
		t.Errorf("%d cases", cases)
	}
}

func TestClientsFollowTheEnvironment(t *testing.T) {
	var mu sync.Mutex
	call := func(want string, list ...Option) map[string]Level {
		heard := map[string]Level{}
		list = append(list, WithLog(func(record Record) {
			mu.Lock()
			heard[record.Event] = record.Level
			mu.Unlock()
		}))
		// Nobody listens there: the call ends when its time is over.
		client := NewClient(testService, "ws://127.0.0.1:1", "", "", list...)
		_, err := try(client, 1)
		if message := wantStatus(t, err, StatusDeadline).Message; !strings.
			Contains(message, want) {
			t.Errorf("want %q in %q", want, message)
		}
		client.Disconnect()
		mu.Lock()
		defer mu.Unlock()
		return heard
	}
	soon := WithDeadline(40 * time.Millisecond)
	forgetEnvironment(t)
	if heard := call("within 40 ms", soon); heard["call"] != LevelDebug ||
		heard["connecting"] != LevelInfo {
		t.Error(heard)
	}
	t.Setenv("CENTRIFUGO_LOG_LEVEL", "info")
	if heard := call("within 40 ms", soon); heard["call"] != 0 ||
		heard["connecting"] != LevelInfo {
		t.Error(heard)
	}
	t.Setenv("CENTRIFUGO_LOG_ALL_CALLS", "true")
	t.Setenv("CENTRIFUGO_ACK_TIMEOUT", "1")
	if heard := call("within 1000 ms"); heard["call"] != LevelInfo {
		t.Error(heard)
	}
	t.Setenv("CENTRIFUGO_LOG_LEVEL", "warning")
	if heard := call("within 40 ms", soon); heard["call"] != 0 ||
		heard["connecting"] != 0 || heard["error"] != LevelWarn {
		t.Error(heard)
	}
	t.Setenv("CENTRIFUGO_ACK_TIMEOUT", "secret")
	err := NewClient(testService, "ws://h", "", "").
		Connect(context.Background())
	if message := wantStatus(t, err, StatusInvalid).Message; message !=
		"options: $CENTRIFUGO_ACK_TIMEOUT is not a number of seconds from 1 "+
			"to 1000000000" {
		t.Error(message)
	}
}
