// Package lint returns warnings: parts of a valid policy that are probably not what its author
// meant.
//
// [Rule] checks one rule when it is compiled: whether it allows or denies more, or less, than its
// text suggests, and whether it names something that FreeSWITCH does not have. [Policy.Warnings]
// checks the rules that are in effect together, the clients and the tests: rules that a deny
// cancels, denies that another rule evades, limits and requirements on what nothing allows, numbers
// that may be dialled without a limit, trunks that can be connected to each other, passwords that
// expire.
//
// The text of a warning says what is wrong and why it matters, its hint what to write instead. A
// warning never changes a decision.
package lint
