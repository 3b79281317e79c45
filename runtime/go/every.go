// every.go: calls at intervals, such as heartbeats.

package bell

import (
	"context"
	"time"
)

// Every calls `call` at once, and then at every interval, in a goroutine of its
// own, until ctx ends or stop is called. While a call is under way, beats are
// left out; beats that were missed are not made up for. onError, which may be
// nil, hears in the same goroutine how calls failed; the calls go on. stop does
// not wait: it ends the context of the call that is under way, of which onError
// hears nothing more. It may be called several times, and from anywhere.
//
//	touch := func(ctx context.Context) error {
//		return api.TasksTouch(ctx, params)
//	}
//	stop, err := bell.Every(ctx, 30*time.Second, touch, report)
func Every(ctx context.Context, interval time.Duration,
	call func(context.Context) error, onError func(error)) (stop func(),
	err error) {
	if call == nil {
		return nil, localError(StatusInvalid, SentNo, "",
			"every: a function is needed")
	}
	if interval <= 0 {
		return nil, localError(StatusInvalid, SentNo, "",
			"every: the interval must be positive")
	}
	ctx, stop = context.WithCancel(ctx)
	go beat(ctx, interval, call, onError)
	return stop, nil
}

func beat(ctx context.Context, interval time.Duration,
	call func(context.Context) error, onError func(error)) {
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for ctx.Err() == nil {
		if err := call(ctx); err != nil && ctx.Err() == nil && onError != nil {
			onError(err)
		}
		select {
		case <-ticker.C: // it came while the call was under way
		default:
		}
		select {
		case <-ticker.C:
		case <-ctx.Done():
		}
	}
}
