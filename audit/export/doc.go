// Package export writes audit records in the forms that other programs read: events of the Open
// Cybersecurity Schema Framework (OCSF), lines of the Common Event Format (CEF), and terminal recordings
// (asciicast). Each is made of nothing but the record.
//
// # OCSF
//
// A command and a command's outcome become API Activity (6003), a login and the end of a session
// Authentication (3002), both with the profile security_control: what was decided is in action_id and
// disposition_id. Other records have no class here and are left out. Fields that have no place in the
// schema stand in unmapped.
//
//	decision  action        disposition
//	allow     1 Allowed     1 Allowed
//	deny      2 Denied      2 Blocked
//	refuse    2 Denied      25 Rejected
//	observe   3 Observed    17 Logged       forwarded, though no rule allows it
//
// # CEF
//
// One line a record of any kind. In the header \ and | are escaped, in the extension \, = and line
// ends; other characters that do not print are written as <U+NNNN>, so that no text can end its line or
// begin a field.
package export
