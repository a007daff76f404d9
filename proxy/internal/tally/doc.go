// Package tally bounds what others can cause to be written. It counts what repeats, and writes the
// number later:
//
//   - Denials counts equal denials of one session in the audit.
//   - Connections counts connections in the audit that came to nothing.
//   - Journal limits the rate of lines in the operator's log, and counts those that it leaves out.
package tally
