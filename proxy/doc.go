// Package proxy carries clients to FreeSWITCH: sockets, goroutines, order and time.
//
// # A session
//
// A client's address is checked, it is greeted, it logs in; only then is FreeSWITCH dialled
// and logged in to with the upstream's own password. From there on two goroutines run. One
// reads the client's commands, decides on each, records it, and forwards it in its canonical
// form or answers it. The other reads FreeSWITCH's replies and events and passes them on as
// they come, without copying them.
//
// Connections that have not logged in have places of their own, few for one address. Where there is
// none left, a new connection takes that of one that waits without sending its login (places).
//
// # Order
//
// FreeSWITCH answers every command, in order. A command that the proxy answers itself keeps
// its place in that order: replyQueue holds what is owed, and an answer of the proxy's own
// is sent when its turn comes, between frames. A reply that fits nothing in the queue ends
// the session. Nothing that matters for security is learned from the text of a reply.
//
// # Slow clients
//
// FreeSWITCH is always read. What a client does not take at once waits in memory, bounded for the
// session and for all sessions together; past that the session that holds most is closed. So does
// what has come of an answer that can only be sent as a whole, the joined one to a console_execute.
// The memory is used for one client after the other, and returned to the system when none needs it.
// A client that has too many commands unanswered is not read until some are. While a session waits
// for FreeSWITCH and does not read, it looks now and then whether its client is still there.
//
// # The audit
//
// What clients cause to be written is charged to them, each client by itself, over all its
// sessions, and all strangers together. A client that owes is not read until it does not; while
// strangers owe, new connections are closed and counted. Equal denials that follow each other are
// counted (tally), the first of them recorded before it is answered. A connection is recorded when
// its client has sent something; those that end without, and those from addresses that no client
// has, are counted (fleeting).
//
// # The operator's log
//
// Logins, denials and ends of sessions have a line each, bounded in rate for each client and for
// all, with a count of what is left out (journal). Nothing that a client sent stands in it that is
// not redacted, bounded and printable.
//
// # Policy changes
//
// Each command is decided under the policy in force when it is written to FreeSWITCH, and what a
// session keeps (subscriptions, log level, an attached channel) is decided anew with every policy.
// What a command leaves behind is noted before it is written and under the lock that a change of
// policy takes, so neither can miss the other. Nothing is parsed, decided or waited for under that
// lock, and several sessions are looked at at once, so no busy session delays a revocation: it
// marks the session, from which nothing goes up any more, be it decided already, and the goroutine
// of the replies tells the client. Where a password has an end, a timer waits for it, and the
// sessions that the password let in are closed as if it had been revoked.
//
// # Jobs
//
// The end of a bgapi is heard on a connection of the proxy's own. Only the event that
// mod_event_socket fires at the end of a job is believed, and it ends the job of whose command it
// tells: two clients may choose the same Job-UUID. Where they run the same command under it, both
// jobs count until as many have ended.
//
// # Ends
//
// A session ends once, with a reason, which is recorded. The client is told with a disconnect
// notice wherever that is possible: not within a frame, and not when its connection is gone.
// A fault in the proxy ends the session in whose goroutines it shows: each of them contains it, and
// locks are released by defer, so that the end finds them free.
// The proxy never reconnects a session: its subscriptions and unanswered commands would be
// lost without a trace.
package proxy
