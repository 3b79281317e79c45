// renew.go: a session whose token runs out while it is ready: a new one is due,
// told to the server, taken or refused. It knows no token.

package core

import "github.com/bellpull/bellpull/runtime/go/internal/seam"

// The first of a protocol's own ids.
const renewID = 1

func (s *Session) renewEvent(event *seam.Event) {
	if event.ID != 0 { // else the server spoke unasked
		s.renewBy = never
	}
	if s.state != Ready || !s.options.Renews {
		return
	}
	if event.Code != 0 {
		s.tell(News{Kind: NewsWarning, Text: event.Text})
		s.RenewLater(s.now)
		return
	}
	s.refused = 0
	s.renewAt = never
	if event.TTLMs != 0 {
		s.renewAt = saturated(s.now, event.TTLMs)
	}
	s.tokenEnds = s.renewAt
}

func (s *Session) renewDue() {
	s.renewAt = never
	if s.state == Ready {
		s.tell(News{Kind: NewsTokenDue})
	}
}

// TokenSpent tells whether the time of the last line's token has passed.
func (s *Session) TokenSpent(now int64) bool { return now >= s.tokenEnds }

// Renew tells the server a new token, which the protocol has; of no use where
// the session is not ready.
func (s *Session) Renew(now int64) {
	s.now = now
	if s.state != Ready {
		return
	}
	s.renewAt = never
	s.giveUpRenewal()
	id := uint32(renewID)
	if s.owed {
		id = s.table.skip()
	}
	s.renewBy = saturated(now, s.options.ConnectDeadline)
	s.own(func(out []byte) []byte { return s.protocol.Renew(out, id) })
}

// giveUpRenewal: an answer that may come yet is not the next one's.
func (s *Session) giveUpRenewal() {
	s.owed = s.owed || s.renewBy != never
	s.renewBy = never
}

// renewLate: a token that nobody speaks of is told once more.
func (s *Session) renewLate() {
	s.giveUpRenewal()
	s.tell(News{Kind: NewsWarning, Text: "the server did not answer the new token"})
	s.RenewLater(s.now)
}

// TokenTaken says that there is a new token, whose time nobody knows yet.
func (s *Session) TokenTaken() { s.tokenEnds = never }

// RenewAt lets the token be due at that time again, unless the server speaks.
func (s *Session) RenewAt(at int64) {
	if s.state == Ready {
		s.renewAt = at
	}
}

// RenewLater says that no token is to be had: it is due again after a wait.
func (s *Session) RenewLater(now int64) {
	s.now = now
	s.RenewAt(saturated(now, s.wait(s.refused)))
	s.refused++
}
