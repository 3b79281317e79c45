// renewal_test.go: tokens that come late or run out, on the time of synctest.

//go:build go1.25

package belltest

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	bell "github.com/bellpull/bellpull/runtime/go"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

var asking = &schema.Service{Name: "t", Version: "1.0.0", Contract: "c"}

// late dials for a while, but for the first time.
type late struct {
	dialer
	dials *int
}

func (l late) Dial(ctx context.Context) (seam.Wire, seam.LineEnd) {
	if *l.dials++; *l.dials > 1 {
		time.Sleep(3 * time.Second)
	}
	return l.dialer.Dial(ctx)
}

// A server cuts off for good who shows a token that has run out.
func TestTokenThatRunsOutWhileDialed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := New(t)
		fake.Expire(3)
		var asked, dials int
		client := bell.NewClient(asking, "", "", "42",
			bell.WithTransport(late{dialer{fake}, &dials}),
			bell.WithTokenSource(func(context.Context) (string, error) {
				asked++
				return fmt.Sprint("token ", asked), nil
			}))
		defer client.Disconnect()
		if err := client.Connect(context.Background()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		fake.Disconnect(0, "cut")
		time.Sleep(20 * time.Second)
		if got := fake.Token(); got == "token 1" || dials < 3 {
			t.Errorf("%s was shown in %d lines", got, dials)
		}
	})
}

// log keeps what is said of tokens, with its second.
type log struct {
	mu    sync.Mutex
	began time.Time
	lines []string
}

func (l *log) take(record bell.Record) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if record.Event == "token" {
		l.lines = append(l.lines, fmt.Sprintf("%d %s",
			time.Since(l.began)/time.Second, record.Text))
	}
}

// push says what the server says unasked, on every line.
func (f *Fake) push(message object) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for each := range f.wires {
		each.say(0, object{"push": message})
	}
}

// A program that was asked has its time, whenever the server wants another.
func TestTokenThatIsDueEarly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := New(t)
		fake.Expire(10)
		said := &log{began: time.Now()}
		asked := 0
		client := bell.NewClient(asking, "", "", "42", fake.Option(),
			bell.WithLog(said.take),
			bell.WithTokenSource(func(context.Context) (string, error) {
				if asked++; asked > 1 {
					time.Sleep(4 * time.Second)
					fake.Expire(0)
				}
				return fmt.Sprint("token ", asked), nil
			}))
		defer client.Disconnect()
		if err := client.Connect(context.Background()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(11 * time.Second)
		fake.push(object{"refresh": object{"expires": true, "ttl": 1}})
		time.Sleep(9 * time.Second)
		want := []string{"0 asking for a token", "10 asking for a token"}
		said.mu.Lock()
		defer said.mu.Unlock()
		if !slices.Equal(said.lines, want) || fake.Token() != "token 2" {
			t.Errorf("%q, shown %s", said.lines, fake.Token())
		}
	})
}

// One that hangs is asked again, and its old questions are given up.
func TestTokenSourceThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := New(t)
		fake.Expire(10)
		var mu sync.Mutex
		asked, hanging, most := 0, 0, 0
		client := bell.NewClient(asking, "", "", "42", fake.Option(),
			bell.WithTokenSource(func(ctx context.Context) (string, error) {
				mu.Lock()
				asked++
				question := asked
				mu.Unlock()
				if question > 1 && question < 6 {
					mu.Lock()
					hanging++
					most = max(most, hanging)
					mu.Unlock()
					<-ctx.Done()
					mu.Lock()
					hanging--
					mu.Unlock()
					return "", ctx.Err()
				}
				return fmt.Sprint("token ", question), nil
			}))
		if err := client.Connect(context.Background()); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Minute)
		mu.Lock()
		if asked < 6 || most > 3 || fake.Token() == "token 1" {
			t.Errorf("asked %d, %d at once, shown %s", asked, most, fake.Token())
		}
		mu.Unlock()
		client.Disconnect()
	})
}
