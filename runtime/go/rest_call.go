// rest_call.go: a call of `rest`: written, sent, tried again where that is
// safe, read. It knows no socket.

package bell

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bellpull/bellpull/runtime/go/internal/core"
	"github.com/bellpull/bellpull/runtime/go/internal/json"
	"github.com/bellpull/bellpull/runtime/go/internal/seam"
	"github.com/bellpull/bellpull/runtime/go/internal/transport"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// tries is a call of rest from its first request to its end.
type tries struct {
	rest    *rest
	method  *schema.Method
	request request
	context context.Context // the program's
	begun   time.Time
	limit   int64 // ms from begun on; core.Never: none
	more    int   // further tries that are left
	waits   int   // before those that were made
	sent    bool  // an earlier one left
	tour    tour
	there   *home // where the next try goes
	fresh   bool  // no answer that was kept
	asked   *asked
	got     *transport.Exchange
	before  *tries // a login; nil: none
	renewed bool   // the program was asked for another token after a 401
}

// endpoint makes a call of rest.
func (c *Client) endpoint(ctx context.Context, method *schema.Method, params,
	result any, list []CallOption) error {
	carrier, wrong := c.exchanger()
	if wrong != nil {
		wrong.Method = method.Name
		return wrong
	}
	chosen := callOptions{retries: c.options.rest.retries}
	for _, option := range list {
		option(&chosen)
	}
	if ctx.Err() != nil {
		return endedBefore(ctx, method.Name)
	}
	one, login, err := c.write(ctx, carrier, method, params, "params", &chosen)
	if err == nil && login != nil {
		one.before, _, err = c.write(ctx, carrier, method.Route.Login, login,
			"params.login", &chosen)
	}
	if err != nil {
		return named(err, method.Name)
	}
	return c.tryAll(one, result)
}

// write makes the request of a call, and gives the params of one that goes
// before it.
func (c *Client) write(ctx context.Context, carrier *rest,
	method *schema.Method, params any, root string,
	chosen *callOptions) (one *tries, login any, err error) {
	e := encoders.Get().(*encoder)
	e.reset(&c.options.limits)
	defer e.release()
	written, err := e.route(method, params, root)
	if err != nil {
		return nil, nil, err
	}
	one = &tries{rest: carrier, method: method, context: ctx, begun: time.Now(),
		fresh: chosen.noCache,
		more:  max(chosen.retries, 0), limit: c.deadlineOf(ctx, method, chosen, 0),
		request: request{verb: method.Route.Verb, target: string(written.target),
			own: written.headers, body: slices.Clone(written.body),
			accept: "application/json"}}
	if method.Result == nil || method.Route.Text {
		one.request.accept = "*/*"
	}
	c.sign(&one.request, method.Route.Fingerprint)
	return one, written.login, nil
}

// sign adds the client's own id, unless the program has another.
func (c *Client) sign(to *request, name string) {
	if name == "" || hasHeader(to.own, name) || hasHeader(c.options.header, name) {
		return
	}
	if to.own == nil {
		to.own = http.Header{}
	}
	to.own[name] = []string{c.tokens.fingerprint()}
}

func hasHeader(header http.Header, wanted string) bool {
	for name := range header {
		if strings.EqualFold(name, wanted) {
			return true
		}
	}
	return false
}

// tryAll tells of the call, and reads what came in the end.
func (c *Client) tryAll(one *tries, result any) error {
	most := c.options.rest.requestMax
	if len(one.request.target)+len(one.request.body) > most {
		return errorOf(refuseLimit("request_bytes_max", most), one.method.Name)
	}
	limited, cancel := one.limited()
	defer cancel()
	number, fault := one.rest.enter(cancel)
	if fault != nil {
		return errorOf(fault, one.method.Name)
	}
	defer one.rest.leave(number)
	got := reply{call: number, start: one.begun}
	c.tellCall(one.method, &call{number: number, ready: true},
		len(one.request.body))
	var err error
	if one.before != nil {
		one.before.limit = one.limit
		err = c.logIn(limited, one)
	}
	if err == nil {
		err = one.run(limited)
	}
	if one.got != nil {
		got.payload = one.got.Answer
	}
	if err == nil {
		err = named(c.take(one, result), one.method.Name)
	}
	one.settle(err == nil)
	c.tellEnd(one.method, &got, err)
	return err
}

