// Package pattern matches one token of a rule: globs with wildcards, numbers, uuids and sets, and
// regular expressions.
//
// A [Pattern] has alternatives. Each is a [Glob], a list of elements such as literal text and
// wildcards; a regular expression stands alone. [Options] say how a token is compared: without
// case, as broadly as in a deny, or with wildcards that match only what is harmless at the token's
// position. Every match counts its steps in a [Meter], so that no token can take unbounded work.
//
// Apart from matching, the package answers what warnings and checks ask of patterns: whether one
// covers another (cover.go), whether one text may match two (meet.go), which numbers a pattern
// means (number.go), and how a rule spells a text (spell.go).
package pattern
