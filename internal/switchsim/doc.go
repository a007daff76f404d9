// Package switchsim is a stand-in for FreeSWITCH's mod_event_socket, for tests, the benchmark and `eslguard demo`.
//
// It speaks the event socket over TCP: it greets, takes auth and userauth, answers every verb, sends events, log lines and
// disconnect notices, and runs a small part of the switch behind it. It answers as recordings of a real switch do, and it
// reports what it executed ([Switch.Executed]), which is what tests of security assert on.
//
// It reads what a client sends as FreeSWITCH reads it, not as the protocol's description would have it: the end of a
// frame, the lines, the headers that replace the command and the bodies are found the way mod_event_socket.c
// (read_packet, parse_command) and switch_event.c do. [Cut] gives that reading by itself. Nothing of it is shared with
// the packages codec and command, so that an error in those cannot hide in the same error here.
//
// It is no safe thing to listen with: it is as lenient as the original, and it can be told to misbehave.
package switchsim
