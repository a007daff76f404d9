// Package effect is the vocabulary of what commands cause in FreeSWITCH. An [Effect] is one thing that
// a command would cause: an API that runs, a leg that is dialled, a variable that is set. Policies
// decide on effects and audit records list them. Package command finds the effects of a frame, and its
// documentation has the table of kinds with what their names and tokens are.
package effect
