// Package export converts audit records to the forms that other programs read: events of the Open
// Cybersecurity Schema Framework (OCSF), lines of the Common Event Format (CEF), and terminal
// recordings (asciicast). It uses nothing but the record.
//
// # OCSF
//
// A command and its outcome become API Activity (6003), a login and the end of a session become
// Authentication (3002). Both have the profile security_control: the decision is in action_id and
// disposition_id. Other records have no class here and are left out. Fields without a place in the
// schema are in unmapped.
//
//	decision  action        disposition
//	allow     1 Allowed     1 Allowed
//	deny      2 Denied      2 Blocked
//	refuse    2 Denied      25 Rejected
//	observe   3 Observed    17 Logged       forwarded although no rule allows it
//
// # CEF
//
// A record of any kind becomes one line. \ and | are escaped in the header, and \, = and line ends
// in the extension. Other characters that cannot be printed are written as <U+NNNN>, so that no
// text can end its line or begin a field.
package export
