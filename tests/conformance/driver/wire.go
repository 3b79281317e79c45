// wire.go: Centrifugo's client protocol as a server speaks it, in both of its
// framings. Payloads pass byte by byte. It knows no socket and no case.

package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"

	"github.com/centrifugal/protocol"
)

// A command is what a client asks for; Kind is empty for a pong.
type command struct {
	ID      uint32
	Kind    string // connect, refresh, subscribe, rpc, publish, other
	Token   string
	Channel string
	Method  string
	Data    []byte
}

// A reply answers a command, or is a push where ID is 0.
type reply struct {
	ID        uint32
	Kind      string // connect, subscribe, rpc, publish, push, unsubscribe, raw
	Data      []byte
	NoData    bool
	Code      int // an error where it is not 0
	Message   string
	Temporary bool
	ErrorData []byte // of an error; the framing of protobuf has none
	Channel   string
	User      string // who published; nobody: the server's API
	Binary    bool   // raw: no text
	Parts     int    // raw: in frames of so many bytes; 0: in one
}

// A wire turns messages into commands, and replies into messages.
type wire interface {
	commands(message []byte) ([]command, error)
	message(replies []reply) []byte
}

// ---- JSON -------------------------------------------------------------------

type jsonWire struct{}

type jsonCommand struct {
	ID      uint32
	Connect *struct {
		Token string
		Data  json.RawMessage
	}
	Refresh   *struct{ Token string }
	Subscribe *struct{ Channel string }
	Rpc       *struct {
		Method string
		Data   json.RawMessage
	}
	Publish *struct {
		Channel string
		Data    json.RawMessage
	}
}

func (jsonWire) commands(message []byte) ([]command, error) {
	var all []command
	for _, line := range bytes.Split(message, []byte("\n")) {
		var one jsonCommand
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("a command that is no JSON: %v: %s", err,
				shown(string(line)))
		}
		all = append(all, one.command(line))
	}
	return all, nil
}

func (one *jsonCommand) command(line []byte) command {
	taken := command{ID: one.ID, Kind: "other"}
	switch {
	case string(line) == "{}":
		taken.Kind = ""
	case one.Connect != nil:
		taken.Kind = "connect"
		taken.Token = one.Connect.Token
		taken.Data = one.Connect.Data
	case one.Refresh != nil:
		taken.Kind = "refresh"
		taken.Token = one.Refresh.Token
	case one.Subscribe != nil:
		taken.Kind = "subscribe"
		taken.Channel = one.Subscribe.Channel
	case one.Rpc != nil:
		taken.Kind = "rpc"
		taken.Method = one.Rpc.Method
		taken.Data = one.Rpc.Data
	case one.Publish != nil:
		taken.Kind = "publish"
		taken.Channel = one.Publish.Channel
		taken.Data = one.Publish.Data
	}
	return taken
}

func quoted(text string) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text)
	return string(bytes.TrimRight(out.Bytes(), "\n"))
}

// named spells a name as Centrifugo does: with more escapes than it needs.
func named(name string) string {
	text, _ := json.Marshal(name)
	return string(text)
}

// errorText is {code, message, ...} as Centrifugo and backends spell it.
func errorText(one reply) string {
	text := fmt.Sprintf(`{"code":%d,"message":%s`, one.Code,
		quoted(one.Message))
	if one.Temporary {
		text += `,"temporary":true`
	}
	if len(one.ErrorData) != 0 {
		text += `,"data":` + string(one.ErrorData)
	}
	return text + "}"
}

func (jsonWire) message(replies []reply) []byte {
	var lines [][]byte
	for _, one := range replies {
		lines = append(lines, []byte(jsonReply(one)))
	}
	return bytes.Join(lines, []byte("\n"))
}

