//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package transport

import "net"

// hasUnread cannot tell here: who asks waits a moment in any case.
func hasUnread(net.Conn) bool {
	return false
}
