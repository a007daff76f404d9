// Package switchsim is a stand-in for FreeSWITCH's mod_event_socket, for tests, the benchmark and
// `eslguard demo`.
//
// It speaks the event socket over TCP: it greets, takes auth and userauth, answers every verb,
// sends events, log lines and disconnect notices, and runs a small part of the switch behind it. It
// answers as recordings of a real switch do, and it reports what it executed ([Switch.Executed]),
// which is what tests of security assert on.
//
// It reads what a client sends as FreeSWITCH reads it, not as the protocol's description would have
// it: the end of a frame, the lines, the headers that replace the command and the bodies are found
// the way mod_event_socket.c (read_packet, parse_command) and switch_event.c do. [Cut] gives that
// reading by itself. Nothing of it is shared with the packages codec and command, so that an error
// in those cannot hide in the same error here.
//
// What is simulated: the verbs whole, with users, filters, aliases, jobs and attached channels; the
// APIs that run other APIs (bgapi, eval, expand, json, sched_api, xml_wrap, chat, console_execute),
// with expansion and the splitting of arguments as the switch does them; uuid_*, originate and
// transfers as far as they run applications. Channels exist because a test adds them
// ([Switch.AddChannel]) or an originate made them; applications are recorded and tell of themselves
// by events, but only those that set variables, send a channel elsewhere, dial or hold other
// applications do anything. The dialplan XML has one extension in every context, park; inline
// brings its own. Any other API of the recorded list answers +OK.
//
// What follows from these is told, not done: what is opened for the name of a file ([Open]), the
// INVITE of a leg of sofia and the headers in it ([InviteLines]), a user's leg dialled by the
// directory's dial string ([Options.DialString]), and what variables and events put into SQL
// statements and into the names of call records. No file is opened, and nothing is sent.
//
// For comparisons, [Switch.Run] executes frames without a connection, with all that they leave to
// jobs, schedules and hooks, and [Switch.Provoke] makes happen what variables could make happen
// some time.
//
// What is not: outbound sockets, the 25 seconds that a connection has for its first frame, and the
// order of threads.
//
// How it misbehaves is set while it runs ([Trouble]). [Conn] is a client for tests.
//
// It is no safe thing to listen with: it is as lenient as the original, and it can be told to
// misbehave.
package switchsim
