// Package catalog describes FreeSWITCH as data: its APIs and applications, its events, the
// variables whose values it runs, the type of each position in a command, and the inputs that are
// known to break it. The data comes from FreeSWITCH's source (1.11.3-dev, git cc93a68). Package
// command uses it to find the effects of a command.
//
// # APIs and applications
//
// A [Catalog] describes the APIs and applications of FreeSWITCH's own tree (apis.tsv, apps.tsv):
// the class of each, how its argument is split and into how many tokens, which tokens FreeSWITCH
// compares without case, and which are uuids of channels. An API or application that is not in the
// catalogue has no class, and its whole argument is one token. A policy adds the APIs of other
// modules with [Catalog.With].
//
// # Types
//
// Every token of an API, application or event, and the value of every variable, has an
// [argument.Type], which says what FreeSWITCH uses it for (positions.tsv). [FormOf] returns the
// types of an effect's tokens. A position without a row is text. A position that package command
// analyses has the type nested, since the policy decides on the effects of what it contains.
//
// # Variables
//
// FreeSWITCH runs, opens or dials the values of many variables, at once or later. [HookOf] says
// what it does with the value of a variable.
//
// # Protections
//
// A [Protection] is one kind of input that is refused even if the policy allows it, because it is
// known to stop FreeSWITCH, to occupy it without end or to corrupt its memory. [Catalog.Without]
// switches protections off.
package catalog
