//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

// unread_other.go: whether bytes lie unread in the kernel, where there is no
// way to tell.

package transport

import "net"

// hasUnread cannot tell here: who asks waits a moment in any case.
func hasUnread(net.Conn) bool {
	return false
}
