// Package command says what a frame from a client asks FreeSWITCH to do. [Parse] turns one frame into a
// [Command]: the effects that it would cause, on which policy decides, and the canonical frames
// that go up in its place. Nothing that a client wrote goes up as it came.
//
// # What is refused
//
// A verb is taken only if it is spelled out and parted by one space from what follows, in any
// case of its letters; FreeSWITCH itself takes many by their beginning. Whatever FreeSWITCH could
// read in more than one way is refused with one of the Reason constants, whoever sent it and
// whatever the policy says: ambiguity is how a command would mean one thing here and another there.
// What FreeSWITCH is known to answer without doing anything is answered here ([Command.Answer]).
//
// # Effects
//
// An effect is one thing that a command would cause in FreeSWITCH. Its Name and Tokens are what
// rules are matched on.
//
//	kind       caused by                                    name and tokens
//	api        api, bgapi, each part of a console_execute,  the API; its argument, split as that
//	           getvar (as uuid_getvar)                      API splits it
//	app        sendmsg execute, each application of         the application; its argument, split
//	           a sendmsg xferext                            as that application splits it
//	subscribe  event: one for each type; ALL is all types   the event; of CUSTOM the subclass, none
//	           and CUSTOM without a token                   for CUSTOM as such
//	inject     sendevent                                    the event; the values of some headers,
//	                                                        see below
//	channel    myevents, resume, divert_events, linger,     the verb or call-command; the uuid
//	           sendmsg hangup, nomedia, unicast, xferext,
//	           sendevent with a Unique-ID
//	filter     filter with a /regex/                        regex; the header
//	log        log                                          the level
//	handover   the application socket: one for each host    HOST:PORT
//	opaque     what cannot be taken apart                   the reason
//
// The kinds dial, dialplan and var are for the analysis of nested commands, and nothing yields them
// yet. exit, noevents, nixevent, nolog, nolinger and filters that compare for equality touch
// only the client's own session and have no effect.
//
// The tokens of inject are the values of these headers, in this order, empty where one is missing;
// other events have none:
//
//	CUSTOM                     Event-Subclass (no token without one)
//	NOTIFY                     profile user host to-uri event-string
//	SEND_MESSAGE               profile user host event-string
//	SEND_INFO                  profile to-uri
//	MESSAGE_WAITING            MWI-Message-Account Sofia-Profile
//	PHONE_FEATURE              profile user host
//	PRESENCE_IN, PRESENCE_OUT  proto from
//	PRESENCE_PROBE             proto from to
//
// # What is opaque
//
// Beside the effect of an API or application stands an opaque one
//
//   - wrapper, where it can hold other commands, store what runs later, or make calls: the classes
//     nested and originate, and what the catalogue marks besides;
//   - script, where it runs a program: the class exec, and loading from a path;
//   - expansion, where ${…} in it would or might be expanded;
//   - unknown-syntax, where its text begins with a separator of its own (^^X), or holds a backslash or
//     an odd quote, and is split by a splitter that heeds them.
//
// Subcommands that only read (`callcenter_config queue list`) have the class read and are not
// opaque. The application socket is not opaque either: its handover says all.
//
// # The catalogue
//
// A [Catalog] knows the APIs and applications of FreeSWITCH's own tree: class, how the argument is split
// and into how many slots, which tokens are compared without case, which hold channel uuids. What is
// not in it has no class and one token, the whole argument.
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
// effects and canonical frames or sets an answer, in the file of its topic; a note for
// State.Apply, if something of it lasts. Then rows in the tables of verbs_test.go, a seed for
// FuzzParse, and a line in the table above.
package command
