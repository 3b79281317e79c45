package bell

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/centrifugal/centrifuge-go"
)

// Centrifugo's own limit of a channel's name.
const channelBytesMax = 255

// Codes of an ended subscription that are no errors of the server.
const (
	alreadySubscribed = 105
	serverCodesLeast  = 100
	unsubscribeLeast  = 2000
)

// channelMode carries calls as publications: {method, params, correlation_id,
// reply_to} goes out, {correlation_id, result | error} comes on the user's own
// channel.
type channelMode struct {
	client       *Client
	sdk          *centrifuge.Client
	replyChannel string
	prefix       string // 128 random bits: two clients of one user never cross

	mu      sync.Mutex
	count   uint64
	waiting map[string]chan answer
}

// answer is what a reply envelope holds.
type answer struct {
	result []byte
	err    *RPCError
}

func newChannelMode(c *Client, sdk *centrifuge.Client) (*channelMode, error) {
	var nonce [16]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return nil, err
	}
	m := &channelMode{client: c, sdk: sdk, waiting: map[string]chan answer{},
		prefix:       hex.EncodeToString(nonce[:]) + "-",
		replyChannel: strings.ReplaceAll(c.options.replyChannel, "{user_id}", c.userID)}
	if len(m.replyChannel) > channelBytesMax || m.replyChannel == "" {
		return nil, localError(StatusInvalid, SentNo, "",
			"options: the reply channel's name has 1 to 255 bytes")
	}
	sdk.OnPublication(func(event centrifuge.ServerPublicationEvent) {
		if event.Channel == m.replyChannel {
			m.take(&event.Publication)
		}
	})
	sdk.OnUnsubscribed(func(event centrifuge.ServerUnsubscribedEvent) {
		if event.Channel == m.replyChannel {
			m.gone()
		}
	})
	return m, nil
}

// subscribe begins anew with each connection. Where the server subscribed the
// channel itself, ours ends with code 105, and that is as good: but the SDK must
// forget ours, or it would keep the server's publications from us.
func (m *channelMode) subscribe() {
	subscription, known := m.sdk.GetSubscription(m.replyChannel)
	if !known {
		made, err := m.sdk.NewSubscription(m.replyChannel)
		if err != nil {
			return // the SDK's client is closed
		}
		subscription = made
		m.hear(subscription)
	}
	if subscription.State() == centrifuge.SubStateUnsubscribed {
		_ = subscription.Subscribe()
	}
}

func (m *channelMode) hear(subscription *centrifuge.Subscription) {
	subscription.OnSubscribed(func(centrifuge.SubscribedEvent) {
		m.client.become(m.sdk, ready)
	})
	subscription.OnSubscribing(func(event centrifuge.SubscribingEvent) {
		if event.Code >= unsubscribeLeast {
			m.client.become(m.sdk, connecting)
		}
	})
	subscription.OnUnsubscribed(func(event centrifuge.UnsubscribedEvent) {
		m.unsubscribed(subscription, event)
	})
	subscription.OnPublication(func(event centrifuge.PublicationEvent) {
		m.take(&event.Publication)
	})
}

// gone follows the server that ended the subscription.
func (m *channelMode) gone() {
	m.client.trouble(&Error{Status: StatusDisconnected, Origin: OriginReply,
		Message: "the server ended the subscription of the reply channel"})
	m.client.become(m.sdk, connecting)
	go m.subscribe()
}

func (m *channelMode) unsubscribed(subscription *centrifuge.Subscription,
	event centrifuge.UnsubscribedEvent) {
	code := int(event.Code)
	switch {
	case code == alreadySubscribed:
		_ = m.sdk.RemoveSubscription(subscription)
		m.client.become(m.sdk, ready)
	case code >= serverCodesLeast && code < unsubscribeLeast:
		m.client.end(m.sdk, &Error{Status: StatusTerminal, Origin: OriginReply, Code: code,
			Message: fmt.Sprintf("the server refused the reply channel %s: %d %s",
				m.replyChannel, code, event.Reason)})
	case code >= unsubscribeLeast:
		m.gone()
	}
}

