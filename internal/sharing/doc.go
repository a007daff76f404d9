// Package sharing contains tests of the shared event stream and the shared connections, from
// outside: clients that use a guard are compared with clients that use the same simulated switch
// directly, and with recordings of a real one.
package sharing