func (t *tries) limited() (context.Context, context.CancelFunc) {
	if t.limit == core.Never {
		return context.WithCancel(t.context)
	}
	return context.WithDeadline(t.context,
		t.begun.Add(time.Duration(t.limit)*time.Millisecond))
}

// run is nil where the answer is a success.
func (t *tries) run(ctx context.Context) error {
	if err := t.show(ctx); err != nil {
		return err
	}
	if t.known() {
		return nil
	}
	t.there = t.rest.pool.turn(&t.tour, time.Now())
	for {
		x, words := t.rest.do(ctx, &t.request, t.there)
		t.got = x
		if words != "" && ctx.Err() != nil {
			return t.ended(x)
		}
		away := words != "" || isAway(x.Status)
		t.rest.pool.saw(&t.tour, !away, time.Now())
		if words == "" && x.Status >= 200 && x.Status < 300 {
			t.rest.earned()
			t.changed()
			return nil
		}
		if words == "" && t.mayRenew(x) {
			if err := t.show(ctx); err != nil {
				return err
			}
			continue
		}
		again, said, err := t.judge(x, words)
		if !again || !t.goOn(ctx, said, away) {
			return err
		}
		t.sent = t.sent || x.Sent()
		if ctx.Err() != nil {
			return t.ended(x)
		}
	}
}

// ---- Tokens -----------------------------------------------------------------

// show chooses the token; the program may have to be asked for it.
func (t *tries) show(ctx context.Context) error {
	route := t.method.Route
	if !route.Bearer || t.request.token != "" { // a login brought it
		return nil
	}
	err := t.rest.tokens.await(ctx, t.rest.options, route.Roles)
	if err != nil {
		return t.noToken(ctx, err)
	}
	t.request.token = t.rest.tokens.shown(route.Roles)
	return nil
}

// mayRenew tells whether a 401 leaves another try, with another token: it costs
// nothing of the budget.
func (t *tries) mayRenew(x *transport.Exchange) bool {
	if x.Status != http.StatusUnauthorized {
		return false
	}
	shown := t.request.token
	t.rest.cache.empty()
	t.rest.tokens.refused(shown)
	if shown == "" || t.rest.tokens.source == nil || t.renewed || t.more == 0 ||
		!t.method.Idempotent {
		return false
	}
	t.renewed = true
	t.more--
	t.sent = true
	t.request.token = ""
	t.there = t.rest.pool.onward(&t.tour, time.Now())
	return true
}

// ---- Answers that are kept --------------------------------------------------

// known tells whether there is an answer already.
func (t *tries) known() bool {
	cache := t.rest.cache
	if cache == nil || t.request.verb != http.MethodGet ||
		len(t.method.Route.Sets) > 0 {
		return false
	}
	key := keyOf(&t.request)
	if !t.fresh {
		if answer, found := cache.find(key, time.Now()); found {
			t.got = &transport.Exchange{Status: http.StatusOK, Answer: answer}
			return true
		}
	}
	t.asked = cache.ask(key)
	return false
}

// changed: what was kept of the target is of before.
func (t *tries) changed() {
	switch t.request.verb {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return
	}
	if t.rest.cache != nil {
		t.rest.cache.forget(t.request.target)
	}
}

// settle keeps an answer that could be read.
func (t *tries) settle(good bool) {
	if t.asked == nil {
		return
	}
	if good && t.got.Status == http.StatusOK {
		t.rest.cache.put(t.asked, t.got.Answer, t.got.Said, time.Now())
	}
	t.rest.cache.leave(t.asked)
}

// ---- Tries ------------------------------------------------------------------

// judge says whether another try may be better, how long the server wants us to
// wait, and what became of this one.
func (t *tries) judge(x *transport.Exchange, words string) (again bool,
	said time.Duration, err error) {
	if words == "" {
		refused := refusal(x, t.method.Name, t.rest.options.limits.depth())
		again = t.method.Idempotent &&
			(isAway(x.Status) || x.Status == http.StatusTooManyRequests)
		return again, refused.HTTP.RetryAfter, refused
	}
	unsent := !x.Sent()
	sent := "sent, but no reply came; whether it was executed is unknown"
	if unsent && !t.sent {
		sent = "it was not sent"
	}
	fault := seam.Fault{Status: seam.Disconnected, Origin: seam.Local,
		Unsent:  unsent && !t.sent,
		Message: t.method.Name + ": " + sent + ": " + words}
	return unsent || t.method.Idempotent, -1, errorOf(&fault, t.method.Name)
}

