// Package stream reads the events of each FreeSWITCH on one connection, for everything in the proxy
// that wants them.
//
// # Members
//
// A Stream is the shared event connection of one upstream address. A Subscriber becomes a member
// with Join and says with Member.Require which events it needs. Require returns once FreeSWITCH has
// confirmed that it sends them, so nothing that happens afterwards is missed. A member is given all
// events that the Stream reads, in order, and chooses those that it wants itself: another member
// may have asked for more.
//
// The Stream is connected while a member requires events, and for streamIdle after. It always uses
// the form JSON, since that is the only one from which the others can be made without loss.
//
// # What FreeSWITCH is asked for
//
// The Stream subscribes to the union of what its members require. It sends one group of commands at
// a time and waits for the replies, so that it always knows a lower bound of what FreeSWITCH sends:
// Require compares with that bound. More is asked for at once; many calls of Require share one
// command. Less is asked for only shrinkDelay after a member has left or requires less, with
// nixevent, because noevents would drop events that are queued for other members. Before ALL is
// given up, what is still required is subscribed to by its name, so that there is no gap. After
// ALL, FreeSWITCH may go on sending CUSTOM events of subclasses that the catalogue does not know,
// until no member requires anything (mod_event_socket.c, set_all_custom, parse_command).
//
// Types of events that FreeSWITCH does not know never happen there. Require fails if it knows none
// of those that are required. Any other refusal ends the connection.
//
// # Batches
//
// All whole events in the reader's buffer are parsed once and delivered together as a Batch. A
// member takes an event as a frame in its own format. Each format is made once at most, and only if
// a member asks for it. An event that is not whole in the buffer is copied into memory of the
// Stream's own; an event of more than MaxEvent bytes ends the connection. In the steady state no
// event allocates memory.
//
// # Loss
//
// The Stream is lost if its connection ends, if FreeSWITCH breaks the protocol or sends what is not
// expected, or if FreeSWITCH disconnects it, as it does when its queue for the Stream was full and
// events are missing. A gap is never hidden: each member whose events were confirmed is notified
// with Lost, once, and is a member no longer. A resident, see JoinResident, remains a member and
// asks for the state of the Stream instead.
//
// A Stream that is lost, or cannot be connected, is connected again only while a member requires
// events, after a pause that doubles from firstRetry to maxRetry. A login at FreeSWITCH or a call
// of Require ends the pause, but not before minRetry. If the attempt to connect fails, the calls of
// Require that wait fail with its error.
//
// A fault in a Subscriber is its own: it is lost, and the others are not.
//
// # Locks
//
// Stream.mu protects the members and the state of the connection. Nothing waits while holding it,
// and nothing outside the package is called. Subscribers are called by the Stream's goroutine
// without any lock, so a Subscriber may take locks under which others call methods of Member.
package stream
