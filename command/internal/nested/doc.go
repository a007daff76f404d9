// Package nested finds what the argument of an API or application contains: other commands, dial
// strings, extensions, variables, expansions. An [Analyzer] collects the effects of everything that
// one frame runs.
//
// The tables in apis.go and apps.go say all that is special about an API or application: how its
// argument is analysed, how it is written in canonical form, when it is opaque, and what
// protections look for in it. An API or application without a row there has nothing special: its
// row in package catalog says all.
//
// # What nests
//
// The effects of a command are its own and those of everything that it contains, in any way and at
// any depth. [effect.Effect.Path] is the way to an effect. [effect.Effect.Later] says that it
// happens by a schedule, or repeatedly. An effect that is found twice is listed twice.
//
//   - Wrappers, whose argument is a command: bgapi, expand, eval, xml_wrap, sched_api, json, chat,
//     alias.
//   - Expansion. FreeSWITCH expands the argument of every application when it runs, and those of
//     eval and expand. Each ${name(args)} is an API that runs, and the expanded text is analysed.
//     Every value that FreeSWITCH keeps (a variable, a row of hash, a contact) is analysed for its
//     expansions at once, since they run when anything mentions the value.
//   - Arguments that contain a dial string, an extension, a path of uuid_broadcast (app::args) or a
//     variable. FreeSWITCH runs the value of some variables.
//   - JSON APIs. They have the effects of the plain APIs that return the same: channelData has that
//     of uuid_dump.
//
// At most 16 commands within one another, 1,024 effects and 256 KiB of text are analysed, where
// each byte counts as often as it is nested. The rest is opaque (depth).
//
// A value that only FreeSWITCH knows, such as that of a variable or the answer of an API, is in the
// tokens as it was written, ${…}. An opaque effect (expansion) reports it, with two exceptions
// where it can do nothing: a text that is only shown (the API echo, the applications log and eval),
// and a variable that is set to exactly the value of another, which was analysed when that one was
// set. So a rule that denies a value does not match this copy, and values that several commands
// assemble together are not analysed as a whole.
//
// The values of ${uuid}, of ${strftime(FORMAT)} with a plain format and of $${NAME}, a variable of
// the configuration, have a known form as long as nobody sets the variable
// ([argument.ExpansionVariable]). If a channel expands a text whose expansions are all of these,
// the opaque effect lists the effects that contain them ([effect.Effect.Expanded]), so that rules
// can name them.
//
// # Variables
//
// Each variable that a command sets is a var effect. It has the scope, the name (which FreeSWITCH
// compares without case) without an index and without the nolocal: or _nolocal_ of exports, and the
// value, which is empty if the variable is removed. If FreeSWITCH runs the value, sooner or later,
// the effects of that follow. For an array these are the effects of each element, and of the text
// that spells the array if FreeSWITCH reads it as a whole. An array of one is its element.
//
// If FreeSWITCH combines the value with that of a second variable, as it does for applications with
// an argument and for orbits, the effects are known only if one command sets both; else the
// variable is opaque (wrapper). Variables that name files or URLs, or choose the route of a call,
// have only the var effect.
//
// # Dial strings
//
// A dial string is read, written and read again ([fstext.DialReader]). If the second reading
// differs, or if FreeSWITCH would read beyond what the text plainly says, the effect is opaque
// (unknown-syntax). Each leg is a dial effect.
//
// loopback runs an application or an extension on this switch, so its effects follow. FreeSWITCH
// writes the names of user and group into a text that it expands, so they are opaque (expansion)
// unless the name is plain. The switch's directory decides whom they call; that is not known here.
//
// # Kinds of legs
//
// Every leg that is dialled is an a-leg, a b-leg or another leg ([effect.Leg]). A leg is called an
// a-leg or a b-leg only if that is certain.
//
//   - a-leg: the legs of originate, wherever it occurs (a schedule, a variable, an expansion); of
//     `conference NAME dial` and bgdial; of the API and the application page. All alternatives and
//     all parts of one dial string are the same kind of leg.
//   - b-leg: what `&bridge(…)` of an originate dials, and the applications bridge and dial in an
//     originate's inline dialplan, also after its transfer and execute_extension. They run on the
//     a-leg, one after the other.
//   - other-leg: what is bridged to an existing channel (sendmsg, uuid_broadcast, uuid_transfer to
//     an inline dialplan, their schedules); attended transfers, deflect and redirect; whatever a
//     variable runs (execute_on_answer), since it may be exported to another leg; what a loopback
//     runs; what a conference dials by conference_set_auto_outcall or bridge:…, since all members
//     hear each other; contacts of agents, members of queues and groups, which the switch dials for
//     any caller.
//
// uuid_bridge and the applications that join calls dial nobody, so they have no dial effect.
//
// # What is opaque
//
//   - wrapper: it contains other commands, stores what runs later or makes calls, and it is not
//     known how: what another server runs (single_esl), what an endpoint dials by itself (alsa,
//     rtmp), menus and macros that are given more than plain words, a variable that runs its value
//     if that contains unknown values, an event on which a module calls somebody, runs an API or
//     keeps a contact (CALL_SETUP_REQ, some of CUSTOM, a MESSAGE that is not answered by a chat);
//   - script: it runs a program that can give commands of its own (lua, perl, python, JavaScript,
//     httapi, a shared object loaded by its path, shell_stream before a name or at its end), or the
//     name of a recording could become part of a shell's text. A shell command (system, bg_system,
//     spawn), curl and hiredis_raw are just what they say; rules match them by name or by @exec;
//   - expansion: see above, and the answers of name servers (enum);
//   - unknown-syntax: it can be read in more than one way, or not at all: a text within another one
//     that begins with a separator of its own (^^X), or that has a backslash or an unpaired quote
//     where the splitter heeds them (the outermost text is rewritten instead); an application's
//     argument that begins with ARRAY::, since FreeSWITCH may pass it on in the header of an event,
//     where it would be a list;
//   - depth: see above.
//
// Subcommands that only read (`callcenter_config queue list`) have the class read and contain
// nothing. The application socket is not opaque either: its handover effect says all.
//
// # To add an API or application
//
//  1. Add a row to catalog/apis.tsv or catalog/apps.tsv: the class, how FreeSWITCH splits the
//     argument, which tokens are channels, which subcommands only read. The head of the table says
//     what each column means.
//  2. Add a row to catalog/positions.tsv with the type of each token. The type nested is for tokens
//     whose contents step 4 analyses. If a token is a secret that no name announces, add it to
//     builtinPlaces in catalog/secrets.go.
//  3. Change the number of APIs or applications in TestBuiltinParses of package catalog, and add a
//     row to TestParseAPI of package command that shows the class. If the argument contains
//     nothing, this is all.
//  4. If it contains other commands, write a function of the type analyzeFunc, named analyze and
//     the name of the API, in the file of its topic here: wrappers.go for commands, transfer.go and
//     dialplan.go for applications and extensions on a channel, dial.go for dial strings,
//     variables.go for variables, configured.go for what depends on the configuration. It reads the
//     tokens of the call and calls Analyzer.api, App, dialString, dialplan, variable or stored for
//     what they contain, and ambiguous or Opaque for what it cannot read. Its comment states the
//     form of the argument and the C function that reads it. analyzeBgapi in wrappers.go is the
//     simplest example.
//  5. Name the function in a row of apis.go or apps.go here. See the type traits for the other
//     fields: another canonical form, reasons to be opaque, texts that are only shown.
//  6. Add rows to nestedAPIs or nestedApps in contents_test.go here: one for each form of the
//     argument, one for each text that it cannot read. An API or application that is always opaque
//     needs a row as well.
//  7. If an input to it is known to stop FreeSWITCH, follow the recipe in package protect.
//
// Tests name what is missing: a row without positions, a token of the type nested that nothing
// analyses, an API that can contain commands without a row in contents_test.go, and one that is
// neither analysed nor opaque although its class is exec, nested or originate.
package nested
