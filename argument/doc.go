// Package argument decides whether a value in a command is harmless. A value is a token of the
// argument of an API or application, a header of an event, or the value of a variable. A [Type]
// says what FreeSWITCH uses a value for, such as the name of a file or a number to dial.
// [TypeSet.Harm] explains why a value, or the part of it that a wildcard in a rule matched, is not
// harmless for its types.
//
// Some values can be spelled in several ways, such as a number with and without a prefix, or a path
// with and without "..". [LegSpellings], [NumberSpellings], [EscapeSpellings] and [FileSpellings]
// list the other spellings, so that a deny rule finds them. [Expansions] finds the ${…} in a text,
// and [ExpansionVariable] reports which of them a rule can name.
//
// Package catalog has the type of each position. The table in types.go lists the types and what is
// harmless for each.
package argument
