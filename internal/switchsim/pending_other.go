//go:build !unix

package switchsim

import "net"

// pending reports whether something of conn can be read at once. Here it does not know and returns
// false, so an event can be written before a command that has arrived is read.
func pending(*net.TCPConn) bool { return false }
