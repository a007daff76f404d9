// Package cli is eslguard's command line: one file a subcommand.
//
//	run          guard a FreeSWITCH
//	check        read a policy and say what is wrong with it, or what it allows
//	explain      say what frames would cause and how a client's policy decides them
//	test         run the tests that a policy holds
//	protections  list what is refused whatever a policy allows
//	learn        draft a role from what a client really did
//	password     make a client's password and its hash
//	demo         show all of this on loopback, without a FreeSWITCH
//	version      say which eslguard this is
//
// # Output
//
// Results go to standard output, all else to standard error. What people read is plain text;
// with --json it is JSON, one value, or one a line where results come one after the other.
//
// # Exit statuses
//
//	0  all went well
//	1  a problem was found, or the command failed
//	2  it was called wrongly: an unknown flag, a missing argument
//
// # Environment
//
// Every flag is also read from the environment: --login-timeout of run as ESLGUARD_LOGIN_TIMEOUT,
// and --name of audit show as ESLGUARD_AUDIT_SHOW_NAME. A flag on the command line wins, and an
// empty variable counts as none. run refuses a variable whose name begins with ESLGUARD_ and that
// stands for no flag of any command, unless the policy names it.
package cli
