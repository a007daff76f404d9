// Package learn writes rules: a role from what a client did, and the rule that would allow what a
// client was denied.
//
// A [Learner] drafts the rules of a role from effects that were caused. Where more than a few texts
// differ in one token, it proposes a pattern, for most of them if a few are odd; a range of numbers
// only where they come back. What takes other commands may have any arguments only if all that it
// did is learnt by itself. It never proposes a rule for opaque effects, for handovers, and for what
// runs programs.
//
// A [Suggester] writes the rule that would allow one effect and no other.
package learn
