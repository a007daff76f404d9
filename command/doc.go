// Package command says what a frame from a client asks FreeSWITCH to do. [Parse] turns one frame
// into a [Command]: the effects that it would cause, on which policy decides, and the canonical
// frames that go up in its place. No frame goes up as it came.
//
// # What is refused
//
// A verb is taken only if it is spelled out and parted by one space from what follows, in any case
// of its letters; FreeSWITCH itself takes many by their beginning. Two more spellings are common
// and taken, too: events is event, nixevents is nixevent. Whatever FreeSWITCH could read in more
// than one way is refused with one of the Reason constants, whoever sent it and whatever the policy
// says: ambiguity is how a command would mean one thing here and another there. So is what is known
// to stop FreeSWITCH or to occupy it without an end, however deep it stands in a command: the
// [catalog.Protections], which a catalogue may switch off one by one ([catalog.Catalog.Without]).
// What FreeSWITCH is known to answer without doing anything is answered here ([Command.Answer]).
//
// # What is found where
//
//   - Package effect has the vocabulary of effects, with a table of their kinds, names and tokens.
//   - Package catalog has what FreeSWITCH has: its APIs and applications, events and variables, and
//     the protections. Package argument has the types of values and what is harmless for each.
//   - Package nested finds what the argument of an API or application contains, and says what is
//     opaque.
//   - Package protect looks for what protections refuse.
//   - This package has the verbs, the state of a session and the reasons of refusals.
//
// # What goes up
//
// The line and the headers of a frame are written anew. The argument of an API is written again
// from its tokens, in the plainest way that FreeSWITCH's splitter reads as the same; an originate
// from its dial string on. Where there is no such way, it goes up as it came and is opaque. So
// does, letter by letter, what is a text within: the argument of an application, a request to a
// JSON API. Of these nothing passes that could be read in two ways, for then it is opaque
// (unknown-syntax). An API that a policy describes is written again like those of the catalogue:
// what its "split" says is taken to be true of the module.
//
// # The state of a session
//
// What a command means may rest on those before it: the attached channel, the format of events. A
// [State] keeps that, and what was allowed that lasts, so that a new policy can decide it again
// ([State.Lasting]). [Parse] only reads it; [State.Apply] is called once the command has gone up.
//
// # To add a verb
//
// Add its constant and its two names in verb.go, a case in parser.parse, and a parser that appends
// effects and canonical frames or sets an answer, in the file of its topic; a note for State.Apply,
// if something of it lasts. Then rows in the tables of verbs_test.go, a seed for FuzzParse, and a
// line in the table of package effect.
package command
