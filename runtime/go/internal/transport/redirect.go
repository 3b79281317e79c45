// redirect.go: where an answer sends a request to. It knows no connection.

package transport

import (
	"net/url"
	"strings"
)

// Is tells whether two origins are the same, with their ports.
func (o *Origin) Is(other *Origin) bool {
	return o.Secure == other.Secure && strings.EqualFold(o.whole(), other.whole())
}

// whole is the authority with its port.
func (o *Origin) whole() string {
	where := url.URL{Host: o.Authority}
	switch {
	case where.Port() != "":
		return o.Authority
	case o.Secure:
		return strings.TrimSuffix(o.Authority, ":") + ":443"
	}
	return strings.TrimSuffix(o.Authority, ":") + ":80"
}

// Elsewhere is where the answer's Location is; not good where it cannot be
// followed: from https to http, or with a user in it.
func (x *Exchange) Elsewhere() (to Origin, target string, good bool) {
	said := x.Said["Location"]
	if len(said) != 1 {
		return to, "", false
	}
	where, _, _ := strings.Cut(said[0], "#")
	if where == "" || wrongBytes(where) != "" {
		return to, "", false
	}
	// net/url takes it for a path: RFC 3986 4.2 has an authority here.
	if rest, found := strings.CutPrefix(where, "//"); found &&
		(rest == "" || strings.ContainsAny(rest[:1], "/?")) {
		return to, "", false
	}
	base, err := url.Parse(x.Origin.scheme() + "://" + x.Origin.Authority +
		x.Target)
	if err != nil {
		return to, "", false
	}
	next, err := base.Parse(where)
	if err != nil || next.User != nil || next.Host == "" || next.Opaque != "" {
		return to, "", false
	}
	to = Origin{Secure: next.Scheme == "https", Authority: next.Host}
	if next.Scheme != "http" && next.Scheme != "https" ||
		x.Origin.Secure && !to.Secure || wrongAuthority(next.Host) != "" {
		return to, "", false
	}
	target = next.EscapedPath()
	if target == "" {
		target = "/"
	}
	if next.RawQuery != "" || next.ForceQuery {
		target += "?" + next.RawQuery
	}
	return to, target, true
}
