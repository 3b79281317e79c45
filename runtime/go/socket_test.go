// socket_test.go: messages and streams against a server that tests script.

package bell

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// ---- Messages ---------------------------------------------------------------

func TestPushesGoToHandlers(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/public/ws": func(v *visit) {
		for _, each := range []string{
			`{"type":"welcome","message":"hello"}`,
			`{"message":"1","type":"count"}`,
			`{"type":"other","x":[1]}`,
			`{"type":"count","message":7}`,
			`not json`, ``, `[1]`, `{"message":"x"}`, `{"type":5}`, "\xff",
			`{"type":"page","message":"for nobody"}`,
			`{"type":"error","message":"for nobody"}`,
			`{"type":"count","message":"last"}`,
		} {
			v.say(each)
		}
		v.rest()
	}})
	c := socketClient(t, url, "")
	k := newTold()
	listener := k.listen(t, c)
	k.want(t, "welcome hello", "count 1", `unknown other {"type":"other","x":[1]}`,
		`bad {"type":"count","message":7}: item.message: wanted string, got 7 `+
			`(byte 26)`)
	for range 6 { // of which there is nothing but their text
		if got := <-k.lines; !strings.HasPrefix(got, "bad ") {
			t.Errorf("got %q", got)
		}
	}
	k.want(t, `unknown error {"type":"error","message":"for nobody"}`, "count last")
	if got := listener.Counts(); got != (Counts{Received: 12, Unknown: 2,
		Bad: 7}) {
		t.Errorf("got %+v", got)
	}
}

func TestBadItemTells(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/room/a%2Fb": func(v *visit) {
		v.say(`{"message":true}`)
		v.say(`{"message":"good"}`)
		v.rest()
	}})
	c := socketClient(t, url, "")
	s, err := OpenStream[*greeting](patience(t), c, room,
		roomParams{roomPath{"a/b"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Next(patience(t))
	var bad *BadItem
	if !errors.As(err, &bad) || string(bad.Raw) != `{"message":true}` ||
		bad.Err.Path != "item.message" || bad.Err.Offset != 11 ||
		StatusOf(err) != StatusBadReply || !errors.Is(err, ErrBadReply) {
		t.Errorf("got %v", err)
	}
	if item, err := s.Next(patience(t)); err != nil || item.Message != "good" {
		t.Errorf("got %v, %v", item, err)
	}
	if _, err := OpenStream[*greeting](patience(t), c, room,
		roomParams{}); StatusOf(err) != StatusInvalid {
		t.Errorf("got %v", err)
	}
}

func TestBarePingsAreAnswered(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/public/ws": func(v *visit) {
		v.say("ping")
		v.want("pong")
		v.say(`{"type":"count","message":"x"}`)
		v.rest()
	}})
	k := newTold()
	listener := k.listen(t, socketClient(t, url, ""))
	k.want(t, "count x")
	if got := listener.Counts(); got.Received != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestAnswersFindTheirCalls(t *testing.T) {
	asked := make(chan string, 3)
	url := startSockets(t, map[string]func(*visit){"/public/ws": func(v *visit) {
		for range 3 {
			asked <- v.hear()
		}
		v.say(`{"type":"pong","message":"p"}`)
		v.say(`{"type":"count","message":"in between"}`)
		v.say(`{"type":"page","message":"first"}`)
		v.say(`{"type":"error","code":7,"message":"no such page"}`)
		v.rest()
	}})
	c := socketClient(t, url, "")
	k := newTold()
	k.listen(t, c)
	type ended struct {
		got greeting
		err error
	}
	begin := func(method *schema.Method, params any) chan ended {
		done := make(chan ended, 1)
		go func() {
			var e ended
			e.err = c.Invoke(patience(t), method, params, &e.got)
			done <- e
		}()
		want := "{\"type\":\"ping\"}"
		if params != nil {
			want = fmt.Sprintf(`{"type":"get_page","page":%d}`, params.(page).Page)
		}
		if got := <-asked; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		return done
	}
	first := begin(getPage, page{1})
	second := begin(getPage, page{2})
	ping := begin(askPing, nil)
	if e := <-ping; e.err != nil || e.got.Message != "p" {
		t.Errorf("got %+v", e)
	}
	if e := <-first; e.err != nil || e.got.Message != "first" {
		t.Errorf("got %+v", e)
	}
	e := <-second
	var refused *RPCError
	if !errors.As(e.err, &refused) || refused.Code != 7 ||
		refused.Message != "no such page" || refused.Method != "get_page" {
		t.Errorf("got %v", e.err)
	}
	k.want(t, "count in between")
	if _, err := c.Call(patience(t), "ping", nil); StatusOf(err) != StatusInvalid {
		t.Errorf("got %v", err)
	}
}

