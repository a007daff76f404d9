// Package redact replaces secrets in texts: in commands, in the records of an audit and in
// recordings of sessions.
//
// [Redact] lists what it recognises. [Secrets] can also recognise further names, and secrets in the
// places that a policy marks in the arguments of APIs. A text is decoded (escapes.go) and then read
// once by a redactor, byte by byte and line by line. The files are named after the forms of secrets
// that they recognise. The work and the memory for a text grow only with its length.
package redact
