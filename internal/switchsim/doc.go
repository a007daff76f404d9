// Package switchsim simulates FreeSWITCH's mod_event_socket, for tests, the benchmark and `eslguard
// demo`.
//
// It speaks the event socket over TCP: it greets, accepts auth and userauth, answers every verb,
// sends events, log lines and disconnect notices, and simulates a small part of the switch behind
// the socket. It answers as recordings of a real switch do, and it reports what it executed
// ([Switch.Executed]), which the security tests check.
//
// It reads what a client sends as FreeSWITCH reads it, see package frame. It shares no code with
// the other packages of the module, so that an error in those cannot hide behind the same error
// here.
//
// # What is simulated
//
// All verbs, with users, filters, aliases, jobs and attached channels. The APIs that run other APIs
// (bgapi, eval, expand, json, sched_api, xml_wrap, chat, console_execute), with expansion and the
// splitting of arguments as in the switch. uuid_*, originate and transfers, as far as they run
// applications. Channels exist because a test adds them ([Switch.AddChannel]) or originate creates
// them. Applications are recorded and fire their events, but only those do anything that set
// variables, transfer a channel, dial or run other applications. The dialplan XML has one extension
// in every context, park; inline brings its own. Any other API of the recorded list answers +OK.
//
// What follows from these is reported, not done: what is opened for the name of a file (package
// fileopen), the INVITE of a leg of sofia and the headers in it ([InviteLines]), a user's leg that
// is dialled by the directory's dial string ([Options.DialString]), and what variables and events
// put into SQL statements and into the names of call records. No file is opened, and nothing is
// sent.
//
// For comparisons, [Switch.Run] executes frames without a connection, with everything that they
// leave to jobs, schedules and hooks, and [Switch.Provoke] makes everything happen that variables
// could cause some time.
//
// # Events
//
// Each session has a queue of events. They are written in the session's format while nothing of a
// command has arrived, as mod_event_socket.c (read_packet) does it: none is written while a command
// runs or while another one waits in the socket. A session whose queue stays full is killed with a
// notice ([Options.Queue], [Switch.KillListeners]).
//
// [Switch.Emit] fires an event and adds the headers that every event has. [Switch.Play] sends
// events as they are, for example those of package capture, in order:
//
//	events, err := switchsim.ParseEvents(stream) // text/event-json frames
//	…
//	s.Play(switchsim.Prepare(events...)...)
//	if !s.Drain(ctx) { // everything has been written
//		…
//	}
//
// Events made by hand may have repeated headers, headers without a value and lists ([List]).
// [Switch.Connections], [Switch.Listeners] and [Switch.PeakListeners] say what clients did.
//
// Not simulated are outbound sockets, the 25 seconds that a connection has for its first frame, and
// the order of threads.
//
// # Use
//
// [Start] starts a switch. [Trouble] makes it misbehave while it runs. [Conn] is a client for
// tests.
//
// Do not let it listen on a public address: it is as lenient as FreeSWITCH, and it can be made to
// misbehave.
package switchsim
