// Package upstream makes logged-in connections to FreeSWITCH.
//
// A Dialer connects, waits for the greeting and logs in with the upstream's own password, which it
// reads from where the policy says. It limits how many logins are under way at one address, dials
// again if a connection gets no greeting, and reads the password's file again if it is being
// replaced. A Link is the connection that results. A Reach logs when an upstream cannot be logged
// in to any more, and when it can again.
package upstream
