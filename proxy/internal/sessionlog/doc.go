// Package sessionlog writes the lines of the operator's log about sessions: logins, denials
// and ends.
package sessionlog
