// bubble_test.go: the time of synctest is the fake's.

//go:build go1.25

package belltest_test

import (
	"testing"
	"testing/synctest"
	"time"

	bell "github.com/bellpull/bellpull/runtime/go"
	"github.com/bellpull/bellpull/runtime/go/belltest"
)

// Half a minute, and an hour, pass at once.
func TestTimeOfABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := belltest.New(t)
		client := bell.NewClient(service, "", "", "42", fake.Option())
		defer client.Disconnect()
		fake.Expect(belltest.Call{Method: "a", Never: true})
		fake.Expect(belltest.Call{Method: "b", Result: 1, Delay: 29 * time.Second})
		began := time.Now()
		_, err := call(client, "a", nil)
		want(t, "a: no reply within 30000 ms", err)
		_, err = call(client, "b", nil)
		want(t, "", err)
		if passed := time.Since(began); passed.Truncate(time.Second) !=
			59*time.Second {
			t.Errorf("%v passed", passed)
		}
	})
}
