// Package learn writes rules: a role that allows what a client did, and the rule that would allow
// what a client was denied.
//
// A [Learner] drafts the rules of a role from effects that a client caused. If more than a few
// texts differ in one token, it proposes a pattern. The pattern may leave out a few outliers. It is
// a range of numbers only if the numbers recurred. An effect that only runs other commands may have
// any arguments, because these commands get rules of their own. The Learner never proposes a rule
// for opaque effects, for handovers, or for effects that run programs.
//
// A [Suggester] writes the rule that would allow one effect and no other.
package learn
