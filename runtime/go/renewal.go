// renewal.go: tokens that the program is asked for. It knows no bytes and no
// socket.

package bell

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
)

// A program that does not even look at its context is asked no more.
const questionsMost = 3

// Tokens that the program is asked for: before a line is dialed, as a server
// cuts off who dials first and then looks for a token, and before the token of
// a line that is up runs out. Who does not answer in time is asked again; the
// first token is taken, of whichever question.
type renewal struct {
	done     bool // there is a token, or none is asked for
	asked    bool
	until    int64  // asked: when it is said that none came
	question uint64 // the last one's number
	found    string // where the link has a ring: in it, last
	running  int    // questions that the program is still busy with
	// what ends the last two questions' contexts: an older one is given up
	give, before context.CancelFunc
}

// tokenSpent: the server wants another. Who was asked already has an answer on
// its way.
func (l *link) tokenSpent() {
	l.renewal.done = false
	if l.ring != nil {
		l.ring.spent(l.renewal.found)
	}
}

// lookForToken: calls of endpoints may have brought one, or taken it away.
// False: there is none, and nobody to ask.
func (l *link) lookForToken() bool {
	r := &l.renewal
	token := l.ring.token()
	if token == r.found && r.done {
		return token != ""
	}
	r.found = token
	r.done = token != ""
	l.greeter.SetToken(token)
	return r.done || l.source != nil
}

// renewalReady tells whether the next line may be dialed; l.mu is held.
func (l *link) renewalReady(now int64) bool {
	r := &l.renewal
	if l.ring != nil && !l.lookForToken() {
		l.refuse(true, "there is no token to show")
		return false
	}
	if l.source == nil {
		return true
	}
	if l.tokenOutlived(now) {
		r.done = false
	}
	switch {
	case r.done:
		return true
	case !r.asked:
		l.ask(now)
	case now >= r.until:
		l.refuse(false, l.nothingCame())
	default:
		l.session.Hold(r.until)
	}
	return false
}

func (l *link) nothingCame() string {
	return fmt.Sprintf("no token came within %d ms",
		milliseconds(l.options.connectTry))
}

// renewalDue: the time of a line's token runs out; l.mu is held.
func (l *link) renewalDue() {
	if l.session.State() != core.Ready {
		return // the next line asks
	}
	r := &l.renewal
	switch now := l.now(); {
	case !r.asked:
		l.ask(now)
	case now >= r.until:
		l.refuse(false, l.nothingCame())
	default: // the server called it early
		l.session.RenewAt(r.until)
	}
}

// tokenOutlived tells whether the time of the token that would be shown has
// passed: since the line before, or while this one was opened; l.mu is held.
func (l *link) tokenOutlived(now int64) bool {
	return l.source != nil && l.renewal.done &&
		l.session.TokenSpent(now)
}

func (l *link) ask(now int64) {
	r := &l.renewal
	r.asked = true
	r.done = false
	r.until = behind(now, l.options.connectTry)
	l.session.Hold(r.until)
	l.session.RenewAt(r.until)
	l.say(LevelInfo, "token", "asking for a token")
	if r.running == questionsMost {
		return // it hears nothing: more would not help
	}
	r.question++
	r.running++
	if r.before != nil {
		r.before()
	}
	var limited context.Context
	r.before = r.give
	limited, r.give = context.WithCancel(l.context)
	if l.ring != nil {
		limited = askedFor(limited, l.ring.roles)
	}
	go l.askProgram(limited, r.give, r.question)
}

// askProgram runs the program's function where it can harm nobody. It is not
// waited for when the client is closed: its context has ended then.
func (l *link) askProgram(limited context.Context, over func(),
	question uint64) {
	defer over()
	token, err := "", errors.New("the token source panicked")
	guarded("token source", func() {
		token, err = l.source(limited)
	})
	l.mu.Lock()
	defer l.mu.Unlock()
	r := &l.renewal
	r.running--
	if r.done || l.session.State() == core.Closed ||
		err != nil && (!r.asked || question != r.question) {
		return
	}
	r.asked = false
	switch {
	case err != nil:
		l.refuse(errors.Is(err, ErrUnauthorized), noToken(err))
	case tokenWrong(token) != "":
		l.refuse(false, "no token: "+tokenWrong(token))
	default:
		l.take(token)
	}
	l.settle()
	nudge(l.wake)
}

// wordsOf are the program's own; of a request of its own only what went wrong,
// since its url may hold a secret.
func wordsOf(err error) string {
	var request *url.Error
	switch {
	case errors.As(err, &request):
		return wordsOf(request.Err)
	case errors.Is(err, context.Canceled):
		return "it was cancelled"
	}
	return err.Error()
}

// noToken says why there is none, in the program's words where it has some.
func noToken(err error) string {
	words := wordsOf(err)
	if !errors.Is(err, ErrUnauthorized) {
		return "no token: " + words
	}
	bare := ErrUnauthorized.Error()
	if words = strings.TrimPrefix(words, bare); words == "" {
		return "no token: not authorized"
	}
	words = strings.TrimSuffix(strings.TrimLeft(words, ":\n "), ": "+bare)
	return "no token: not authorized: " + words
}

func (l *link) refuse(final bool, reason string) {
	now := l.now()
	l.renewal.asked = false
	// it lives on while the server lets it
	if l.session.State() == core.Ready && !final {
		l.session.RenewLater(now)
		l.say(LevelWarn, "token", reason)
		return
	}
	l.session.NotDialed(final, reason, now)
}

func (l *link) take(token string) {
	now := l.now()
	l.greeter.SetToken(token)
	l.renewal.done = true
	if l.ring != nil {
		l.renewal.found = token
		l.ring.keep(token)
	}
	l.session.TokenTaken()
	l.session.Kick(now)
	// There is no way to tell the server "none": it ends the line in time.
	l.session.RenewAt(core.Never)
	if token != "" {
		l.session.Renew(now)
	}
}