func jsonReply(one reply) string {
	head := fmt.Sprintf(`{"id":%d,`, one.ID)
	switch {
	case one.Kind == "raw":
		return string(one.Data)
	case one.Kind == "ping":
		return "{}"
	case one.Code != 0:
		return head + `"error":` + errorText(one) + "}"
	case one.Kind == "connect":
		subs := ""
		if one.Channel != "" {
			subs = `"subs":{` + quoted(one.Channel) + `:{}},`
		}
		return head + `"connect":{"client":"c","version":"0.0.0",` + subs +
			`"ping":25,"pong":true}}`
	case one.Kind == "rpc" && one.NoData:
		return head + `"rpc":{}}`
	case one.Kind == "rpc":
		return head + `"rpc":{"data":` + string(one.Data) + "}}"
	case one.Kind == "unsubscribe":
		return `{"push":{"channel":` + named(one.Channel) +
			`,"unsubscribe":{"code":2000,"reason":"server unsubscribe"}}}`
	case one.Kind == "push":
		info := ""
		if one.User != "" {
			info = `,"info":{"user":` + named(one.User) + `,"client":"x"}`
		}
		return `{"push":{"channel":` + named(one.Channel) +
			`,"pub":{"data":` + string(one.Data) + info + "}}}"
	}
	return head + `"` + one.Kind + `":{}}`
}

// ---- Protobuf ---------------------------------------------------------------

type protobufWire struct{}

func (protobufWire) commands(message []byte) ([]command, error) {
	var all []command
	for len(message) > 0 {
		size, count := binary.Uvarint(message)
		if count <= 0 || uint64(len(message)-count) < size {
			return nil, fmt.Errorf("a command whose length is wrong")
		}
		message = message[count:]
		var one protocol.Command
		if err := one.UnmarshalVT(message[:size]); err != nil {
			return nil, fmt.Errorf("a command that is no protobuf: %v", err)
		}
		message = message[size:]
		all = append(all, protobufCommand(&one, size))
	}
	return all, nil
}

func protobufCommand(one *protocol.Command, size uint64) command {
	taken := command{ID: one.Id, Kind: "other"}
	switch {
	case size == 0:
		taken.Kind = ""
	case one.Connect != nil:
		taken.Kind = "connect"
		taken.Token = one.Connect.Token
	case one.Subscribe != nil:
		taken.Kind = "subscribe"
		taken.Channel = one.Subscribe.Channel
	case one.Rpc != nil:
		taken.Kind = "rpc"
		taken.Method = one.Rpc.Method
		taken.Data = one.Rpc.Data
	case one.Publish != nil:
		taken.Kind = "publish"
		taken.Channel = one.Publish.Channel
		taken.Data = one.Publish.Data
	}
	return taken
}

func (protobufWire) message(replies []reply) []byte {
	var out []byte
	for _, one := range replies {
		if one.Kind == "raw" && json.Unmarshal(one.Data, &protocol.Reply{}) != nil {
			out = append(out, one.Data...) // nonsense in any framing
			continue
		}
		bytes, err := protobufReply(one).MarshalVT()
		if err != nil {
			panic(err)
		}
		out = binary.AppendUvarint(out, uint64(len(bytes)))
		out = append(out, bytes...)
	}
	return out
}

func protobufReply(one reply) *protocol.Reply {
	made := &protocol.Reply{Id: one.ID}
	switch {
	case one.Kind == "raw":
		_ = json.Unmarshal(one.Data, made) // message() has looked at it
	case one.Code != 0:
		made.Error = &protocol.Error{Code: uint32(one.Code), Message: one.Message,
			Temporary: one.Temporary}
	case one.Kind == "connect":
		made.Connect = &protocol.ConnectResult{Client: "c", Version: "0.0.0",
			Ping: 25, Pong: true}
		if one.Channel != "" { // the server has subscribed the client to it
			made.Connect.Subs = map[string]*protocol.SubscribeResult{
				one.Channel: {}}
		}
	case one.Kind == "subscribe":
		made.Subscribe = &protocol.SubscribeResult{}
	case one.Kind == "publish":
		made.Publish = &protocol.PublishResult{}
	case one.Kind == "rpc":
		made.Rpc = &protocol.RPCResult{Data: one.Data}
	case one.Kind == "unsubscribe":
		made.Push = &protocol.Push{Channel: one.Channel,
			Unsubscribe: &protocol.Unsubscribe{Code: 2000,
				Reason: "server unsubscribe"}}
	case one.Kind == "push":
		made.Push = &protocol.Push{Channel: one.Channel,
			Pub: &protocol.Publication{Data: one.Data}}
		if one.User != "" {
			made.Push.Pub.Info = &protocol.ClientInfo{User: one.User,
				Client: "x"}
		}
	}
	return made
}
