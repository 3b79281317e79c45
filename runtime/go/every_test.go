// every_test.go: calls at intervals, in the time of a bubble.

//go:build go1.25

package bell

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// rhythm counts what Every does.
type rhythm struct {
	sync.Mutex
	beats  int
	failed []error
	takes  time.Duration // of the first call
	fails  int           // the call that does
}

func (r *rhythm) call(ctx context.Context) error {
	r.Lock()
	r.beats++
	beat := r.beats
	r.Unlock()
	if beat == r.fails {
		return errors.New("no")
	}
	if beat != 1 {
		return nil
	}
	select {
	case <-time.After(r.takes):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (r *rhythm) hear(err error) {
	r.Lock()
	r.failed = append(r.failed, err)
	r.Unlock()
}

func (r *rhythm) want(t *testing.T, beats, failed int) {
	t.Helper()
	synctest.Wait()
	r.Lock()
	defer r.Unlock()
	if r.beats != beats || len(r.failed) != failed {
		t.Errorf("%d beats, %d failed; want %d, %d", r.beats, len(r.failed),
			beats, failed)
	}
}

func TestEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rhythm{fails: 13}
		stop, err := Every(context.Background(), time.Second, r.call, r.hear)
		if err != nil {
			t.Fatal(err)
		}
		r.want(t, 1, 0)
		time.Sleep(999 * time.Millisecond)
		r.want(t, 1, 0)
		time.Sleep(time.Millisecond)
		r.want(t, 2, 0)
		time.Sleep(10 * time.Second)
		r.want(t, 12, 0)
		time.Sleep(time.Second)
		r.want(t, 13, 1)
		stop()
		stop()
		time.Sleep(10 * time.Second)
		r.want(t, 13, 1)
	})
}

// While a call is under way no other one is started; the rhythm stays.
func TestEveryWaitsForItsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rhythm{takes: 2500 * time.Millisecond}
		stop, _ := Every(context.Background(), time.Second, r.call, r.hear)
		time.Sleep(2900 * time.Millisecond)
		r.want(t, 1, 0)
		time.Sleep(100 * time.Millisecond)
		r.want(t, 2, 0) // at 3 s
		time.Sleep(time.Second)
		r.want(t, 3, 0)
		stop()
	})
}

func TestEveryStopsItsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rhythm{takes: time.Hour}
		stop, _ := Every(context.Background(), time.Second, r.call, r.hear)
		time.Sleep(100 * time.Millisecond)
		stop()
		r.want(t, 1, 0) // its goroutine has ended, else the bubble would not
		ctx, cancel := context.WithCancel(context.Background())
		_, _ = Every(ctx, time.Second, r.call, nil)
		synctest.Wait()
		cancel()
		time.Sleep(10 * time.Second)
		r.want(t, 2, 0)
	})
}

func TestEveryStopsInItsCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		beats := 0
		_, _ = Every(ctx, time.Second,
			func(context.Context) error {
				beats++
				cancel()
				return errors.New("no")
			}, func(error) { t.Error("an error behind the stop") })
		time.Sleep(10 * time.Second)
		synctest.Wait()
		if beats != 1 {
			t.Errorf("%d beats", beats)
		}
	})
}

func TestEveryRefuses(t *testing.T) {
	call := func(context.Context) error { return nil }
	for words, make := range map[string]func() (func(), error){
		"every: the interval must be positive": func() (func(), error) {
			return Every(context.Background(), 0, call, nil)
		},
		"every: a function is needed": func() (func(), error) {
			return Every(context.Background(), time.Second, nil, nil)
		},
	} {
		stop, err := make()
		known := wantStatus(t, err, StatusInvalid)
		if stop != nil || known.Message != words {
			t.Errorf("%v, %q", stop != nil, known.Message)
		}
	}
}
