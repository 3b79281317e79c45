// socket_inbox_test.go: what waits for who listens, how it is taken, and what
// is left when nobody does any more.

package bell

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

// ---- What waits -------------------------------------------------------------

// flood says many items, and then, where it is answered, one more.
func flood(count, size int) func(*visit) {
	return func(v *visit) {
		if v.path == "/board/ws" {
			v.hear()
		}
		pad := strings.Repeat("x", size)
		for i := 1; i <= count; i++ {
			v.say(fmt.Sprintf(`{"message":"%d%s"}`, i, pad))
		}
		v.rest()
	}
}

func TestWhatWaitsIsBounded(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){
		"/board/ws": flood(10, 0), "/room/a": flood(10, 100)})
	c := socketClient(t, url, "t", WithLimits(Limits{InboxBytes: 350}))
	for _, one := range []struct {
		table   *schema.Stream
		params  any
		dropped uint64
		got     []string
	}{
		{board, nil, 7, []string{"8", "9", "10"}},
		{room, roomParams{roomPath{"a"}}, 7, []string{"1", "2", "3"}},
	} {
		s, err := OpenStream[*greeting](patience(t), c, one.table, one.params)
		if err != nil {
			t.Fatal(err)
		}
		eventually(t, "all came", func() bool { return s.Counts().Received == 10 })
		if s.Dropped() != one.dropped || s.Counts().Waiting != 3 {
			t.Errorf("%s: got %+v", one.table.Socket.Name, s.Counts())
		}
		for _, want := range one.got {
			item, err := s.Next(patience(t))
			if err != nil || strings.TrimRight(item.Message, "x") != want {
				t.Errorf("got %v, %v; want %s", item, err, want)
			}
		}
		s.Close()
		if _, err := s.Next(patience(t)); StatusOf(err) != StatusClosed {
			t.Errorf("got %v", err)
		}
		s.Close()
	}
}