// TestListeningGoesOnAfterTheLine: another line after a wait, and calls that
// wait for it.
func TestListeningGoesOnAfterTheLine(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/public/ws": func(v *visit) {
		v.say(fmt.Sprintf(`{"type":"welcome","message":"%d"}`, v.number))
		switch v.number {
		case 1: // cut without a word
		case 2:
			v.close(1000, "enough")
		case 3:
			v.close(1012, "")
		default:
			v.want(`{"type":"ping"}`)
			v.say(`{"type":"pong","message":"there"}`)
			v.rest()
		}
	}})
	k := newTold()
	c := socketClient(t, url, "", WithStateChange(func(s StateChange) {
		if s.Kind == ChangeLost {
			k.add("lost %s %d", s.Link, s.Code)
		}
	}))
	k.listen(t, c)
	lines := []string{}
	for range 7 {
		lines = append(lines, <-k.lines)
	}
	slices.Sort(lines)
	if want := []string{"lost messages 0", "lost messages 1000",
		"lost messages 1012", "welcome 1", "welcome 2", "welcome 3",
		"welcome 4"}; !slices.Equal(lines, want) {
		t.Errorf("got %q", lines)
	}
	var got greeting
	if err := c.Invoke(patience(t), askPing, nil, &got); err != nil ||
		got.Message != "there" {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestCloseCodesThatAreFinal(t *testing.T) {
	for _, one := range []struct {
		code  int
		final bool
		words string
	}{
		{4001, true, "the server closed: 4001 gone: the token does not count"},
		{4000, false, "the server closed: 4000 gone: later"},
		{1008, false, "the server closed: 1008 gone"}, // the schema says so
		{1003, true, "the server closed: 1003 gone"},
		{1011, false, "the server closed: 1011 gone"},
	} {
		url := startSockets(t, map[string]func(*visit){"/agents/ws": func(v *visit) {
			v.say(`{"type":"wanted"}`)
			v.want(`{"token":"t"}`)
			v.say(`{"type":"taken"}`)
			if v.number == 1 {
				v.close(one.code, "gone")
			}
			v.say(`{"message":"again"}`)
			v.rest()
		}})
		k := newTold()
		c := socketClient(t, url, "t", WithStateChange(func(s StateChange) {
			if s.Kind == ChangeLost || s.Kind == ChangeDisconnected && s.Terminal {
				k.add("%s %d %s", s.Kind, s.Code, s.Reason)
			}
		}))
		var item *greeting
		s, err := OpenStream[*greeting](patience(t), c, agents, nil)
		if err == nil { // it may have ended by now
			item, err = s.Next(patience(t))
		}
		var ended *Error
		switch {
		case !one.final && (err != nil || item.Message != "again"):
			t.Errorf("%d: got %v, %v", one.code, item, err)
		case one.final && (!errors.As(err, &ended) ||
			ended.Status != StatusTerminal ||
			ended.Code != one.code || ended.Message != one.words ||
			ended.Origin != OriginClose):
			t.Errorf("%d: got %v", one.code, err)
		}
		kind := "lost"
		if one.final {
			kind = "disconnected"
			if c.State() != StateDisconnected {
				t.Errorf("%d: %s", one.code, c.State())
			}
		}
		k.want(t, fmt.Sprintf("%s %d %s", kind, one.code, one.words))
		c.Disconnect()
	}
}

// ---- Tokens -----------------------------------------------------------------

// TestTheServerAsksForTheToken: nothing leaves before it does, and items before
// its answer are items.
func TestTheServerAsksForTheToken(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/agents/ws": func(v *visit) {
		v.say(`{"type":"wanted","message":"token please"}`)
		v.say(`{"type":"wanted"}`) // twice is once
		v.want(`{"token":"a \" token"}`)
		v.say(`{"type":"taken","message":"yes"}`)
		v.say(fmt.Sprintf(`{"message":"%d"}`, v.number))
		if v.number == 1 {
			return
		}
		v.rest()
	}})
	c := socketClient(t, url, `a " token`)
	s, err := OpenStream[*greeting](patience(t), c, agents, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	last := ""
	for item, err := range s.All(patience(t)) {
		if err != nil {
			t.Fatal(err)
		}
		if last = item.Message; last == "2" {
			break
		}
	}
	if last != "2" || c.State() != StateConnected {
		t.Errorf("got %q, %s", last, c.State())
	}
}

