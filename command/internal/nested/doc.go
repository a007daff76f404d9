// Package nested finds what the argument of an API or application contains: other commands, dial
// strings, extensions, variables, expansions. An [Analyzer] collects the effects of all that one
// frame runs.
//
// The tables in apis.go and apps.go say all that is special about an API or application: how its
// argument is taken apart, how it is written canonically, when it is opaque, and what protections
// look at in it. What is not in them is as its row in package catalog says.
//
// # What nests
//
// The effects of a command are its own and those of everything that it holds, in whatever way and
// however deep: [effect.Effect.Path] tells the way. Of what happens by a schedule, or again and
// again, [effect.Effect.Later] says so. An effect that is found twice is listed twice.
//
//   - Wrappers, whose argument is a command: bgapi, expand, eval, xml_wrap, sched_api, json, chat,
//     alias.
//   - Expansion. FreeSWITCH expands the argument of every application when it runs, and those of
//     eval and expand. Each ${name(args)} is an API that runs; the text is then analysed as it
//     comes out. So is, for its expansions, every value that FreeSWITCH keeps (a variable, a row of
//     hash, a contact), at once: they run when anything mentions it.
//   - What takes a dial string, an extension, a path of uuid_broadcast (app::args), a variable: of
//     these some run their value.
//   - JSON APIs, which have the effects of the plain APIs that tell the same: channelData that of
//     uuid_dump.
//
// Not more than 16 commands within commands, 1,024 effects and 256 KiB of text (each byte as often
// as it is nested) are looked at; what lies beyond is opaque (depth).
//
// What only FreeSWITCH knows, the value of a variable or what an API answers, stands in the tokens
// as it was written, ${…}. An opaque effect (expansion) says so, except where it can do nothing: in
// what is only shown (the API echo, the applications log and eval), and where a variable is set to
// exactly what another one holds, whose value was looked at when it was set. So a rule that denies
// a value does not see that one; and what the values of several commands make of each other is not
// looked at.
//
// Of ${uuid}, of ${strftime(FORMAT)} with a plain format and of $${NAME}, a variable of the
// configuration, the value has one form, as long as nobody sets the variable
// ([argument.ExpansionVariable]). Where a channel expands a text that holds no others, the opaque
// effect says which effects hold them ([effect.Effect.Expanded]), so that rules can spell them.
//
// # Variables
//
// Each variable that a command sets is a var effect: its scope, its name, which FreeSWITCH compares
// without case, without an index and the nolocal: or _nolocal_ of exports, and its value, empty
// where it is removed. Where FreeSWITCH runs the value, sooner or later, the effects of that stand
// behind it; of an array those of each element, and of the text that spells the array where
// FreeSWITCH reads it as a whole. An array of one is its element. What an application or an orbit
// takes from a second variable is known only if one command sets both: else it is opaque, wrapper.
// Names of files and URLs, and what chooses the way of a call, have no more than the var effect.
//
// # Dial strings
//
// A dial string is read, written and read again ([fstext.DialReader]): where that gives anything
// else, and where FreeSWITCH would read past what the text plainly says, the effect is opaque,
// unknown-syntax. Each leg is a dial effect. loopback, which runs an application or an extension of
// this very switch, has the effects of these besides. user and group, whose names FreeSWITCH puts
// into a text that it expands, are opaque (expansion) unless the name is plain. Whom they call in
// the end is in the switch's directory and is not known here.
//
// # Where a leg stands
//
// Every leg that is dialled is an a-leg, a b-leg or another leg ([effect.Leg]). Only what surely is
// an a-leg or a b-leg is called so; all others are other legs.
//
//   - a-leg: the legs of originate, wherever it stands (a schedule, a variable, an expansion); of
//     `conference NAME dial` and bgdial; of the API and the application page. All alternatives and
//     all parts of one dial string stand at the same place.
//   - b-leg: what `&bridge(…)` of an originate dials, and the applications bridge and dial of an
//     originate's inline dialplan, also behind its transfer and execute_extension. They run on the
//     a-leg, one after the other.
//   - other-leg: what is bridged to a channel that is there already (sendmsg, uuid_broadcast,
//     uuid_transfer to an inline dialplan, their schedules); attended transfers, deflect and
//     redirect; whatever a variable runs (execute_on_answer), for it may be exported to another
//     leg; what a loopback runs; what a conference dials by conference_set_auto_outcall or
//     bridge:…, since all members hear each other; contacts of agents, members of queues and
//     groups, which the switch dials for whoever calls.
//
// uuid_bridge and the applications that join calls dial nobody, so they have no dial effect.
//
// # What is opaque
//
//   - wrapper: it holds other commands, stores what runs later or makes calls, and how is not
//     known: what another server runs (single_esl), what an endpoint of its own dials (alsa, rtmp),
//     menus and macros that are given more than plain words, a variable that runs its value filled
//     with what is not known, an event on which a module calls somebody, runs an API or keeps a
//     contact (CALL_SETUP_REQ, some of CUSTOM, a MESSAGE that is answered by anything but a chat);
//   - script: it runs a program that can give commands of its own (lua, perl, python, JavaScript,
//     httapi, a shared object loaded by its path, shell_stream before a name or at its end), or
//     what a recording is called could become part of a shell's text. A shell command (system,
//     bg_system, spawn), curl and hiredis_raw are no more than what they say, and matched by rules
//     that name them or @exec;
//   - expansion: see above, and the answers of name servers (enum);
//   - unknown-syntax: it can be read in more than one way, or not at all: a text within another one
//     that begins with a separator of its own (^^X), or holds a backslash or a quote without its
//     partner, where the splitter heeds them (the outermost one is written again instead), and an
//     application's argument that begins with ARRAY::, for it may travel as the header of an event,
//     and would be a list there;
//   - depth: see above.
//
// Subcommands that only read (`callcenter_config queue list`) have the class read and hold nothing.
// The application socket is not opaque either: its handover says all.
//
// # To add an API or application that contains others
//
// Correct its row in catalog/apis.tsv or apps.tsv, write a function that appends the effects of its
// argument in the file of its topic, name it in apis.go or apps.go, and give it frames in
// nested_test.go of package command.
package nested
