// Package command says what a frame from a client asks FreeSWITCH to do. [Parse] turns one frame into a
// [Command]: the effects that it would cause, on which policy decides, and the canonical frames
// that go up in its place. No frame goes up as it came.
//
// # What is refused
//
// A verb is taken only if it is spelled out and parted by one space from what follows, in any case
// of its letters; FreeSWITCH itself takes many by their beginning. Two more spellings are common
// and taken, too: events is event, nixevents is nixevent. Whatever FreeSWITCH could read in more
// than one way is refused with one of the Reason constants, whoever sent it and whatever the policy
// says: ambiguity is how a command would mean one thing here and another there. So is what is known
// to stop FreeSWITCH or to occupy it without an end, however deep it stands in a command: the
// [Protections], which a catalogue may switch off one by one ([Catalog.Without]). What FreeSWITCH
// is known to answer without doing anything is answered here ([Command.Answer]).
//
// # Effects
//
// An effect is one thing that a command would cause in FreeSWITCH. Its Name and Tokens are what
// rules are matched on.
//
//	kind       caused by                                    name and tokens
//	api        api, bgapi, each part of a console_execute,  the API; its argument, split as that
//	           getvar (as uuid_getvar), ${name(args)} and   API splits it
//	           all else that runs one
//	app        sendmsg execute, each application of         the application; its argument, expanded
//	           a sendmsg xferext, &app(args) and all else   and split as that application splits it
//	           that runs one
//	dial       each leg of a dial string; a deflect or      TYPE/DATA; deflect/URI, redirect/URI;
//	           redirect                                     [Effect.Leg] says where the leg stands
//	dialplan   what sends a channel to an extension         the dialplan; the context, the extension
//	var        what sets a variable                         channel, originate or global; the name,
//	                                                        the value
//	subscribe  event: one for each type; ALL is all types   the event; of CUSTOM the subclass, none
//	           and CUSTOM without a token                   for CUSTOM as such
//	inject     sendevent, the application event             the event; the values of some headers,
//	                                                        see below
//	channel    myevents, resume, divert_events, linger,     the verb or call-command; the uuid; of
//	           sendmsg hangup, nomedia, unicast, xferext,   nomedia the nomedia-uuid; unicast
//	           sendevent with a Unique-ID                   has more, see below
//	filter     filter with a /regex/                        regex; the header
//	log        log                                          the level
//	handover   the application socket: one for each host    HOST:PORT
//	opaque     what cannot be taken apart                   the reason
//
// exit, noevents, nixevent, nolog, nolinger and filters that compare for equality touch
// only the client's own session and have no effect.
//
// A sendevent of a name that no event has injects CUSTOM, as FreeSWITCH does it, and goes up so.
// Its token is the header Event-Subclass; without it there is none, whatever the name.
//
// The tokens of inject are the values of these headers, in this order, empty where one is missing;
// other events have none:
//
//	CUSTOM                     Event-Subclass (no token without one)
//	CUSTOM SMS::SEND_MESSAGE   Event-Subclass dest_proto to from
//	NOTIFY                     profile user host to-uri event-string
//	SEND_MESSAGE               profile user host event-string
//	SEND_INFO                  profile to-uri
//	MESSAGE_WAITING            MWI-Message-Account Sofia-Profile
//	PHONE_FEATURE              profile user host
//	PRESENCE_IN, PRESENCE_OUT  proto from
//	PRESENCE_PROBE             proto from to
//
// Of NOTIFY, SEND_MESSAGE, SEND_INFO and PHONE_FEATURE one more token, NAME=VALUE, stands for each
// of contact-uri, call-id, uuid and local-user that is there and makes the event reach somebody
// else than the others say, and of from-uri, by which it comes from somebody else. SEND_INFO has
// such tokens for call-info and alert-info. NOTIFY has such
// tokens for extra-headers, for a content-type that is no plain TYPE/SUBTYPE, and, as _body, for a
// body. Every event has one for presence-data-cols, and those of schedules have some for task-id,
// task-runtime and task-sql_manager: FreeSWITCH puts these into SQL.
//
// CUSTOM SMS::SEND_MESSAGE has such tokens for proto, from_proto, from_full, sip_profile,
// to_sip_ip, to_sip_port, smpp_gateway, call_id, from_user, from_host, to_user and to_host, for a
// hint with a slash and for a type that is no plain TYPE/SUBTYPE. Besides these and the first ones
// only subject, blocking, replying, content-type and Unique-ID go up: its other headers are left
// out. The application event cannot leave them out, so there they are opaque (wrapper).
//
// The tokens of channel unicast are the uuid, remote-ip, remote-port, local-ip, local-port,
// transport and flags; what the client does not say is what FreeSWITCH takes in its place. Ports go
// up in plain digits, and an address goes up only in its plain form.
//
// # What nests
//
// The effects of a command are its own and those of everything that it holds, in whatever way and
// however deep: [Effect.Path] tells the way. Of what happens by a schedule, or again and again, [Effect.Later] says so. An
// effect that is found twice is listed twice.
//
//   - Wrappers, whose argument is a command: bgapi, expand, eval, xml_wrap, sched_api, json, chat, alias.
//   - Expansion. FreeSWITCH expands the argument of every application when it runs, and those of eval and
//     expand. Each ${name(args)} is an API that runs; the text is then analysed as it comes out. So is,
//     for its expansions, every value that FreeSWITCH keeps (a variable, a row of hash, a contact), at once:
//     they run when anything mentions it.
//   - What takes a dial string, an extension, a path of uuid_broadcast (app::args), a variable: of these
//     some run their value.
//   - JSON APIs, which have the effects of the plain APIs that tell the same: channelData that of uuid_dump.
//
// Not more than 16 commands within commands, 1,024 effects and 256 KiB of text (each byte as often as it is
// nested) are looked at; what lies beyond is opaque (depth).
//
// What only FreeSWITCH knows, the value of a variable or what an API answers, stands in the tokens as it was
// written, ${…}. An opaque effect (expansion) says so, except where it can do nothing: in what is
// only shown (the API echo, the applications log and eval), and where a variable is set to exactly what
// another one holds, whose value was looked at when it was set. So a rule that denies a value does not see that one;
// and what the values of several commands make of each other is not looked at.
//
// Of ${uuid}, of ${strftime(FORMAT)} with a plain format and of $${NAME}, a variable of the
// configuration, the value has one form, as long as nobody sets the variable ([ExpansionVariable]).
// Where a channel expands a text that holds no others, the opaque effect says which effects hold
// them ([Effect.Expanded]), so that rules can spell them.
//
// # Types
//
// Every token of an API, an application and an event, and the value of every variable, has a
// [Type], which says what FreeSWITCH takes it for. catalog/positions.tsv has them; [Effect.Form]
// looks them up. [TypeSet.Harm] says whether a value, or the part of one that a wildcard matched,
// is harmless there: whether it is plain by the alphabet and the form of the type. What is in no
// row is text. A position whose argument is taken apart is of the type nested: the effects of what
// it holds are decided.
//
//	text        shown, spoken, sent or compared
//	word, words the name of a thing or a keyword; several of them
//	file        opened as FreeSWITCH opens a name: as a stream by what stands before :// or behind the last dot
//	play        a file, or an application with its argument behind ::
//	header      the value of a SIP header; name: of the caller's, of which percent escapes are decoded
//	template    put into the dial string of a directory, as is every variable of an originate to user/ or group/
//	xml         put into the configuration, as is every global variable
//
// and so on: the table of types is in types.go, and in docs/policy.md.
//
// # What is opaque
//
//   - wrapper: it holds other commands, stores what runs later or makes calls, and how is not known: what
//     another server runs (single_esl), what an endpoint of its own dials (alsa, rtmp), menus and macros
//     that are given more than plain words, a variable that runs its value filled with what is not known,
//     an event on which a module calls somebody, runs an API or keeps a contact (CALL_SETUP_REQ, some of
//     CUSTOM, a MESSAGE that is answered by anything but a chat);
//   - script: it runs a program that can give commands of its own (lua, perl, python, JavaScript, httapi,
//     a shared object loaded by its path, shell_stream before a name or at its end), or what a recording is called could become part of a
//     shell's text. A shell command (system, bg_system, spawn), curl and hiredis_raw are no more than what they
//     say, and matched by rules that name them or @exec;
//   - expansion: see above, and the answers of name servers (enum);
//   - unknown-syntax: it can be read in more than one way, or not at all: a text within another one that
//     begins with a separator of its own (^^X), or holds a backslash or a quote without its partner, where the splitter
//     heeds them (the outermost one is written again instead), and an application's argument that begins with
//     ARRAY::, for it may travel as the header of an event, and would be a list there;
//   - depth: see above.
//
// Subcommands that only read (`callcenter_config queue list`) have the class read and hold nothing.
// The application socket is not opaque either: its handover says all.
//
// # What goes up
//
// The line and the headers of a frame are written anew. The argument of an API is written again from its tokens, in the
// plainest way that FreeSWITCH's splitter reads as the same; an originate from its dial string on. Where there is no such
// way, it goes up as it came and is opaque. So does, letter by letter, what is a text within: the argument of an
// application, a request to a JSON API. Of these nothing passes that could be read in two ways, for
// then it is opaque (unknown-syntax). An API that a policy describes is written again like those of
// the catalogue: what its "split" says is taken to be true of the module.
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
// # To add an API or application that holds others
//
// Correct its row in catalog/, write a partsFunc in the file of its topic, name it in parts.go, and give it
// frames in nested_test.go.
//
// # To add a protection
//
// Give it a constant and a row in protections.go, by its name; a guard in the file of its topic
// (protectapi.go, protectapp.go, protecttext.go, protectfile.go, protecttone.go, protectevent.go),
// which states its bound, what breaks and in which line of FreeSWITCH's source; the guard's name in
// apiGuards or appGuards; and frames of both kinds in a protectedTest. What needs none, and why,
// stands in protect.go.
//
// # To add a verb
//
// Add its constant and its two names in verb.go, a case in parser.parse, and a parser that appends
// effects and canonical frames or sets an answer, in the file of its topic; a note for
// State.Apply, if something of it lasts. Then rows in the tables of verbs_test.go, a seed for
// FuzzParse, and a line in the table above.
package command
