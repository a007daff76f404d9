// Package agree holds a test: that command lists whatever a switch executes.
//
// A grammar makes frames that hold other commands in every way that the catalogue knows
// ([FuzzAgree], grammar_test.go). They go through codec and command as a client's do, and what
// would go up goes to switchsim, which reads and executes by an interpreter of its own that shares
// nothing with the two. What switchsim executed (an API, an application, a call, an extension, a
// variable that it set) must be among the effects. What is opaque does not go up, as under every
// policy that is not unguarded; what is refused does not, whatever the policy says.
//
// After a run of frames everything that they stored is made to happen: every variable is mentioned,
// every hook fires. That must have been listed when it was stored.
package agree
