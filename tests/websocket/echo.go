// echo.go: the echo server of echo.mjs on coder/websocket. It prints its url.

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"

	"github.com/coder/websocket"
)

// say writes the message in up to four pieces.
func say(ctx context.Context, conn *websocket.Conn,
	kind websocket.MessageType, message []byte,
) error {
	writer, err := conn.Writer(ctx, kind)
	if err != nil {
		return err
	}
	for range rand.IntN(4) {
		cut := rand.IntN(len(message) + 1)
		if _, err := writer.Write(message[:cut]); err != nil {
			return err
		}
		message = message[cut:]
	}
	if _, err := writer.Write(message); err != nil {
		return err
	}
	return writer.Close()
}

func answer(ctx context.Context, conn *websocket.Conn,
	kind websocket.MessageType, message []byte,
) error {
	var code, count int
	switch text := string(message[:min(len(message), 100)]); {
	case strings.HasPrefix(text, "close "):
		_, _ = fmt.Sscanf(text, "close %d", &code)
		return conn.Close(websocket.StatusCode(code), text[len("close 1000 "):])
	case strings.HasPrefix(text, "stream "):
		_, _ = fmt.Sscanf(text, "stream %d", &count)
		for i := range count {
			item := fmt.Sprintf("item %d", i)
			err := conn.Write(ctx, websocket.MessageText, []byte(item))
			if err != nil {
				return err
			}
		}
		return nil
	}
	return say(ctx, conn, kind, message)
}

func echo(response http.ResponseWriter, request *http.Request) {
	conn, err := websocket.Accept(response, request, &websocket.AcceptOptions{
		Subprotocols: []string{"echo"},
	})
	if err != nil {
		return
	}
	defer func() { _ = conn.CloseNow() }()
	conn.SetReadLimit(128 << 20)
	for {
		kind, message, err := conn.Read(request.Context())
		if err != nil || answer(request.Context(), conn, kind, message) != nil {
			return
		}
	}
}

func main() {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("ws://%s/\n", listener.Addr())
	panic(http.Serve(listener, http.HandlerFunc(echo)))
}
