//go:build unix

package switchsim

import (
	"net"
	"syscall"
)

// pending reports whether the next read of conn returns at once.
func pending(conn *net.TCPConn) bool {
	raw, err := conn.SyscallConn()
	if err != nil {
		return true
	}
	waits := false
	err = raw.Control(func(fd uintptr) {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
		waits = err == syscall.EAGAIN
	})
	return err != nil || !waits
}
