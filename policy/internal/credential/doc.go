// Package credential identifies clients by the network that they connect from, by user and by
// password.
//
// A client's "from" lists the networks from which it may connect. Networks of other clients within
// them or around them make no difference; [Networks.Enclosed] lists those. The client's "auth"
// selects among the clients that may connect from an address: by "password" alone for the command
// auth, by "user" (user@domain) and "password" for userauth. A policy in which one login could
// match two clients is an error.
//
// The policy contains hashes of passwords: sha256: for generated passwords, and argon2id: for
// passwords that people chose, which needs a user. A client may have several passwords. Each may
// have a "not_after"; when it expires, the sessions that logged in with it end as well.
//
// An [Identity] is how one client is identified, and [Find] returns the identity that credentials
// belong to. It compares fast hashes first. A [Verifier] computes the slow ones, few at a time;
// waiting addresses take turns. A failed login computes as many slow hashes as the client with the
// most of them has, among the clients that may connect from that address. So neither the number of
// hashes nor the time reveals whether a user exists.
package credential
