// Package rule compiles the rules of roles and matches them against effects.
//
// A [Compiler] reads a rule and refuses one that can never match anything, by what a [Vocabulary]
// knows about FreeSWITCH. A [Rule] matches an effect, and can say why it does not, and how far it
// is from matching. A [Set] finds the first of many rules that matches an effect without looking at
// the others.
//
// The zero values match nothing.
package rule
