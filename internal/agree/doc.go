// Package agree contains tests that command lists everything that a switch executes.
//
// A grammar makes frames that contain other commands in every way that the catalogue knows
// ([FuzzAgree], grammar_test.go). They pass through codec and command like a client's frames. What
// would be forwarded goes to switchsim, which reads and executes it with an interpreter of its own
// that shares no code with the two. Everything that switchsim executed (an API, an application, a
// call, an extension, a variable that it set) must be among the effects. Opaque frames are not
// forwarded, as under every policy that is not unguarded, and refused frames are not forwarded
// under any policy.
//
// After a series of frames, everything that they stored is made to happen: an expansion mentions
// every variable, and every hook runs. The effects must have listed that when it was stored.
package agree
