//go:build unix

package wire

import (
	"errors"
	"io"
	"syscall"

	"golang.org/x/sys/unix"
)

// canPoll is true if this system reports the state of a connection by its descriptor.
const canPoll = true

const errWouldBlock = syscall.EAGAIN

// readable reports whether a read would not have to wait. It also returns true if it cannot tell.
func readable(fd uintptr) bool {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds[:], 0)
	return n > 0 || err != nil
}

var errReset = errors.New("connection reset")

// farEnd returns nil while the far end is there, io.EOF if it has closed its side, as far as this
// system reports that for a connection that still has something to read, and errReset if the
// connection is broken.
func farEnd(fd uintptr) error {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: closedEvent}}
	n, err := unix.Poll(fds[:], 0)
	switch {
	case err != nil || n == 0:
		return nil
	case fds[0].Revents&(unix.POLLERR|unix.POLLNVAL) != 0:
		return errReset
	default:
		return io.EOF
	}
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
