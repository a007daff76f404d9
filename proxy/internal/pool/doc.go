// Package pool keeps logged-in connections to a FreeSWITCH that sessions share. A session has one
// of them only while a command of its own is unanswered, so that thousands of sessions need few
// connections and cost FreeSWITCH few logins.
//
// A Set has one Pool for each address. Pool.Get gives a connection to a client, Pool.Put takes it
// back, and Pool.Discard closes it. Pool.Reach serves logins.
//
// # Which connections are used again
//
// A connection is used again only if nothing on it can belong to the client that had it: its
// answers have been read completely, nothing else has come, it has not been interrupted, and
// FreeSWITCH has not closed it. Put checks that, and Get checks it again when a connection has been
// idle. All others are closed. The caller calls Discard for a connection on which a command is
// unanswered, that carried anything lasting (log, myevents, linger, filter, event), or on which
// FreeSWITCH broke the protocol.
//
// # Growth
//
// If there is no connection at all, the first Get or Reach dials one. All other Gets wait for a
// connection that comes back. The Pool looks at the waiting Gets every 5 ms, and dials further
// connections as follows.
//
//   - If every connection in use has been in use for 5 ms or more, one is added, at most every 100
//     ms; while there are fewer than 8, up to 4 are added.
//   - If every connection in use has been in use for 100 ms or more, the commands take long, and
//     the number of connections is doubled.
//   - If a Get has waited for 500 ms although connections come back, a quarter is added, at most
//     every 500 ms.
//
// If eslguard itself is late, because its goroutines have to wait for a processor, connections come
// back late although FreeSWITCH has answered, and more connections would not help. Then only one is
// added at a time, and only if a Get has waited for 500 ms. At most 4 dials are under way at once,
// and no more than Gets wait. So 1,000 sessions that each send a short command at once share a few
// connections, and 256 commands that take a minute have 256 connections within about a second.
//
// # Shares
//
// A connection goes to the client that has the fewest in use, and among several to the one that has
// waited longest. A client may take one whenever a place is free. It may take a further one only
// while it has fewer in use than there are free places; there are Options.Max places, and those of
// idle connections are free. A client that is alone therefore gets half of all places, 128 of 256.
// A second one that comes later gets 64 and a third 32, and two that compete from the beginning get
// 85 and 86. A client that is alone does not get the other half, because a command may take a
// minute and its connection cannot be taken away: a client that comes later would have to wait that
// long.
//
// # Waiting
//
// A Get waits for Options.Wait at most. Its error then says why: FreeSWITCH cannot be reached, all
// connections are in use, or the client itself has too many in use. If a dial fails while no
// connection exists and no other dial is under way, all that wait get its error at once. If it
// fails while other connections are in use, they wait on, no further connection is dialled for half
// a second, and the error is that of the dial if the time is up.
//
// # Shrinking
//
// A connection that has been idle for 10 s is closed, except the one that was used last. That one
// is closed a minute after the last session has left (Pool.Leave), or at once if the policy no
// longer has the upstream. An idle connection has no goroutine and no buffer. That FreeSWITCH has
// closed an idle connection is noticed by the next Get or Reach, which then dials.
//
// # Logins
//
// Reach returns nil if a connection to FreeSWITCH is in use or idle. If there is none, it dials
// one, which all that call Reach at the same time wait for, and which remains in the Pool. So a
// login of a client costs FreeSWITCH no login, and a client is refused if FreeSWITCH cannot be
// reached.
//
// # A new policy
//
// Set.Keep gives the Pools the upstreams of a new policy, which may read a password from another
// place. Connections that exist are kept, as sessions keep theirs when a password changes.
package pool
