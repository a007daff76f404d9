// Package cli is eslguard's command line. This package has the command tree and one file for each
// subcommand; what the larger ones do is in packages below it.
//
//	run          guard a FreeSWITCH
//	check        report what is wrong with a policy, or what it allows
//	explain      say what frames would cause and how a client's policy decides them
//	test         run the tests of a policy
//	protections  list what is refused whatever a policy allows
//	learn        draft a role from what a client really did
//	password     make a client's password and its hash
//	audit        verify, show, replay, try and export what was recorded
//	demo         show all of this on loopback, without a FreeSWITCH
//	version      print the version
//
// # Output
//
// Results go to standard output, everything else to standard error. Output for people is plain
// text. With --json it is JSON: one value, or one value a line where results come one after the
// other.
//
// # Exit statuses
//
//	0  all went well
//	1  a problem was found, or the command failed
//	2  it was called wrongly: an unknown flag, a missing argument
//
// # Environment
//
// Every flag can also be set by an environment variable: --login-timeout of run by
// ESLGUARD_LOGIN_TIMEOUT, and --name of audit show by ESLGUARD_AUDIT_SHOW_NAME. A flag on the
// command line wins, and an empty variable counts as not set. run refuses a variable whose name
// begins with ESLGUARD_ and that belongs to no flag of any command, unless the policy names it.
package cli
