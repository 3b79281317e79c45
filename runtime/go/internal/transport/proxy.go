// proxy.go: a way through an HTTP proxy by CONNECT (RFC 9110 9.3.6). It knows
// no TLS and no request.

package transport

import (
	"context"
	"encoding/base64"
	"fmt"
	"net"
	"net/url"
	"strings"
)

const proxyHeadMax = 16 << 10

// Proxy is where the way begins.
type Proxy struct {
	Authority string
	basic     string // credentials; "": none
}

// proxyTrouble is why a proxy gives no way.
type proxyTrouble struct{ words string }

func (p *proxyTrouble) Error() string { return p.words }

func noWay(format string, arguments ...any) error {
	return &proxyTrouble{fmt.Sprintf(format, arguments...)}
}

// ReadProxy takes http://[user:password@]host:port apart; wrong says what is
// wrong with it, and holds nothing of it.
func ReadProxy(text string) (made *Proxy, wrong string) {
	const shape = "; it should look like http://host:3128"
	rest, is := strings.CutPrefix(text, "http://")
	if !is {
		return nil, "the proxy does not begin with http://" + shape
	}
	if what := wrongBytes(text); what != "" {
		return nil, "the proxy " + what + shape
	}
	made = &Proxy{}
	rest = strings.TrimSuffix(rest, "/")
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		user, err := url.PathUnescape(rest[:at])
		if err != nil {
			return nil, "the proxy's user cannot be read" + shape
		}
		made.basic = base64.StdEncoding.EncodeToString([]byte(user))
		rest = rest[at+1:]
	}
	if wrongAuthority(rest) != "" || strings.ContainsAny(rest, "/?") {
		return nil, "the proxy is not a host and a port" + shape
	}
	where := URL{Authority: rest}
	if !strings.Contains(strings.TrimPrefix(rest, "["+where.Host()+"]"), ":") {
		rest += ":80"
	}
	made.Authority = rest
	return made, ""
}

// reach connects to an address, through the proxy where there is one.
func reach(ctx context.Context, proxy *Proxy,
	address string) (net.Conn, error) {
	dialer := net.Dialer{}
	if proxy == nil {
		return dialer.DialContext(ctx, "tcp", address)
	}
	conn, err := dialer.DialContext(ctx, "tcp", proxy.Authority)
	if err != nil {
		return nil, noWay("the proxy: %s", unreached(err, proxy.Authority))
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	err = proxy.tunnel(conn, address)
	if !stop() && err == nil {
		err = noWay("the proxy did not answer in time")
	}
	if err != nil {
		_ = conn.Close()
		return nil, err
	}
	return conn, nil
}

func (p *Proxy) tunnel(conn net.Conn, address string) error {
	request := "CONNECT " + address + " HTTP/1.1\r\nHost: " + address + "\r\n"
	if p.basic != "" {
		request += "Proxy-Authorization: Basic " + p.basic + "\r\n"
	}
	if _, err := conn.Write([]byte(request + "\r\n")); err != nil {
		return noWay("the proxy ended the connection")
	}
	var head httpHead
	said := make([]byte, 0, 1<<10)
	for {
		if len(said) == cap(said) {
			said = append(said, 0)[:len(said)]
		}
		count, err := conn.Read(said[len(said):cap(said)])
		said = said[:len(said)+count]
		whole, wrong := head.read(said, proxyHeadMax)
		switch {
		case wrong != "":
			return noWay("the proxy's answer is not HTTP/1.1: %s", wrong)
		case whole && head.status < 200:
			said = said[:copy(said, said[head.size:])]
			head = httpHead{}
		case whole && (head.status > 299 || len(said) > head.size):
			return noWay("the proxy refused the way with %d", head.status)
		case whole:
			return nil
		case err != nil:
			return noWay("the proxy ended the connection")
		}
	}
}
