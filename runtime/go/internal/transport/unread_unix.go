//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

// unread_unix.go: whether bytes lie unread in the kernel.

package transport

import (
	"net"
	"syscall"
)

// hasUnread tells whether bytes lie in the kernel, or the end of them.
func hasUnread(conn net.Conn) bool {
	own, is := conn.(syscall.Conn)
	if !is {
		return false
	}
	raw, err := own.SyscallConn()
	if err != nil {
		return false
	}
	found := false
	_ = raw.Control(func(fd uintptr) {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(fd), one[:],
			syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		found = err == nil
	})
	return found
}