// TestWaitingLosesNothing: contexts end while items come.
func TestWaitingLosesNothing(t *testing.T) {
	const count = 2000
	url := startSockets(t, map[string]func(*visit){"/room/a": flood(count, 0)})
	s, err := OpenStream[*greeting](patience(t), socketClient(t, url, ""),
		room, roomParams{roomPath{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	for next := 1; next <= count; {
		ctx, cancel := context.WithTimeout(context.Background(),
			time.Duration(next%3)*time.Microsecond)
		item, err := s.Next(ctx)
		cancel()
		switch {
		case err == nil:
			if item.Message != fmt.Sprint(next) {
				t.Fatalf("got %s, want %d", item.Message, next)
			}
			next++
		case StatusOf(err) != StatusDeadline ||
			!errors.Is(err, context.DeadlineExceeded):
			t.Fatal(err)
		default: // with time it comes
			item, err := s.Next(patience(t))
			if err != nil || item.Message != fmt.Sprint(next) {
				t.Fatalf("got %v, %v; want %d", item, err, next)
			}
			next++
		}
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Next(over); StatusOf(err) != StatusCancelled {
		t.Errorf("got %v", err)
	}
}

// TestEachItemGoesToOne: several take from one stream, and two streams share a
// line.
func TestEachItemGoesToOne(t *testing.T) {
	const count = 500
	visits := make(chan int, 10)
	again := make(chan bool)
	url := startSockets(t, map[string]func(*visit){"/room/a": func(v *visit) {
		visits <- v.number
		<-again
		flood(count, 0)(v)
	}})
	c := socketClient(t, url, "")
	open := func() *Stream[*greeting] {
		s, err := OpenStream[*greeting](patience(t), c, room,
			roomParams{roomPath{"a"}})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	one, two := open(), open()
	close(again)
	seen := make(chan string, 2*count)
	var workers sync.WaitGroup
	ctx, cancel := context.WithCancel(patience(t))
	for range 4 {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for item, err := range one.All(ctx) {
				if err == nil {
					seen <- item.Message
				}
			}
		}()
	}
	got := map[string]bool{}
	for range count {
		got[<-seen] = true
	}
	cancel()
	workers.Wait()
	if len(got) != count || len(seen) != 0 {
		t.Errorf("got %d, and %d twice", len(got), len(seen))
	}
	if item, err := two.Next(patience(t)); err != nil || item.Message != "1" {
		t.Errorf("got %v, %v", item, err)
	}
	if len(visits) != 1 {
		t.Errorf("%d lines", len(visits))
	}
	one.Close()
	if _, err := two.Next(patience(t)); err != nil {
		t.Error(err)
	}
	two.Close()
	if c.State() != StateDisconnected {
		t.Errorf("got %s", c.State())
	}
}

// ---- The end ----------------------------------------------------------------

func TestCloseWhileWaiting(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){
		"/room/a": (*visit).rest, "/public/ws": (*visit).rest})
	type ending func(*Client, *Stream[*greeting])
	for words, end := range map[string]ending{
		"streams.room was closed": func(_ *Client, s *Stream[*greeting]) {
			s.Close()
		},
		"the client was closed": func(c *Client, _ *Stream[*greeting]) {
			c.Disconnect()
		},
	} {
		c := socketClient(t, url, "")
		s, err := OpenStream[*greeting](patience(t), c, room,
			roomParams{roomPath{"a"}})
		if err != nil {
			t.Fatal(err)
		}
		waits := make(chan error)
		go func() {
			_, err := s.Next(context.Background())
			waits <- err
		}()
		time.Sleep(time.Millisecond)
		end(c, s)
		if err := <-waits; StatusOf(err) != StatusClosed ||
			err.Error() != words {
			t.Errorf("%s: got %v", words, err)
		}
		c.Disconnect()
		if _, err := OpenStream[*greeting](patience(t), c, room,
			roomParams{roomPath{"a"}}); StatusOf(err) != StatusClosed {
			t.Errorf("%s: got %v", words, err)
		}
	}
}

// TestHandlersMayDoAnything: close themselves and the client, and panic.
func TestHandlersMayDoAnything(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){"/public/ws": func(v *visit) {
		v.say(`{"type":"welcome","message":"a"}`)
		v.say(`{"type":"count","message":"b"}`)
		v.want(`{"type":"ping"}`)
		v.say(`{"type":"pong","message":"p"}`)
		v.rest()
	}})
	c := socketClient(t, url, "")
	over := make(chan error, 1)
	_, err := Listen(c, publicNews, nil, func(item news) {
		if _, is := item.(newsWelcome); is {
			panic("in a handler")
		}
		var got greeting
		err := c.Invoke(patience(t), askPing, nil, &got)
		c.Disconnect()
		over <- err
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := <-over; err != nil {
		t.Error(err)
	}
}

func TestNothingOfSocketsIsLeft(t *testing.T) {
	url := startSockets(t, map[string]func(*visit){
		"/public/ws": (*visit).rest, "/room/a": flood(100, 1000),
		"/board/ws": (*visit).rest})
	before, _ := running()
	for range 3 {
		c := socketClient(t, url, "t")
		newTold().listen(t, c)
		for table, params := range map[*schema.Stream]any{board: nil,
			room: roomParams{roomPath{"a"}}} {
			s, err := OpenStream[*greeting](patience(t), c, table, params)
			if err != nil {
				t.Fatal(err)
			}
			go func() { _, _ = s.Next(context.Background()) }()
		}
		c.Disconnect()
		wantNothingLeft(t, before)
	}
}

// ---- What can be seen to be wrong -------------------------------------------

func TestSocketsThatCannotBe(t *testing.T) {
	if _, err := OpenStream[*greeting](patience(t), socketClient(t, "", ""),
		agents, nil); StatusOf(err) != StatusInvalid ||
		err.Error() != "options: url is missing" {
		t.Errorf("got %v", err)
	}
	url := startSockets(t, nil)
	c := socketClient(t, url, "t", WithConnectWait(50*time.Millisecond))
	_, err := OpenStream[*greeting](context.Background(), c, board, nil)
	if StatusOf(err) != StatusDeadline || !strings.Contains(err.Error(), "403") {
		t.Errorf("got %v", err)
	}
	if c.State() != StateDisconnected {
		t.Errorf("got %s", c.State())
	}
	alone := &schema.Method{Name: "room.say", NoReply: true,
		Message: &schema.Message{Socket: roomSocket}}
	if err := c.Invoke(patience(t), alone, nil, nil); StatusOf(err) !=
		StatusInvalid {
		t.Errorf("got %v", err)
	}
}

func TestConnectWithoutRPCIsDoneAtOnce(t *testing.T) {
	c := socketClient(t, "http://127.0.0.1:1", "")
	if err := c.Connect(patience(t)); err != nil || c.State() !=
		StateDisconnected {
		t.Errorf("got %v, %s", err, c.State())
	}
}
