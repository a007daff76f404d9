//go:build unix

package proxy

import "syscall"

const errWouldBlock = syscall.EAGAIN

// readOnce reads from a descriptor that does not block; n is 0 at the end of the stream.
func readOnce(fd uintptr, b []byte) (int, error) {
	for {
		n, err := syscall.Read(int(fd), b)
		if err != syscall.EINTR {
			return n, err
		}
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
