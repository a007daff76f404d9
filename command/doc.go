// Package command parses what a client asks FreeSWITCH to do. [Parse] turns one frame into a
// [Command]: the effects that it would cause, on which the policy decides, and the canonical frames
// that are forwarded in its place. A client's own bytes are never forwarded.
//
// # What is refused
//
// A verb must be spelled out, in any case, and one space must separate it from what follows.
// FreeSWITCH itself compares only the beginning of many verbs. Two such spellings are common and
// accepted: events means event, nixevents means nixevent.
//
// Anything that FreeSWITCH could read in more than one way is refused with one of the Reason
// constants, for every client and under every policy. A frame that has one meaning here and another
// in FreeSWITCH would pass the policy as something else than what it does.
//
// Inputs that are known to stop FreeSWITCH, or to occupy it without an end, are refused as well,
// however deep they are nested in a command. These are the [catalog.Protections], each of which a
// catalogue may switch off ([catalog.Catalog.Without]).
//
// If FreeSWITCH is known to answer a command without doing anything, it is answered here and not
// forwarded ([Command.Answer]).
//
// # Where things are
//
//   - Package effect has the vocabulary of effects, with a table of their kinds, names and tokens.
//   - Package catalog has what FreeSWITCH has: its APIs and applications, events and variables, and
//     the protections. Package argument has the types of values and what is harmless for each.
//   - Package nested finds what the argument of an API or application contains, and what is opaque.
//   - Package protect finds the inputs that protections refuse.
//   - This package has the verbs, the state of a session and the reasons of refusals.
//
// # What is forwarded
//
// The line and the headers of a frame are rewritten. The argument of an API is rewritten from its
// tokens, in the simplest way that FreeSWITCH's splitter reads as the same tokens; an originate is
// rewritten from its dial string. If there is no such way, the argument is forwarded unchanged and
// the effect is opaque.
//
// Texts within a frame are forwarded unchanged too: the argument of an application, a request to a
// JSON API. Where such a text could be read in two ways, the effect is opaque (unknown-syntax).
//
// An API that a policy describes is rewritten like those of the catalogue. What its "split" says is
// taken to be true of the module.
//
// # The state of a session
//
// The meaning of a command can depend on earlier ones: on the attached channel, on the format of
// events. A [State] keeps that, and what was allowed and lasts, so that a new policy can decide it
// again ([State.Lasting]). [Parse] only reads it; call [State.Apply] once the command has been
// forwarded.
//
// # To add a verb
//
//  1. Add its constant and its name to verb.go: to verbNames, and to verbs.
//  2. Add a case to parser.parse, and a parser to the file of its topic. It appends effects and the
//     canonical frame, or sets an answer. If something of the command lasts, it also sets apply for
//     State.Apply, and State.Lasting returns the effect.
//  3. Add rows to the tables of verbs_test.go (of state_test.go if something lasts) and a seed to
//     FuzzParse, and the verb to the table of package effect.
package command
