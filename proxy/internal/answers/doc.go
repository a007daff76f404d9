// Package answers writes to one client: events as they come, replies in the order of the commands.
//
// # Order
//
// FreeSWITCH answers every command, in order. A command that the proxy answers itself keeps its
// place in that order: the queue has an entry for each command without an answer, and an answer
// that the proxy gives is sent when its turn comes, between frames. If the proxy cannot answer
// before all earlier commands have been answered, it reserves the place.
//
// Events that come from FreeSWITCH with the replies are sent as they come. Events of a stream that
// several clients are served from are sent while no answer is owed, which is when FreeSWITCH would
// send them. Those that come meanwhile are held back until then.
//
// # Slow clients
//
// Writer does not delay the goroutine that writes for more than a moment. Bytes that the socket
// does not take wait in memory, within the limit of the session and the Budget of all sessions;
// beyond the Budget, the session that uses the most of it is closed. An answer that can only be
// sent as a whole, the joined one to a console_execute, waits there, too. The memory is reused for
// one client after the other, and returned to the system when no client needs it.
//
// A frame that several clients are sent is a Shared. All Writers send the same memory and, if it
// has to wait, keep a reference instead of a copy.
package answers
