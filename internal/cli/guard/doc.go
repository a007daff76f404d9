// Package guard runs a proxy.Server and everything around it until a signal ends the program. It
// follows the policy's files, looks after the audit, keeps the use of limits over a restart, tries
// the upstreams, and logs all of this for the operator.
//
// Nothing here may make the program wait for ever. A disk may never answer, and the reader of the
// log may stop reading. So everything that uses the audit's disk runs in goroutines of its own, for
// which the program waits only a while, and lines of the log are queued.
package guard
