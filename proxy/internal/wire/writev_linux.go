package wire

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxIovecs is how many buffers are written with one system call. The kernel's limit is 1024.
const maxIovecs = 64

// writevOnce writes at most maxIovecs buffers to a descriptor that does not block. unix.Writev
// would allocate for more than 8 of them.
func writevOnce(fd uintptr, bufs [][]byte) (int, error) {
	if len(bufs) == 1 {
		return writeOnce(fd, bufs[0])
	}
	var iovecs [maxIovecs]unix.Iovec
	used := 0
	for _, b := range bufs {
		if len(b) > 0 {
			iovecs[used].Base = &b[0]
			iovecs[used].SetLen(len(b))
			used++
		}
	}
	for {
		n, _, errno := unix.Syscall(unix.SYS_WRITEV, fd, uintptr(unsafe.Pointer(&iovecs)), uintptr(used))
		switch errno {
		case 0:
			return int(n), nil
		case unix.EINTR:
		default:
			return 0, errno
		}
	}
}