func TestTheClientShowsTheTokenFirst(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/board/ws": func(v *visit) {
		v.want(`{"type":"auth","token":"t"}`)
		v.want(`{"type":"pause"}`)
		v.say(`{"type":"anything","message":"paused"}`)
		v.rest()
	}})
	c := socketClient(t, url, "t")
	// a call opens the line as well
	if err := c.Invoke(patience(t), pauseBoard, nil, nil); err != nil {
		t.Fatal(err)
	}
	s, err := OpenStream[*greeting](patience(t), c, board, nil)
	if err != nil {
		t.Fatal(err)
	}
	item, err := s.Next(patience(t))
	if err != nil || item.Message != "paused" {
		t.Errorf("got %v, %v", item, err)
	}
}

func TestARefusedTokenIsTheEnd(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/agents/ws": func(v *visit) {
		if v.number > 1 {
			v.Error("it came again")
		}
		v.say(`{"type":"wanted"}`)
		v.hear()
		v.say(`{"type":"refused","message":"Invalid token"}`)
		v.close(1008, "Invalid token")
	}})
	c := socketClient(t, url, "t")
	_, err := OpenStream[*greeting](patience(t), c, agents, nil)
	var ended *Error
	if !errors.As(err, &ended) || ended.Status != StatusTerminal ||
		ended.Message != "the server refused the token: Invalid token" ||
		ended.Origin != OriginReply {
		t.Fatalf("got %v", err)
	}
}

// TestNothingIsDialedWithoutAToken: a socket that wants one ends at once.
func TestNothingIsDialedWithoutAToken(t *testing.T) {
	c := socketClient(t, "http://127.0.0.1:1", "")
	_, err := OpenStream[*greeting](patience(t), c, agents, nil)
	if StatusOf(err) != StatusTerminal ||
		err.Error() != "there is no token to show" {
		t.Errorf("got %v", err)
	}
	// it is asked for anew
	nobody := WithTokenSource(func(context.Context) (string, error) {
		return "", nil
	})
	c = socketClient(t, "http://127.0.0.1:1", "", nobody)
	_, err = OpenStream[*greeting](patience(t), c, agents, nil)
	if StatusOf(err) != StatusTerminal ||
		err.Error() != "there is no token to show" {
		t.Errorf("got %v", err)
	}
}

// TestTokensThatAreRefusedHaveAnEnd: the program is asked once more, no more.
func TestTokensThatAreRefusedHaveAnEnd(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/agents/ws": func(v *visit) {
		if v.number > 2 {
			v.Error("it came again")
		}
		v.say(`{"type":"wanted"}`)
		v.hear()
		v.say(`{"type":"refused"}`)
		v.rest()
	}})
	asked := 0
	c := socketClient(t, url, "", WithTokenSource(
		func(context.Context) (string, error) {
			asked++
			return "never good", nil
		}))
	_, err := OpenStream[*greeting](patience(t), c, agents, nil)
	if StatusOf(err) != StatusTerminal || asked != 2 ||
		err.Error() != "the server refused the token" {
		t.Errorf("got %v, asked %d times", err, asked)
	}
}

// TestAnotherTokenIsAskedFor: where the program has a way to one.
func TestAnotherTokenIsAskedFor(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/agents/ws": func(v *visit) {
		v.say(`{"type":"wanted"}`)
		if v.number == 1 {
			v.want(`{"token":"one"}`)
			v.say(`{"type":"refused","message":"too old"}`)
			v.rest()
			return
		}
		v.want(`{"token":"two"}`)
		v.say(`{"type":"taken"}`)
		v.say(`{"message":"in"}`)
		v.rest()
	}})
	tokens := make(chan string, 2)
	tokens <- "one"
	tokens <- "two"
	c := socketClient(t, url, "", WithTokenSource(
		func(context.Context) (string, error) { return <-tokens, nil }))
	s, err := OpenStream[*greeting](patience(t), c, agents, nil)
	if err != nil {
		t.Fatal(err)
	}
	if item, err := s.Next(patience(t)); err != nil || item.Message != "in" {
		t.Errorf("got %v, %v", item, err)
	}
}
