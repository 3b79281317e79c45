// main.go: makes the calls that a driver asks for, a line of JSON each, by the
// generated clients. It knows no case and no expectation.

package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"time"

	bell "github.com/bellpull/bellpull/runtime/go"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

const (
	lineMax   = 256 << 20
	goneTries = 5000
	gonePause = time.Millisecond
)

// A command is a line of the driver's.
type command struct {
	Do string `json:"do"`

	Service           string   `json:"service"`
	URL               string   `json:"url"`
	Mode              string   `json:"mode"`
	User              string   `json:"user"`
	Token             string   `json:"token"`
	Tokens            []string `json:"tokens"`
	ConnectDeadlineMs int64    `json:"connect_deadline_ms"`
	ReconnectMinMs    int64    `json:"reconnect_min_ms"`
	ReconnectMaxMs    int64    `json:"reconnect_max_ms"`
	ResponderUser     string   `json:"responder_user"`
	RequestChannel    string   `json:"request_channel"`
	ReplyChannel      string   `json:"reply_channel"`
	RequestBytesMax   int      `json:"request_bytes_max"`
	ItemsMax          int      `json:"items_max"`
	DepthMax          int      `json:"depth_max"`
	CallsMax          int      `json:"calls_max"`
	QueueBytesMax     int      `json:"queue_bytes_max"`
	MessageBytesMax   int64    `json:"message_bytes_max"`
	ReplyBytesMax     int      `json:"reply_bytes_max"`
	PingGraceMs       int64    `json:"ping_grace_ms"`
	ConnectData       string   `json:"connect_data"`
	Headers           []string `json:"headers"`
	Authority         string   `json:"authority"` // the file of who is trusted
	States            bool     `json:"states"`
	Logs              bool     `json:"logs"`
	ForMs             int64    `json:"for_ms"`
	webOptions

	Name   string `json:"name"`
	Role   string `json:"role"`
	Method string `json:"method"`
	Params string `json:"params"`
	Put    []struct {
		At   string `json:"at"`
		What string `json:"what"`
	} `json:"put"`

	DeadlineMs int64 `json:"deadline_ms"`
	FailFast   bool  `json:"fail_fast"`
	Retries    int   `json:"retries"`
	NoCache    bool  `json:"no_cache"`
}

// An opened client: the generated one, and what is needed to shut it.
type opened struct {
	service *schema.Service
	api     any
	client  *bell.Client
	stop    context.CancelFunc // ends a Connect that waits
	calls   sync.WaitGroup
	cancels map[string]context.CancelFunc
	begun   chan struct{} // the client knows of the newest call
	logs    bool
}

var speaking sync.Mutex

func say(answer map[string]any) {
	line, err := json.Marshal(answer)
	if err != nil {
		panic(err)
	}
	speaking.Lock()
	defer speaking.Unlock()
	if _, err := os.Stdout.Write(append(line, '\n')); err != nil {
		os.Exit(3)
	}
}

func sayBroken(name string, why any) {
	say(map[string]any{"event": "broken", "name": name,
		"text": fmt.Sprint(why)})
}

// ---- Errors -----------------------------------------------------------------

// describe is an error in the corpus' words; false where it is none of ours.
func describe(err error, method *schema.Method) (map[string]any, bool) {
	var refused *bell.RPCError
	var other *bell.Error
	if errors.As(err, &refused) {
		described := map[string]any{"status": "refused",
			"origin": refused.Origin, "code": refused.Code,
			"temporary": refused.Temporary, "text": refused.Message,
			"sent": refused.Sent}
		if refused.HTTP != nil {
			described["http"] = describeHTTP(refused.HTTP)
		}
		addData(described, err, method)
		return described, true
	}
	if !errors.As(err, &other) {
		return nil, false
	}
	return map[string]any{"status": other.Status, "origin": other.Origin,
		"code": other.Code, "temporary": other.Temporary,
		"text": other.Message, "path": other.Path, "offset": other.Offset,
		"sent": other.Sent}, true
}

