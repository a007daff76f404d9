// Package limit counts how much clients have used of the limits of their roles.
//
// In the "limits" of a role each key is KIND or KIND NAME. It matches effects as a deny rule does.
// Each value is one limit, or an array of limits:
//
//	N/s, N/m, N/h   a rate, with " burst B" where more or fewer than N may come at once
//	N/day           how many on one day, in UTC
//	N at once       how many at the same time: commands that wait for their answer, and bgapi jobs
//	                that have not ended
//
// Every effect counts: a command with three legs takes three of a limit on dial. A repeating effect
// counts once, when it is sent. A limit "N at once" counts a leg only until its command has ended:
// without events it is unknown whether a call is up. If a client has several roles, the smallest
// limit applies. All sessions of a client share its limits.
//
// A [Limit] is compiled from the policy. [Buckets] contain what every client has used of its
// limits. Taking is all or nothing: a command that exceeds one limit takes nothing of the others.
// Buckets survive a reload of the policy. They keep the use of limits and clients that were removed
// from the policy for 24 hours. They can be saved to a file and restored from it after a restart.
//
// If the clock is set back by at most an hour, the current day continues. If it is set back
// further, the new time is believed, and what has been used stays used until the next midnight.
package limit
