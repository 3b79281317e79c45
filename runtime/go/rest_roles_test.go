// rest_roles_test.go: tokens by role with many callers: who asks, who waits,
// and logins that go before a call.

package bell

import (
	"context"
	"encoding/base64"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

type ruleParams struct{ Login *wordParams }

var (
	askAgent = &schema.Method{Name: "role.me", Idempotent: true, Result: wordType,
		Route: &schema.Route{Verb: "GET", Path: "/root", Parts: rootParts,
			Bearer: true, Roles: []string{"agent", "admin"}}}
	enter = &schema.Method{Name: "enter", Params: postWord.Params,
		Result: recordOf("Entered",
			schema.Field{Name: "other", Type: schema.TableInt64},
			schema.Field{Name: "token", Type: schema.TableString}),
		Route: &schema.Route{Verb: "POST", Path: "/root", Parts: rootParts,
			Sets: []schema.RouteToken{{Role: "admin", Name: "token"}}}}
	agentsOnly = &schema.Method{Name: "agent.me", Idempotent: true,
		Result: wordType, Route: &schema.Route{Verb: "GET", Path: "/root",
			Parts: rootParts, Bearer: true, Roles: []string{"agent"}}}
	leaveRole = &schema.Method{Name: "leave", Route: &schema.Route{Verb: "POST",
		Path: "/root", Parts: rootParts, Bearer: true, Roles: []string{"admin"},
		Clears: []string{"admin"}}}
	rule = &schema.Method{Name: "rule", Idempotent: true, Result: wordType,
		Params: recordOf("RuleParams", optional("login", postWord.Params,
			schema.Pointer)),
		Route: &schema.Route{Verb: "GET", Path: "/root", Parts: rootParts,
			Bearer: true, Roles: []string{"admin"}, Fingerprint: "X-Print",
			Login: enter}}
	roleService = &schema.Service{Name: "roles", Roles: []string{"agent", "admin"},
		Methods: []*schema.Method{askAgent, enter, leaveRole, rule, getRoot}}
)

func openRoles(t *testing.T, url string, list ...Option) *Client {
	t.Helper()
	made := NewClient(roleService, url, "", "", append(list,
		WithRetryDelays(time.Millisecond, 2*time.Millisecond),
		WithReconnectDelays(time.Millisecond, 2*time.Millisecond))...)
	t.Cleanup(made.Disconnect)
	return made
}

func shownTo(server *site) []string {
	var made []string
	for _, each := range server.requests() {
		made = append(made, credential(each))
	}
	return made
}

// TestManyCallersAskOnce: one question for all who wait, for each role.
func TestManyCallersAskOnce(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	var mu sync.Mutex
	asked := map[string]int{}
	client := openRoles(t, server.url(), WithTokenSource(
		func(ctx context.Context) (string, error) {
			time.Sleep(time.Millisecond)
			mu.Lock()
			defer mu.Unlock()
			role := TokenRole(ctx)
			asked[role]++
			return "t-" + role, nil
		}))
	var all sync.WaitGroup
	for i := range 32 {
		method := agentsOnly
		if i == 0 {
			method = leaveRole
		}
		all.Add(1)
		go func() {
			defer all.Done()
			if err := client.Invoke(background, method, nil, nil); err != nil {
				t.Error(err)
			}
		}()
	}
	all.Wait()
	if asked["agent"] != 1 || asked["admin"] != 1 || len(asked) != 2 {
		t.Errorf("asked %v", asked)
	}
	shown := shownTo(server)
	if slices.Contains(shown, "") || !slices.Contains(shown, "t-admin") {
		t.Errorf("got %q", shown)
	}
	if client.IsAuthenticated("admin") || !client.IsAuthenticated("agent") {
		t.Error("it is not the admin's token that is forgotten")
	}
}

// TestWaitingForATokenEnds: of who asks, and of who waits behind; a token that
// comes from elsewhere is for those who are left.
func TestWaitingForATokenEnds(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	var asked atomic.Int32
	client := openRoles(t, server.url(), WithTokenSource(
		func(ctx context.Context) (string, error) {
			asked.Add(1)
			<-ctx.Done()
			return "", ctx.Err()
		}))
	begin := func(ctx context.Context, list ...CallOption) chan error {
		before := asked.Load()
		ended := make(chan error, 1)
		go func() {
			ended <- client.Invoke(ctx, askAgent, nil, nil, list...)
		}()
		for before == 0 && asked.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		return ended
	}
	ctx, cancel := context.WithCancel(background)
	first := begin(ctx)
	late := begin(background, Deadline(30*time.Millisecond))
	last := begin(background)
	err := <-late
	wrong, is := err.(*Error)
	if !is || wrong.Status != StatusDeadline || wrong.Sent != SentNo ||
		wrong.Message != "role.me: no token came within 30 ms" {
		t.Errorf("got %v", err)
	}
	cancel()
	if err := <-first; !errors.Is(err, ErrCancelled) {
		t.Errorf("got %v", err)
	}
	for asked.Load() < 2 { // who waited behind asks now
		time.Sleep(time.Millisecond)
	}
	if err := client.SetToken("admin", "t-1"); err != nil {
		t.Fatal(err)
	}
	if err := <-last; err != nil {
		t.Errorf("got %v", err)
	}
	if shown := shownTo(server); !slices.Equal(shown, []string{"t-1"}) {
		t.Errorf("got %q", shown)
	}
}

// TestNothingIsLeftOfAQuestion: a client that is closed while its program is
// asked ends the call, and the context of the question.
func TestNothingIsLeftOfAQuestion(t *testing.T) {
	before := runtime.NumGoroutine()
	asked := make(chan struct{})
	client := openRoles(t, "http://127.0.0.1:1", WithTokenSource(
		func(ctx context.Context) (string, error) {
			close(asked)
			<-ctx.Done()
			return "", ctx.Err()
		}))
	ended := make(chan error)
	go func() { ended <- client.Invoke(background, askAgent, nil, nil) }()
	<-asked
	client.Disconnect()
	if err := <-ended; !errors.Is(err, ErrClosed) {
		t.Errorf("got %v", err)
	}
	for tries := 0; runtime.NumGoroutine() > before && tries < 5000; tries++ {
		time.Sleep(time.Millisecond)
	}
	if left := runtime.NumGoroutine() - before; left > 0 {
		t.Errorf("%d goroutines are left", left)
	}
}

// TestLoginGoesBefore: its params are a part of the call's.
func TestLoginGoesBefore(t *testing.T) {
	fine := answerOf("200 OK", okWord)
	server := startSite(t, answerOf("200 OK", `{"other":1,"token":"t-1"}`), fine)
	client := openRoles(t, server.url())
	params := ruleParams{&wordParams{word{"pin"}}}
	for _, each := range []any{params, &params} {
		server.mu.Lock()
		server.heard, server.answers = nil, []string{
			answerOf("200 OK", `{"other":1,"token":"t-1"}`), fine}
		server.mu.Unlock()
		var got word
		err := client.Invoke(background, rule, each, &got)
		heard := server.requests()
		if err != nil || got.Text != "ok" || len(heard) != 2 ||
			!strings.HasPrefix(heard[0], "POST ") ||
			!strings.HasSuffix(heard[0], `{"text":"pin"}`) ||
			credential(heard[0]) != "" || credential(heard[1]) != "t-1" {
			t.Errorf("got %v, %q", err, heard)
		}
	}
	if !client.IsAuthenticated("admin") || client.IsAuthenticated("") ||
		client.IsAuthenticated("boss") {
		t.Error("it is another role's")
	}
}

// TestLoginIsNotSentTwice: what is not idempotent leaves once, and the call
// itself never.
func TestLoginIsNotSentTwice(t *testing.T) {
	for answer, words := range map[string]string{
		cut: "enter: sent, but no reply came; whether it was executed is " +
			"unknown: the server ended the connection without an answer",
		answerOf("403 No", `{"detail":"locked"}`): "rule: 403: enter: locked",
		answerOf("200 OK", `{"token":"t"`):        "enter: result: expected , or } (byte 12)",
	} {
		server := startSite(t, answer)
		client := openRoles(t, server.url())
		err := client.Invoke(background, rule,
			ruleParams{&wordParams{word{"pin"}}}, nil)
		var refused *RPCError
		var other *Error
		sent := errors.As(err, &refused) && refused.Sent == SentNo ||
			errors.As(err, &other) && other.Sent == SentNo && other.Method == "rule"
		if err == nil || err.Error() != words || !sent ||
			len(server.requests()) != 1 || client.IsAuthenticated("admin") {
			t.Errorf("got %v, wanted %s; %q", err, words, server.requests())
		}
	}
}

// TestManyLogins: each call shows the token of its own.
func TestManyLogins(t *testing.T) {
	server := startSite(t, answerOf("200 OK", `{"token":"t","text":"ok"}`))
	client := openRoles(t, server.url(), WithCache(time.Minute))
	var all sync.WaitGroup
	for range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 10 {
				err := client.Invoke(background, rule,
					ruleParams{&wordParams{word{"pin"}}}, nil)
				if err != nil {
					t.Error(err)
				}
				_ = client.SetToken("admin", "")
				_ = client.SetToken("agent", "t-2")
			}
		}()
	}
	all.Wait()
	for _, each := range server.requests() {
		shown := credential(each)
		if strings.HasPrefix(each, "GET ") && shown != "t" {
			t.Errorf("got %q", shown)
		}
	}
}

