// token_ask.go: tokens by role that the program is asked for, while calls wait
// for them. It knows no request.

package bell

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

type roleKey struct{}

// TokenRole is the role for which a token source is asked, from its context; ""
// is the default.
func TokenRole(ctx context.Context) string {
	role, _ := ctx.Value(roleKey{}).(string)
	return role
}

func askedFor(ctx context.Context, roles []string) context.Context {
	return context.WithValue(ctx, roleKey{}, wantedOf(roles))
}

// await returns when a call with these roles may go out: nobody has to be asked
// for a token, or it came. The first that waits asks.
func (s *tokens) await(ctx context.Context, o *options, roles []string) error {
	role := wantedOf(roles)
	for {
		needed, changed := s.needs(roles)
		if !needed {
			return nil
		}
		select {
		case s.gates[role] <- struct{}{}:
			err := s.ask(ctx, o, roles)
			<-s.gates[role]
			return err
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// ask goes on until there is a token, or there will be none. Its caller holds
// the role's gate.
func (s *tokens) ask(ctx context.Context, o *options, roles []string) error {
	role := wantedOf(roles)
	for failed := 0; ; failed++ {
		needed, changed := s.needs(roles)
		if !needed {
			return nil
		}
		text, err := s.askProgram(ctx, roles)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errOvertaken):
			continue
		case err == nil:
			s.answer(role, text, true)
			continue
		case errors.Is(err, ErrUnauthorized):
			return err
		}
		timer := time.NewTimer(pauseOf(o, failed))
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// pauseOf grows with each answer that was none, and is jittered.
func pauseOf(o *options, failed int) time.Duration {
	most := o.reconnectMax
	if failed < 32 && o.reconnectMin < most>>failed {
		most = o.reconnectMin << failed
	}
	return most/2 + time.Duration(rand.Int64N(int64(most/2)+1))
}

// errOvertaken: tokens came from elsewhere.
var errOvertaken = errors.New("overtaken")

// askProgram runs the program's function where it can hold up nobody.
func (s *tokens) askProgram(ctx context.Context,
	roles []string) (string, error) {
	type given struct {
		token string
		err   error
	}
	answer := make(chan given, 1)
	limited, over := context.WithCancel(askedFor(ctx, roles))
	defer over()
	go func() {
		one := given{"", errors.New("the token source panicked")}
		guarded("token source", func() {
			one.token, one.err = s.source(limited)
		})
		answer <- one
	}()
	for {
		needed, changed := s.needs(roles)
		if !needed {
			return "", errOvertaken
		}
		select {
		case one := <-answer:
			if wrong := bearerWrong(one.token); one.err == nil && wrong != "" {
				one.err = errors.New(wrong)
			}
			return one.token, one.err
		case <-changed:
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}
