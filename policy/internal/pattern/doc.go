// Package pattern matches one token of a rule: globs with wildcards, numbers, uuids and sets, and
// regular expressions.
//
// A [Pattern] is either a regular expression or a list of alternatives. Each alternative is a
// [Glob], a list of elements such as literal text and wildcards. [Options] say how a token is
// compared: without case, as broadly as in a deny rule, or with wildcards that match only what is
// harmless at the token's position. Every match counts its steps in a [Meter], so that no token can
// take unbounded work.
//
// The package also answers the questions of checks and warnings about patterns: whether one covers
// another (cover.go), whether one text may match two (overlap.go), which numbers a pattern means
// (number.go), and how a rule spells a text (spell.go).
package pattern
