// Package identity is what a change of policy looks at in a session: the client that it has logged
// in as, the policy that last decided on it, and what its commands have left behind. An Expiry
// waits for the next moment at which a password expires.
package identity
