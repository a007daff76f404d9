// Package catalog says what FreeSWITCH has, as data: its APIs and applications, its events, the
// variables whose value it runs, what each position of a command is taken for, and the inputs that
// are known to break it. It was read in the source of FreeSWITCH (1.11.3-dev, git cc93a68). What a
// command does with these is found in package command.
//
// # APIs and applications
//
// A [Catalog] knows the APIs and applications of FreeSWITCH's own tree: class, how the argument is
// split and into how many slots, which tokens are compared without case, which are channel uuids
// (apis.tsv, apps.tsv). What is not in it has no class and one token, the whole argument. A policy
// adds APIs of other modules by [Catalog.With].
//
// # Types
//
// Every token of an API, an application and an event, and the value of every variable, has an
// [argument.Type], which says what FreeSWITCH takes it for (positions.tsv). [FormOf] looks them up
// for an effect. What is in no row is text. A position whose argument is taken apart is of the type
// nested: the effects of what it contains are decided.
//
// # Variables
//
// Many variables of a channel are run, opened or dialled by FreeSWITCH sooner or later. [HookOf]
// says what it does with the value of one.
//
// # Protections
//
// A [Protection] is one kind of input that is refused whatever the policy allows, since it is known
// to stop FreeSWITCH, to occupy it without an end or to corrupt its memory. [Catalog.Without]
// switches protections off.
package catalog
