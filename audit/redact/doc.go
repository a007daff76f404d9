// Package redact replaces secrets in texts: in commands, in the records of an audit and in what is
// recorded of a session. [Redact] says what it recognises.
package redact