// addData adds the data that the method declares for the error, if they fit.
func addData(described map[string]any, err error, method *schema.Method) {
	for i := 0; method != nil && i < len(method.Errors); i++ {
		declared := method.Errors[i]
		if declared.Data == nil {
			continue
		}
		getter := getters[declared.Data.Name]
		if getter == nil {
			continue
		}
		if text, found := getter(err); found {
			described["data"] = text
		}
	}
}

func sayError(event, name string, err error, method *schema.Method) {
	described, known := describe(err, method)
	if !known {
		sayBroken(name, fmt.Sprintf("an error that is none of ours: %v", err))
		return
	}
	say(map[string]any{"event": event, "name": name, "error": described})
}

// ---- The client -------------------------------------------------------------

func milliseconds(count int64) time.Duration {
	return time.Duration(count) * time.Millisecond
}

func sayChange(change bell.StateChange) {
	text := ""
	switch change.Kind {
	case bell.ChangeConnecting:
		text = fmt.Sprintf("connecting %d", change.Attempt)
	case bell.ChangeConnected:
		text = fmt.Sprintf("connected %s %s %s", change.Client, change.Version,
			change.Data)
	case bell.ChangeLost:
		text = fmt.Sprintf("lost %d %s", change.Code, change.Reason)
	case bell.ChangeDisconnected:
		text = fmt.Sprintf("disconnected %d %s", change.Code, change.Reason)
		if change.Terminal {
			text = fmt.Sprintf("ended %d %s", change.Code, change.Reason)
		}
	}
	say(map[string]any{"event": "state", "text": text,
		"next_try_ms": change.NextTry.Milliseconds()})
}

// forRole is the token behind ROLE=, if that is the role.
func forRole(token, role string) string {
	wanted, behind, some := strings.Cut(token, "=")
	switch {
	case !some:
		return token
	case wanted != role:
		return "unauthorized"
	}
	return behind
}

// tokens answers a client that asks for one, in the order of the list.
func tokens(list []string) bell.TokenSource {
	var mutex sync.Mutex
	return func(ctx context.Context) (string, error) {
		mutex.Lock()
		defer mutex.Unlock()
		next := "unauthorized"
		if len(list) > 0 {
			next = forRole(list[0], bell.TokenRole(ctx))
			list = list[1:]
		}
		switch next {
		case "unauthorized":
			return "", fmt.Errorf("%w: there is no token", bell.ErrUnauthorized)
		case "failed":
			return "", errors.New("not now")
		case "anonymous":
			return "", nil
		}
		return next, nil
	}
}

// headers are lines like "Name: value".
func headers(lines []string) http.Header {
	made := http.Header{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		made[name] = append(made[name], value)
	}
	return made
}

func optionsOf(open *command) []bell.Option {
	var options []bell.Option
	if open.ReconnectMinMs != 0 || open.ReconnectMaxMs != 0 {
		options = append(options, bell.WithReconnectDelays(
			milliseconds(open.ReconnectMinMs), milliseconds(open.ReconnectMaxMs)))
	}
	if open.PingGraceMs != 0 {
		options = append(options,
			bell.WithPingGrace(milliseconds(open.PingGraceMs)))
	}
	if open.Authority != "" {
		options = append(options, bell.WithTLS(trusting(open.Authority)))
	}
	if open.Mode == "channel" {
		options = append(options, bell.WithMode(bell.Channel))
	}
	if open.DeadlineMs != 0 {
		options = append(options,
			bell.WithDeadline(milliseconds(open.DeadlineMs)))
	}
	if open.FailFast {
		options = append(options, bell.WithFailFast())
	}
	if open.Retries != 0 {
		options = append(options, bell.WithRetries(open.Retries))
	}
	if open.ResponderUser != "" {
		options = append(options, bell.WithResponderUser(open.ResponderUser))
	}
	if open.RequestChannel != "" {
		options = append(options,
			bell.WithChannels(open.RequestChannel, open.ReplyChannel))
	}
	if open.ConnectDeadlineMs != 0 {
		options = append(options,
			bell.WithConnectDeadline(milliseconds(open.ConnectDeadlineMs)))
	}
	options = append(options, bell.WithLimits(bell.Limits{
		Items: open.ItemsMax, Depth: open.DepthMax, Calls: open.CallsMax,
		RequestBytes: open.RequestBytesMax, QueueBytes: open.QueueBytesMax,
		MessageBytes: open.MessageBytesMax, ReplyBytes: open.ReplyBytesMax}))
	if open.ConnectData != "" {
		options = append(options,
			bell.WithConnectData(bell.Raw(open.ConnectData)))
	}
	if open.Headers != nil {
		options = append(options, bell.WithHeader(headers(open.Headers)))
	}
	if open.Tokens != nil {
		options = append(options, bell.WithTokenSource(tokens(open.Tokens)))
	}
	options = append(options, open.options()...)
	if open.States {
		options = append(options, bell.WithStateChange(sayChange))
	}
	return options
}