// isAway tells whether a status says that the server behind a url is not there.
func isAway(status int) bool {
	return status == http.StatusBadGateway ||
		status == http.StatusServiceUnavailable ||
		status == http.StatusGatewayTimeout
}

// goOn goes to another url at once where this one was away, and else waits for
// a further try; false: there is none.
func (t *tries) goOn(ctx context.Context, said time.Duration, away bool) bool {
	if t.more == 0 {
		return false
	}
	pool := t.rest.pool
	if away && pool.left(&t.tour) {
		if !t.rest.affords() {
			return false
		}
		t.more--
		t.there = pool.another(&t.tour, time.Now())
		return true
	}
	wait := t.rest.wait(t.waits, said)
	if t.limit != core.Never {
		left := time.Duration(t.limit)*time.Millisecond - time.Since(t.begun)
		if wait >= left {
			return false
		}
	}
	if !t.rest.affords() {
		return false
	}
	t.more--
	t.waits++
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		t.there = pool.onward(&t.tour, time.Now())
	case <-ctx.Done():
	}
	return true
}

// ended is how a call ends that its deadline, its context or the client ended.
func (t *tries) ended(x *transport.Exchange) error {
	name := t.method.Name
	unsent := !t.sent && !x.Sent()
	fault := seam.Fault{Origin: seam.Local, Unsent: unsent}
	switch {
	case errors.Is(t.context.Err(), context.Canceled):
		fault.Status = seam.Cancelled
		fault.Message = name + " was cancelled"
	case t.rest.isClosed():
		fault.Status = seam.Closed
		fault.Message = name + ": the client was closed"
	default:
		fault.Status = seam.Deadline
		what := "no reply"
		switch {
		case unsent && x.Connected():
			what = "not sent"
		case unsent:
			what = "not connected"
		}
		fault.Message = fmt.Sprintf("%s: %s within %d ms", name, what, t.limit)
	}
	return errorOf(&fault, name)
}

// noToken is how a call ends for which the program has none.
func (t *tries) noToken(ctx context.Context, err error) error {
	name := t.method.Name
	if ctx.Err() != nil {
		ended := t.ended(&transport.Exchange{})
		if late, is := ended.(*Error); is && late.Status == StatusDeadline {
			late.Message = fmt.Sprintf("%s: no token came within %d ms", name, t.limit)
		}
		return ended
	}
	fault := seam.Fault{Status: seam.Disconnected, Origin: seam.Local,
		Unsent: !t.sent, Message: name + ": it was not sent: " + noToken(err)}
	if t.sent {
		fault.Message = name + ": " + noToken(err)
	}
	if errors.Is(err, ErrUnauthorized) {
		fault.Status = seam.Terminal
	}
	return errorOf(&fault, name)
}

// ---- Answers ----------------------------------------------------------------

// take reads the answer of a success.
func (c *Client) take(one *tries, result any) error {
	route, answer := one.method.Route, one.got.Answer
	limits := c.options.limits
	c.takeTokens(one)
	if one.method.Result == nil || result == nil {
		return nil
	}
	if !route.Text {
		return decodeWithin(one.method.Result, answer, result, "result", limits)
	}
	if len(answer) > limits.room() {
		return textWrong(StatusLimit, 0, "larger than reply_bytes_max")
	}
	if at := goodBytes(answer); at < len(answer) {
		return textWrong(StatusBadReply, at, json.NotUTF8)
	}
	*result.(*string) = string(answer)
	return nil
}

func textWrong(status Status, at int, words string) error {
	return &Error{Status: status, Origin: OriginCodec, Sent: SentUnknown,
		Path: "result", Offset: at,
		Message: fmt.Sprintf("result: %s (byte %d)", words, at)}
}

// goodBytes is where a text is no UTF-8 any more.
func goodBytes(text []byte) int {
	for at := 0; at < len(text); {
		letter, size := utf8.DecodeRune(text[at:])
		if letter == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return len(text)
}
