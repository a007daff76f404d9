//go:build unix

package switchsim

import (
	"net"
	"syscall"
)

// pending reports whether something of conn can be read at once.
func pending(conn *net.TCPConn) (ok bool) {
	raw, err := conn.SyscallConn()
	if err != nil {
		return false
	}
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
		ok = err == nil
	})
	return ok && err == nil
}