func open(one *command) *opened {
	made := &opened{logs: one.Logs, cancels: map[string]context.CancelFunc{},
		begun: make(chan struct{}, 1)}
	options := append(optionsOf(one), bell.WithLog(made.hear))
	make := services[one.Service]
	if make == nil {
		sayBroken("", "no such service")
		return nil
	}
	made.api, made.client = make(one, options)
	made.service = made.client.Service()
	connecting, stop := context.WithCancel(context.Background())
	made.stop = stop
	made.calls.Add(1)
	go func() {
		defer made.calls.Done()
		err := made.client.Connect(connecting)
		switch {
		case err == nil:
			say(map[string]any{"event": "connected"})
		case connecting.Err() == nil:
			sayError("connected", "", err, nil)
		}
	}()
	return made
}

// shut returns when nothing of the client is left.
func (o *opened) shut() {
	o.stop()
	o.client.Disconnect()
	o.calls.Wait()
	if left := waitForEnd(); left != "" {
		sayBroken("", "a goroutine is left: "+left)
		return
	}
	say(map[string]any{"event": "shut"})
}

// waitForEnd gives what still runs of a client; what is ending has a while for
// it.
func waitForEnd() string {
	left := ""
	for i := 0; i < goneTries; i++ {
		left = running()
		if left == "" {
			return ""
		}
		time.Sleep(gonePause)
	}
	return left
}

func running() string {
	stacks := make([]byte, 1<<20)
	stacks = stacks[:runtime.Stack(stacks, true)]
	for _, stack := range strings.Split(string(stacks), "\n\n") {
		if !strings.Contains(stack, "main.main()") {
			return stack
		}
	}
	return ""
}

// ---- Calls ------------------------------------------------------------------

func isMark(letter rune) bool { return letter == '_' || letter == '.' }

