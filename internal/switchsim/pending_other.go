//go:build !unix

package switchsim

import "net"

// pending reports whether the next read of conn returns at once. Here it does not know, so an event
// can be written before a command that has arrived is read.
func pending(*net.TCPConn) bool { return false }
