// web.go: endpoints of `rest` without a socket: a request is read at once, its
// answer waits for its time.

package belltest

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/bellpull/bellpull/runtime/go/internal/transport"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

const (
	codeMin     = 400
	codeMax     = 599
	unavailable = 503
	failed      = 500
)

// web is the way of a client's endpoints to its fake.
type web struct {
	fake    *Fake
	service *schema.Service
}

// Web is asked for by a client whose service has endpoints.
func (d dialer) Web(service *schema.Service) transport.Exchanger {
	return &web{d.fake, service}
}

// Close has nothing to end: the client ends its calls.
func (w *web) Close() {}

// answer is what comes of a request in the end. Words: no answer comes.
type answer struct {
	in     time.Duration
	never  bool
	words  string
	status int
	body   []byte
}

// Do answers a request, as an exchange over HTTP would.
func (w *web) Do(ctx context.Context, x *transport.Exchange) string {
	f := w.fake
	f.mu.Lock()
	if f.offline {
		f.mu.Unlock()
		return "the fake is offline"
	}
	x.Leaves()
	broken := make(chan string, 1)
	f.asking[broken] = true
	said := w.answer(x)
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.asking, broken)
		f.mu.Unlock()
	}()
	var due <-chan time.Time
	if !said.never {
		timer := time.NewTimer(said.in)
		defer timer.Stop()
		due = timer.C
	}
	select {
	case <-ctx.Done():
		return "nobody waits for the answer"
	case words := <-broken:
		return words
	case <-due:
	}
	if said.words == "" {
		x.Status, x.Answer = said.status, said.body
		x.Said = http.Header{"Content-Type": {"application/json"}}
	}
	return said.words
}

// answer finds what is expected of a request, f.mu held.
func (w *web) answer(x *transport.Exchange) answer {
	const scheme = "Bearer "
	f := w.fake
	shown := x.Header.Get("Authorization")
	if len(shown) > len(scheme) {
		f.token = shown[len(scheme):]
	}
	method, asked := readRequest(w.service, x)
	met := f.meet(method.Name, asked, true)
	if met == nil {
		return refusal(unexpectedCode, "the fake did not expect this call", nil, 0)
	}
	switch {
	case met.Never:
		return answer{never: true}
	case met.Disconnect:
		words := met.Message
		if words == "" {
			words = "the fake ended the connection"
		}
		return answer{in: met.Delay, words: words}
	case met.Code != 0:
		return refusal(statusOf(&met.Call), met.Message, met.data, met.Delay)
	case method.Result == nil:
		return answer{in: met.Delay, status: http.StatusNoContent}
	}
	said := answer{in: met.Delay, status: http.StatusOK, body: met.result}
	var text string
	if method.Route.Text && json.Unmarshal(met.result, &text) == nil {
		said.body = []byte(text)
	}
	return said
}

func refusal(status int, message string, data json.RawMessage,
	in time.Duration) answer {
	body := []byte(data)
	if body == nil {
		body = text(object{"detail": message})
	}
	return answer{in: in, status: status, body: body}
}

// statusOf is the status of an error: a code that is none becomes one.
func statusOf(call *Call) int {
	code := int(call.Code)
	switch {
	case code >= codeMin && code <= codeMax:
		return code
	case call.Temporary:
		return unavailable
	}
	return failed
}
