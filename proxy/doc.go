// Package proxy stands between clients and FreeSWITCH: sockets, goroutines, order and time.
//
// # A session
//
// The proxy checks a client's address, greets it and waits for its login. Only then does it dial
// FreeSWITCH and log in there with the upstream's own password. From there on two goroutines run.
// One (commands) reads the client's commands, decides on each, records it, and forwards it in its
// canonical form or answers it. The other (relay) reads FreeSWITCH's replies and events and passes
// them on as they come, without copying them. All that the client is sent goes through one
// answers.Writer, which keeps the order.
//
// Connections that have not logged in have places of their own, few for one address. If none is
// left, a new connection takes the place of one that waits without sending its login
// (admission.Places).
//
// # Shared events and connections
//
// The policy can have the sessions of an upstream share its events, its connections, or both.
//
// A session that shares events gets them from the stream of its upstream (package stream): its
// Feed chooses from them and writes them in the goroutine of the stream, which waits for no client.
// Commands that subscribe or filter change the Feed and are answered by the proxy, in their turn
// (change). After myevents, which FreeSWITCH alone can carry out, the session's events come on a
// connection of its own.
//
// A session that shares connections has none after its login. It borrows one from a pool (package
// pool) when it sends a command, and gives it back with the last answer (line). A command that
// leaves something behind on its connection, or needs what another has left there, is sent on one
// that the session keeps until its end (route). A connection with a command unanswered is never
// given to another session.
//
// If the stream is lost, the sessions that are subscribed to it are closed, since events are
// missing.
//
// # Idle sessions
//
// Most sessions are idle, and a goroutine keeps the stack that its deepest call needed. After some
// seconds without input, each of the two goroutines of a session is therefore replaced by a fresh
// one, which waits without a read buffer (wire.Conn.Wait).
//
// # Order
//
// FreeSWITCH answers every command, in order. A command that the proxy answers itself keeps its
// place in that order, and its answer is sent between frames when its turn comes. A reply that
// matches no command ends the session. Nothing that matters for security is learned from the text
// of a reply.
//
// # Slow clients
//
// FreeSWITCH is always read. Bytes that a client does not take at once wait in memory, bounded for
// the session and for all sessions together; beyond that, the session that uses the most memory is
// closed. A client that has too many commands without an answer is not read until some are
// answered. While a session waits for FreeSWITCH and does not read its client, it checks now and
// then whether the client is still there.
//
// # The audit
//
// The audit records that a client causes are charged to it, with all its sessions together, and
// those of all strangers are charged together (ledger.Ledger, admission.Allowances). A client in
// debt is not read until the debt is paid; while strangers are in debt, new connections are closed
// and counted. Equal denials that follow each other are counted, the first of them recorded before
// it is answered. A connection is recorded when its client has sent something. Connections that end
// before that, and connections from addresses that no client has, are counted (package tally).
//
// # The operator's log
//
// Logins, denials and ends of sessions have a line each, limited in rate for each client and for
// all, with a count of the lines that are left out (tally.Journal). Text that a client sent is
// redacted, bounded and printable there.
//
// # Policy changes
//
// Each command is decided under the policy in force when it is written to FreeSWITCH, and what a
// session keeps (subscriptions, log level, an attached channel) is decided again with every policy.
// What a command leaves behind is noted before it is written, under the lock that a change of
// policy takes (identity.Identity), so neither can miss the other. Nothing is parsed, decided or
// waited for under that lock, and several sessions are rechecked at once, so no busy session delays
// a revocation. A revocation marks the session, so that nothing is forwarded any more, even if it
// is decided already, and the relay tells the client. If a password expires, a timer waits for
// that, and the sessions that the password let in are closed as if it had been revoked.
//
// # Ends
//
// A session ends once, with a reason, which is recorded (lifetime, ending). Its context is
// cancelled, and both goroutines stop. The client is sent a disconnect notice whenever that is
// possible: not within a frame, and not when its connection is gone. A fault in the proxy ends only
// the session in whose goroutines it occurs: each of them contains it, and locks are released by
// defer, so that the end finds them free. The proxy never reconnects a session: its subscriptions
// and unanswered commands would be lost without a trace.
//
// # Locks
//
// A session's lifetime.mu is taken last: while the lock of its Writer, and of the Budget of all
// sessions below that, or of its identity, or line.mu is held. The lock of a pool may be taken
// while line.mu is held. The roster's lock is held alone, or with that of admission.Sessions below
// it.
package proxy
