// Package answers writes to one client: events as they come, replies in the order of the commands.
//
// # Order
//
// FreeSWITCH answers every command, in order. A command that the proxy answers itself keeps its
// place in that order: the queue has an entry for each command without an answer, and an answer
// that the proxy gives is sent when its turn comes, between frames.
//
// # Slow clients
//
// Writer never delays the goroutine that writes. Bytes that the socket does not take at once wait
// in memory, within the limit of the session and the Budget of all sessions; beyond the Budget, the
// session that uses the most of it is closed. An answer that can only be sent as a whole, the
// joined one to a console_execute, waits there, too. The memory is reused for one client after the
// other, and returned to the system when no client needs it.
package answers