// begin makes room for a reply; the id is "" where none comes.
func (m *channelMode) begin(method *Method) (id string, reply chan answer) {
	if method.NoReply {
		return "", nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.count++
	id = m.prefix + strconv.FormatUint(m.count, 10)
	reply = make(chan answer, 1)
	m.waiting[id] = reply
	return id, reply
}

func (m *channelMode) forget(id string) {
	m.mu.Lock()
	delete(m.waiting, id)
	m.mu.Unlock()
}

func (m *channelMode) envelope(method *Method, request []byte, id string) []byte {
	out := appendText([]byte(`{"method":`), method.Name)
	out = append(append(out, `,"params":`...), request...)
	if id != "" {
		out = appendText(append(out, `,"correlation_id":`...), id)
		out = appendText(append(out, `,"reply_to":`...), m.replyChannel)
	}
	return append(out, '}')
}

func (m *channelMode) call(ctx context.Context, write *writing, lost <-chan struct{},
	method *Method, request []byte) ([]byte, error) {
	id, reply := m.begin(method)
	defer m.forget(id)
	published := make(chan error, 1)
	publishing, cancel := context.WithCancel(ctx)
	defer cancel()
	data := m.envelope(method, request, id)
	write.Context = publishing
	go func() {
		_, err := m.sdk.Publish(write, m.client.options.requestChannel, data)
		write.end()
		published <- err
	}()
	for {
		select {
		case answer := <-reply:
			if answer.err != nil {
				answer.err.Method = method.Name
				return nil, answer.err
			}
			return answer.result, nil
		case err := <-published:
			if err != nil {
				return nil, m.client.failed(ctx, lost, method.Name, err)
			}
			if method.NoReply {
				return nil, nil
			}
			published = nil // its reply is a push
		case <-lost:
			return nil, m.client.broken(method.Name)
		case <-ctx.Done():
			return nil, m.client.ended(ctx, method.Name, SentUnknown)
		}
	}
}

// ---- Replies ---------------------------------------------------------------

var envelopeError = &Type{Kind: KindRecord, Name: "error", Fields: []Field{
	{Name: "code", State: Optional, How: OmitEmpty, Type: TableInt64},
	{Name: "message", State: Optional, How: Opted, Type: TableString},
	{Name: "data", State: Optional, How: Opted, Type: TableJson},
	{Name: "temporary", State: Optional, How: Opted, Type: TableBool},
	{Name: "reason", State: Optional, How: Opted, Type: TableString},
}}

type envelopeErrorValue struct {
	Code      int64
	Message   Opt[string]
	Data      Opt[Raw]
	Temporary Opt[bool]
	Reason    Opt[string] // as some backends call the message
}

var replyEnvelope = &Type{Kind: KindRecord, Name: "reply", Fields: []Field{
	{Name: "correlation_id", State: Optional, How: Opted, Type: TableJson},
	{Name: "result", State: Optional, How: Opted, Type: TableJson},
	{Name: "error", State: Optional, How: Opted, Type: TableJson},
}}

type replyEnvelopeValue struct {
	Correlation Opt[Raw]
	Result      Opt[Raw]
	Error       Opt[Raw]
}

// take gives a publication to the call that waits for it; what is no reply of
// ours is nobody's.
func (m *channelMode) take(publication *centrifuge.Publication) {
	var envelope replyEnvelopeValue
	if Decode(replyEnvelope, publication.Data, &envelope) != nil {
		return
	}
	var id string
	if Decode(TableString, envelope.Correlation.Value, &id) != nil {
		return
	}
	m.mu.Lock()
	reply := m.waiting[id]
	m.mu.Unlock()
	if reply == nil || !m.isTrusted(publication.Info) {
		return
	}
	select {
	case reply <- envelope.answer():
	default: // a second reply
	}
}

// isTrusted goes by the server's word on who published; its API leaves none.
// Else any client that may publish could answer in the backend's name.
func (m *channelMode) isTrusted(info *centrifuge.ClientInfo) bool {
	responder := m.client.options.responderUser
	if info == nil || responder != "" && info.User == responder {
		return true
	}
	m.client.log(Record{Event: "refused", Text: fmt.Sprintf("a reply was refused: user %q "+
		"published it, who is not responder_user", info.User)})
	return false
}

func (e *replyEnvelopeValue) answer() answer {
	raw := e.Error.Value
	if !e.Error.Set || string(raw) == "null" {
		return answer{result: e.Result.Value}
	}
	var said envelopeErrorValue
	refused := &RPCError{Origin: OriginBackend}
	if Decode(envelopeError, raw, &said) != nil {
		refused.Message = "the backend sent an error that is no {code, message}"
		return answer{err: refused}
	}
	if said.Code == int64(int32(said.Code)) {
		refused.Code = int(said.Code)
	}
	refused.Message = said.Message.Value
	refused.Temporary = said.Temporary.Value
	if refused.Message == "" {
		refused.Message = said.Reason.Value
	}
	if refused.Message == "" {
		refused.Message = fmt.Sprintf("error %d without a message", refused.Code)
	}
	if said.Data.Set {
		refused.Data = said.Data.Value
	}
	return answer{err: refused}
}
