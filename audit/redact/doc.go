// Package redact replaces secrets in texts: in commands, in the records of an audit and in
// recordings of sessions.
//
// [Redact] says what it recognises. [Secrets] know more: further names, and the places at which the
// APIs of a policy take secrets. A text is decoded (escapes.go) and then read once by a redactor,
// byte by byte and line by line; the files are named after the forms of secrets that they
// recognise. The work and the memory for a text grow only with its length.
package redact
