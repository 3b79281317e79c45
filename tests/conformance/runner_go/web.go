// web.go: what of a command and of an error is of calls over HTTP.

package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	bell "github.com/bellpull/bellpull/runtime/go"
	"github.com/bellpull/bellpull/runtime/go/schema"
)

// webOptions are those of a client of endpoints.
type webOptions struct {
	ConnectionsMax   int      `json:"connections_max"`
	IdleMax          int      `json:"idle_max"`
	IdleMs           int64    `json:"idle_ms"`
	UserAgent        string   `json:"user_agent"`
	Proxy            string   `json:"proxy"`
	Gzip             bool     `json:"gzip"`
	InflatedBytesMax int64    `json:"inflated_bytes_max"`
	RedirectsMax     int      `json:"redirects_max"`
	HeadBytesMax     int      `json:"head_bytes_max"`
	RestRetries      int      `json:"rest_retries"`
	RetryMinMs       int64    `json:"retry_min_ms"`
	RetryMaxMs       int64    `json:"retry_max_ms"`
	RetryBudget      int      `json:"retry_budget"`
	URLs             []string `json:"urls"`
	URLRestMs        int64    `json:"url_rest_ms"`
	CacheMs          int64    `json:"cache_ms"`
	CacheBytesMax    int      `json:"cache_bytes_max"`
}

func (w *webOptions) options() []bell.Option {
	options := []bell.Option{bell.WithConnectionsMax(w.ConnectionsMax),
		bell.WithIdleMax(w.IdleMax), bell.WithIdle(milliseconds(w.IdleMs)),
		bell.WithUserAgent(w.UserAgent), bell.WithProxy(w.Proxy),
		bell.WithInflatedBytes(w.InflatedBytesMax),
		bell.WithRedirectsMax(w.RedirectsMax),
		bell.WithHeadBytes(w.HeadBytesMax), bell.WithRestRetries(w.RestRetries),
		bell.WithRetryDelays(milliseconds(w.RetryMinMs),
			milliseconds(w.RetryMaxMs)), bell.WithRetryBudget(w.RetryBudget)}
	options = append(options, bell.WithURLRest(milliseconds(w.URLRestMs)),
		bell.WithCache(milliseconds(w.CacheMs)),
		bell.WithCacheBytes(w.CacheBytesMax))
	if w.URLs != nil {
		options = append(options, bell.WithURLs(w.URLs...))
	}
	if w.Gzip {
		options = append(options, bell.WithGzip())
	}
	return options
}

func sayToken(text string) {
	say(map[string]any{"event": "token", "text": text})
}

func (o *opened) setToken(one *command) {
	if err := o.client.SetToken(one.Role, one.Token); err != nil {
		sayToken(err.Error())
		return
	}
	sayToken("")
}

// tellHeld is "yes 1700": there is one that counts, and it expires then.
func (o *opened) tellHeld(one *command) {
	has, expires := "no", int64(0)
	if o.client.IsAuthenticated(one.Role) {
		has = "yes"
	}
	if at := o.client.TokenExpires(one.Role); !at.IsZero() {
		expires = at.Unix()
	}
	sayToken(fmt.Sprintf("%s %d", has, expires))
}

// withParts has each part of the params of an endpoint: to a program in Go they
// are members that are simply there.
func withParts(method *schema.Method, params []byte) []byte {
	var parts map[string]json.RawMessage
	if method.Route == nil || json.Unmarshal(params, &parts) != nil {
		return params
	}
	for _, part := range method.Params.Fields {
		if parts[part.Name] == nil && part.Name != "body" && part.Name != "login" {
			parts[part.Name] = json.RawMessage("{}")
		}
	}
	made, err := json.Marshal(parts)
	if err != nil {
		return params
	}
	return made
}

func describeHTTP(said *bell.HTTPError) map[string]any {
	headers := []string{}
	for name, values := range said.Headers {
		for _, value := range values {
			headers = append(headers, name+": "+value)
		}
	}
	slices.Sort(headers)
	after := said.RetryAfter.Milliseconds()
	if said.RetryAfter < 0 {
		after = -1
	}
	return map[string]any{"status": said.Status, "type": said.Type,
		"title": said.Title, "detail": said.Detail, "instance": said.Instance,
		"request_id": said.RequestID, "retry_after_ms": after,
		"headers": headers, "body": hex.EncodeToString(said.Body)}
}