// TestFingerprints: one for a client, and another for another.
func TestFingerprints(t *testing.T) {
	server := startSite(t, answerOf("200 OK", okWord))
	seen := map[string]int{}
	for range 2 {
		client := openRoles(t, server.url())
		for range 2 {
			if err := client.Invoke(background, rule, ruleParams{}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, each := range server.requests() {
		_, behind, _ := strings.Cut(each, "X-Print: ")
		id, _, _ := strings.Cut(behind, "\r\n")
		seen[id]++
		if len(id) != 36 || id[14] != '4' || !strings.Contains("89ab", id[19:20]) {
			t.Errorf("got %q", id)
		}
	}
	if len(seen) != 2 {
		t.Errorf("got %v", seen)
	}
}

func TestTokensThatCannotBe(t *testing.T) {
	client := openRoles(t, "http://127.0.0.1:1")
	for _, each := range []struct {
		client            *Client
		role, text, words string
	}{
		{client, "boss", "t", "the service has no role 'boss'"},
		{client, "admin", "a b", unprintable},
		{client, "admin", "a\n",
			"the token begins or ends with a space or a newline: trim it"},
		{NewClient(testService, "ws://h", "", ""), "", "t",
			"the service has no endpoints that show tokens"},
	} {
		err := each.client.SetToken(each.role, each.text)
		wrong, is := err.(*Error)
		if !is || wrong.Status != StatusInvalid || wrong.Message != each.words ||
			wrong.Sent != SentNo {
			t.Errorf("got %v, wanted %s", err, each.words)
		}
	}
}

func TestExpiryOfTokens(t *testing.T) {
	claims := func(text string) string {
		return "e30." + base64.RawURLEncoding.EncodeToString([]byte(text)) + ".c"
	}
	for text, want := range map[string]int64{"": 0, "t": 0, "a.b": 0, "a.b.c": 0,
		claims(`{"exp":1700.9}`): 1700, claims(`{"exp":"1700"}`): 0,
		claims(`{"exp":0}`): 0, claims(`{"exp":-1}`): 0, claims(`{"exp":1e300}`): 0,
		claims(`{"exp":1e9,"iss":"ü"}`): 1000000000, claims(`{"exp":5`): 0,
		claims(`[5]`): 0, claims(`{}`): 0, claims(`{"exp":5}`) + ".d": 0} {
		if got := expiryOf(text); got != want {
			t.Errorf("%s: got %d", text, got)
		}
	}
	client := openRoles(t, "http://127.0.0.1:1")
	_ = client.SetToken("agent", claims(`{"exp":1700}`))
	if at := client.TokenExpires("agent"); at.Unix() != 1700 ||
		client.IsAuthenticated("agent") || !client.TokenExpires("admin").IsZero() {
		t.Errorf("got %v", at)
	}
}
