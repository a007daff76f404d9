// Package frame reads what a client sends to the event socket as FreeSWITCH reads it.
//
// The end of a frame, its lines, the headers that replace the command and the bodies are found the
// way mod_event_socket.c (read_packet, parse_command) and switch_event.c do it, not as a
// description of the protocol would have it. [Cut] splits a whole stream, a [Reader] reads one. The
// package shares no code with codec, so that tests can compare the two.
package frame
