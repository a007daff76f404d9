// Package credential recognises clients: by the network that they connect from, and by a user and a
// password, of which the policy has the hash.
//
// An [Identity] is how one client is recognised. [Networks] finds the identities that may connect
// from an address. [Find] returns the one whose credentials were given. Fast hashes are compared
// first; slow ones are computed by a [Verifier], few at a time, the addresses that wait one after
// another. How many hashes a failed login costs depends on the address alone, so that neither their
// number nor the time tells whether there is such a user.
package credential