// pascal is how a method's name is spelled in Go.
func pascal(name string) string {
	var out strings.Builder
	for _, word := range strings.FieldsFunc(name, isMark) {
		out.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return out.String()
}

// paramsOf reads the params as a value of the function's own type.
func paramsOf(one *command, method *schema.Method,
	function reflect.Type) (reflect.Value, error) {
	value := reflect.New(function.In(1))
	err := bell.Limits{Depth: 128}.Decode(method.Params,
		withParts(method, []byte(one.Params)), value.Interface())
	if err != nil {
		return value, err
	}
	for _, patch := range one.Put {
		err := put(method.Params, value.Elem(), patch.At, patch.What)
		if err != nil {
			return value, fmt.Errorf("%s: %w", patch.At, err)
		}
	}
	return value.Elem(), nil
}

func (o *opened) call(one *command) {
	method := o.service.Method(one.Method)
	function := reflect.ValueOf(o.api).MethodByName(pascal(one.Method))
	if method == nil || !function.IsValid() {
		sayBroken(one.Name, "no such method")
		return
	}
	limited, cancel := context.WithCancel(context.Background())
	o.cancels[one.Name] = cancel
	arguments := []reflect.Value{reflect.ValueOf(limited)}
	if method.Params != nil {
		params, err := paramsOf(one, method, function.Type())
		if err != nil {
			sayBroken(one.Name, err)
			return
		}
		arguments = append(arguments, params)
	}
	for _, option := range callOptions(one) {
		arguments = append(arguments, reflect.ValueOf(option))
	}
	o.calls.Add(1)
	ended := make(chan struct{})
	go func() {
		defer o.calls.Done()
		defer cancel()
		results := function.Call(arguments)
		close(ended)
		o.end(one.Name, method, results)
	}()
	select {
	case <-o.begun:
	case <-ended:
	}
	say(map[string]any{"event": "begun", "name": one.Name})
}

var levels = map[bell.Level]string{bell.LevelError: "error",
	bell.LevelWarn: "warn", bell.LevelInfo: "info", bell.LevelDebug: "debug"}

// hear listens for calls that begin, and tells the log to the driver.
func (o *opened) hear(record bell.Record) {
	if o.logs {
		method := ""
		if record.Method != "" {
			method = " " + record.Method
		}
		say(map[string]any{"event": "log", "text": fmt.Sprintf("%s %s%s: %s",
			levels[record.Level], record.Event, method, record.Text)})
	}
	if record.Event == "call" {
		o.begun <- struct{}{}
	}
}

func callOptions(one *command) []bell.CallOption {
	var options []bell.CallOption
	if one.DeadlineMs != 0 {
		options = append(options, bell.Deadline(milliseconds(one.DeadlineMs)))
	}
	if one.Retries != 0 {
		options = append(options, bell.Retries(one.Retries))
	}
	if one.FailFast {
		options = append(options, bell.FailFast())
	}
	if one.NoCache {
		options = append(options, bell.NoCache())
	}
	return options
}

// end tells what the function gave.
func (o *opened) end(name string, method *schema.Method,
	results []reflect.Value) {
	last := results[len(results)-1]
	if !last.IsNil() {
		sayError("ended", name, last.Interface().(error), method)
		return
	}
	answer := map[string]any{"event": "ended", "name": name}
	if method.Result != nil {
		text, err := bell.Encode(method.Result, results[0].Interface())
		if err != nil {
			answer["unwritable"] = err.Error()
		} else {
			answer["result"] = string(text)
		}
	}
	say(answer)
}

// wait is a program that waits for the connection.
func (o *opened) wait(one *command) {
	say(map[string]any{"event": "begun", "name": one.Name})
	o.calls.Add(1)
	go func() {
		defer o.calls.Done()
		limited := context.Background()
		if one.DeadlineMs != 0 {
			made, cancel := context.WithTimeout(limited, milliseconds(one.DeadlineMs))
			defer cancel()
			limited = made
		}
		if err := o.client.Connect(limited); err != nil {
			sayError("ended", one.Name, err, nil)
		} else {
			say(map[string]any{"event": "ended", "name": one.Name})
		}
	}()
}

// work has no processor to itself where the client needs one.
func work(one *command) {
	say(map[string]any{"event": "working"})
	time.Sleep(milliseconds(one.ForMs))
	say(map[string]any{"event": "worked"})
}

// trusting trusts who is in the file alone.
func trusting(path string) *tls.Config {
	pool := x509.NewCertPool()
	text, err := os.ReadFile(path)
	if err != nil || !pool.AppendCertsFromPEM(text) {
		sayBroken("", "no certificate: "+path)
	}
	return &tls.Config{RootCAs: pool}
}

func main() {
	var client *opened
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, lineMax)
	for lines.Scan() {
		one := &command{}
		if err := json.Unmarshal(lines.Bytes(), one); err != nil {
			sayBroken("", err)
			continue
		}
		switch {
		case one.Do == "open":
			client = open(one)
		case client == nil:
			sayBroken(one.Name, "no client is open")
		case one.Do == "call":
			client.call(one)
		case one.Do == "cancel":
			client.cancels[one.Name]()
		case one.Do == "wait":
			client.wait(one)
		case one.Do == "work":
			work(one)
		case one.Do == "token":
			client.setToken(one)
		case one.Do == "holds":
			client.tellHeld(one)
		case one.Do == "shut":
			client.shut()
			client = nil
		}
	}
}
