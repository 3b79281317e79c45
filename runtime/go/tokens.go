// tokens.go: the tokens of a client by their roles: a program sets them,
// replies bring them, calls show them. It knows no call.

package bell

import (
	"crypto/rand"
	"encoding/base64"
	stdjson "encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/bellpull/bellpull/runtime/go/schema"
)

const unprintable = "the token is not printable ASCII without spaces"

func isNoBearer(letter rune) bool { return letter <= ' ' || letter > 0x7e }

// bearerWrong says why it cannot be sent; "": it can.
func bearerWrong(token string) string {
	if wrong := tokenWrong(token); wrong != "" {
		return wrong
	}
	if strings.ContainsFunc(token, isNoBearer) {
		return unprintable
	}
	return ""
}

// held is the token of a role.
type held struct {
	text    string
	expires int64 // seconds since 1970; 0: it does not say
	done    bool  // the program was asked, or has no need to be
	stale   bool  // its answer had expired; it is shown all the same
}

func (h *held) isPast() bool {
	return h.expires != 0 && time.Now().Unix() >= h.expires
}

func (h *held) isUsable() bool { return h.text != "" && !h.isPast() }

// tokens are those of a client; "" is the default role.
type tokens struct {
	source TokenSource
	roles  []string // of the service

	mu      sync.Mutex
	held    map[string]*held
	gates   map[string]chan struct{} // each holds one: who asks for the role
	changed chan struct{}            // closed at the next change
	news    func()                   // what was kept is somebody else's
	id      string                   // the fingerprint, once it is needed
}

func newTokens(service *schema.Service, source TokenSource,
	own string) *tokens {
	made := &tokens{source: source, roles: service.Roles,
		held: map[string]*held{}, gates: map[string]chan struct{}{},
		changed: make(chan struct{})}
	for _, role := range append([]string{""}, service.Roles...) {
		made.held[role] = &held{}
		made.gates[role] = make(chan struct{}, 1)
	}
	if own != "" {
		made.held[""].set(own)
	}
	return made
}

// set tells whether that is another token.
func (h *held) set(text string) bool {
	if h.text == text {
		return false
	}
	h.text, h.expires, h.stale = text, expiryOf(text), false
	return true
}

// expiryOf reads a JWT's (RFC 7519 4.1.4); what makes no sense says nothing.
func expiryOf(text string) int64 {
	const most = 1<<53 - 1
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return 0
	}
	claims, err := base64.RawURLEncoding.DecodeString(
		strings.TrimRight(parts[1], "="))
	var said struct {
		Exp *float64 `json:"exp"`
	}
	if err != nil || stdjson.Unmarshal(claims, &said) != nil ||
		said.Exp == nil || *said.Exp < 1 || *said.Exp > most {
		return 0
	}
	return int64(*said.Exp)
}

// ---- They come and go -------------------------------------------------------

// change does something to them, and tells who waits.
func (s *tokens) change(what func() bool) {
	s.mu.Lock()
	other := what()
	close(s.changed)
	s.changed = make(chan struct{})
	news := s.news
	s.mu.Unlock()
	if other && news != nil {
		news()
	}
}

// answer takes a role's token; asked: the program was asked for it.
func (s *tokens) answer(role, text string, asked bool) {
	s.change(func() bool {
		one := s.held[role]
		other := one.set(text)
		one.done = true
		one.stale = asked && one.text != "" && one.isPast()
		return other
	})
}

// forget drops the tokens of roles.
func (s *tokens) forget(roles ...string) {
	s.change(func() bool {
		other := false
		for _, role := range roles {
			other = s.held[role].set("") || other
			s.held[role].done = false
		}
		return other
	})
}

// refused: a server does not take a token. Without a source there is no way to
// another one, and it stays.
func (s *tokens) refused(text string) {
	if text == "" || s.source == nil {
		return
	}
	s.change(func() bool { // at once: a new one may come meanwhile
		other := false
		for _, one := range s.held {
			if one.text == text {
				other = one.set("") || other
				one.done = false
			}
		}
		return other
	})
}

// ---- Which one --------------------------------------------------------------

// shown is the token for a call with these roles; "": there is none.
func (s *tokens) shown(roles []string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	past := ""
	for _, role := range roles {
		one := s.held[role]
		if one.isUsable() {
			return one.text
		}
		if past == "" {
			past = one.text
		}
	}
	if past == "" {
		past = s.held[""].text
	}
	return past
}

// wantedOf is the role that the program is asked for.
func wantedOf(roles []string) string {
	if len(roles) == 0 {
		return ""
	}
	return roles[0]
}

// needs tells whether a call with these roles waits for the program, and what
// is closed at the next change.
func (s *tokens) needs(roles []string) (bool, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.source == nil || slices.ContainsFunc(roles, func(role string) bool {
		return s.held[role].isUsable()
	}) {
		return false, s.changed
	}
	own, asked := s.held[""], s.held[wantedOf(roles)]
	have := own.text != "" && (len(roles) > 0 || !own.isPast())
	answered := asked.done && (asked.text == "" || asked.stale ||
		asked.isUsable())
	return !have && !answered, s.changed
}

// fingerprint is the id that a client makes up for itself, a random UUID (RFC
// 9562 5.4).
func (s *tokens) fingerprint() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.id == "" {
		var bits [16]byte
		_, _ = rand.Read(bits[:])
		bits[6] = 0x40 | bits[6]&0x0f
		bits[8] = 0x80 | bits[8]&0x3f
		s.id = fmt.Sprintf("%x-%x-%x-%x-%x", bits[:4], bits[4:6], bits[6:8],
			bits[8:10], bits[10:])
	}
	return s.id
}

// ---- The program ------------------------------------------------------------

// SetToken sets the token of a role, which calls show from now on; "" forgets
// it. The role "" is the default, whose token NewAPIClient was given.
func (c *Client) SetToken(role, token string) error {
	wrong := bearerWrong(token)
	switch some, _ := hasRest(c.service); {
	case !some:
		wrong = "the service has no endpoints that show tokens"
	case c.tokens.held[role] == nil:
		wrong = "the service has no role '" + role + "'"
	}
	if wrong != "" {
		return localError(StatusInvalid, SentNo, "", "%s", wrong)
	}
	if token == "" {
		c.tokens.forget(role)
	} else {
		c.tokens.answer(role, token, false)
	}
	return nil
}

// IsAuthenticated tells whether a role has a token that has not expired, as far
// as it says so itself.
func (c *Client) IsAuthenticated(role string) bool {
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	one := c.tokens.held[role]
	return one != nil && one.isUsable()
}

// TokenExpires is when the token of a role expires; the zero time: there is
// none, or it does not say.
func (c *Client) TokenExpires(role string) time.Time {
	c.tokens.mu.Lock()
	defer c.tokens.mu.Unlock()
	if one := c.tokens.held[role]; one != nil && one.expires != 0 {
		return time.Unix(one.expires, 0)
	}
	return time.Time{}
}
