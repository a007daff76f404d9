// Package identity is what a change of policy looks at in a session: the client that it has logged
// in as, the policy that last decided on it, and what its commands have left behind. An
// Expiry waits until a password may no longer be used.
package identity
