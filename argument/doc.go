// Package argument says what FreeSWITCH takes the value at a position of a command for, and which
// values are harmless there. A [Type] is what a value is taken for, such as the name of a file or a
// number to dial. [TypeSet.Harm] says why a value, or the part of one that a wildcard matched, is
// not harmless. The values are the tokens of an API's or application's argument, the headers of an
// event and the values of variables.
//
// Some values can be spelled in several ways: a number with and without a prefix, a path with and
// without a detour. The functions for spellings list them. [Expansions] finds the ${…} in a text,
// and [ExpansionVariable] says which of them a rule can name.
//
// Which type a position has is in package catalog. The types and what is harmless for each are in
// the table of types.go.
package argument
