// Package credential recognises clients: by the network that they connect from, and by a user and a
// password, of which the policy has the hash.
//
// A client's "from" says from which networks it may connect, whatever networks of others are within
// them or around them; [Networks.Enclosed] lists those. Its "auth" picks among the clients that may
// connect from an address: "password" alone for the command auth, "user" (user@domain) and
// "password" for userauth. A policy in which one login could match two clients is an error.
//
// A password is given as a hash: sha256: for generated passwords, argon2id:, which needs a user,
// for those that people chose. A client may have several, each with a "not_after", which also ends
// the sessions that it let in.
//
// An [Identity] is how one client is recognised, and [Find] returns the one whose credentials were
// given. Fast hashes are compared first. Slow ones are computed by a [Verifier], few at a time; the
// addresses that wait take turns. A login that fails costs as many slow hashes as the client with
// the most has, of those that may connect from there. So neither the number of hashes nor the time
// tells whether there is such a user.
package credential
