// Package limit counts what clients use of the limits of their roles.
//
// A [Limit] is compiled from the policy. [Buckets] hold what every client has used of its limits;
// they outlive the policies of a reload, and can be saved to a file and restored from it. Taking is
// all or nothing: a command that is over one limit takes nothing of the others.
package limit
