// Package limit counts what clients use of the limits of their roles.
//
// "limits" of a role map KIND or KIND NAME, which matches as in a deny, to one or an array of
//
//	N/s, N/m, N/h   a rate, with " burst B" where more or fewer than N may come at once
//	N/day           how many on one day, in UTC
//	N at once       how many under way: commands that wait for their answer, and bgapi jobs
//	                that have not ended
//
// Every effect counts: a command with three legs takes three of a limit on dial. A repeating effect
// counts once, when it is sent. A leg is under way for as long as its command: without events
// nobody can say whether a call is up. With several roles the smallest limit applies. All sessions
// of a client share its limits.
//
// A [Limit] is compiled from the policy. [Buckets] are what every client has used of its limits.
// Taking is all or nothing: a command that is over one limit takes nothing of the others. Buckets
// outlive the policies of a reload, and keep for 24 hours what has been used of limits and clients
// that left the policy. They can be saved to a file and restored from it after a restart.
//
// If a clock is set back by at most an hour, the day that had begun goes on. A clock that is set
// back further is believed, and what has been used stays used until its next midnight.
package limit
