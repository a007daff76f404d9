//go:build !unix

package wire

import "errors"

// canPoll is true if this system reports the state of a connection by its descriptor. Without that
// a Conn waits for bytes in its reads, with a buffer in hand, and writes with a deadline.
const canPoll = false

var errWouldBlock = errors.New("wire: the write would have to wait")

// readable always returns true: nothing is known of a descriptor here.
func readable(uintptr) bool { return true }

// farEnd always returns nil: nothing is known of a descriptor here.
func farEnd(uintptr) error { return nil }

// writeOnce writes nothing.
func writeOnce(uintptr, []byte) (int, error) { return 0, errWouldBlock }
