// Package wire is one connection, to a client or to FreeSWITCH. Beyond net.Conn, a Conn waits for
// bytes without holding a read buffer, writes without waiting, tells whether the far end is gone or
// has sent something without reading, and can be interrupted by other goroutines.
//
// # Idle connections
//
// A goroutine keeps the stack that its deepest call needed, and a reader keeps its buffer while it
// waits. Together they are most of what an idle session costs. Conn.Wait therefore waits on the
// file descriptor alone, and reports once when nothing has come for IdleAfter: the caller then
// continues in a fresh goroutine, which waits on the smallest stack there is.
//
// # Systems
//
// The checks of a file descriptor are in poll_unix.go. On other systems, among them Windows
// (poll_other.go), a Conn does what net.Conn alone can do: Wait does not wait, TryWrite and
// TryWritev write nothing, and Gone never reports that the far end has left, so that the guard
// notices later that a client is gone. Quiet reads, for a millisecond.
package wire
