// Package secrets keeps secrets out of the operator's log, and finds the commands whose answers may
// contain secrets, so that these answers are not recorded.
package secrets
