// Package recorded turns what an audit record says of a command back into the frame and the effects
// that it was made from, so that rules can be matched on them.
//
// A record is not always complete. Long texts are cut, secrets are left out, and the tokens of an
// effect are not recorded at all. The functions of this package report what they cannot restore;
// they never guess.
package recorded
