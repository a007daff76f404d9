//go:build unix

package proxy

import (
	"syscall"

	"golang.org/x/sys/unix"
)

const errWouldBlock = syscall.EAGAIN

// readable reports whether a read would not have to wait; it says so too when it cannot tell.
func readable(fd uintptr) bool {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds[:], 0)
	return n > 0 || err != nil
}

// writeOnce writes to a descriptor that does not block.
func writeOnce(fd uintptr, b []byte) (int, error) {
	for {
		n, err := syscall.Write(int(fd), b)
		if err != syscall.EINTR {
			return n, err
		}
	}
}
