// Package codec turns bytes into frames and frames into bytes, in both directions of FreeSWITCH's
// event socket. It knows what bytes mean, and nothing about what FreeSWITCH does with them. It uses
// no sockets and no policy.
//
// # From a client
//
// A [ClientReader] accepts a strict subset of what FreeSWITCH reads: the frames that have only one
// reading. For every frame that it accepts, read_packet in mod_event_socket.c finds the same end,
// and the same line, headers and body.
//
//	stream = { blank } { frame { blank } }
//	frame  = line eol { ( header | unread ) eol } eol [ body ]
//	blank  = LF | CR LF
//	eol    = LF, or CR LF; the same throughout a frame, but the next frame may use the other.
//	         Without a header, CR LF and then LF is accepted, too; for api and bgapi, except
//	         console_complete, also LF and then CR LF
//	line   = text                     not beginning with "ARRAY::"
//	header = name ":" { SP } [ text ] the text not beginning with "ARRAY::"
//	unread = ( SP | TAB ) [ text ]    without ":" and content-length
//	name   = bytes of 0x20 to 0xFF without DEL, ":" and "[", and TAB; not Command, not _body
//	text   = bytes of 0x20 to 0xFF without DEL, and TAB
//	body   = as many bytes as Content-Length says, none of them NUL
//
// Names are compared without regard to the case of ASCII letters. Blanks are part of a name, for
// FreeSWITCH too. So a line that begins with a blank does not continue the value before it, and if
// it has no colon, FreeSWITCH ignores it; such lines are counted. Only a name that contains
// content-length and a blank is refused. A header with an empty value means nothing to FreeSWITCH
// and is left out of the [Frame]. Content-Length may be given once, in plain decimal without
// leading zeros. It is left out too: it is the length of the body.
//
// # What is refused
//
// Everything else is refused with a [Refusal] whose [Reason] is one of the constants of this
// package: mixed-line-ends, bare-cr, nul, control-character, header-without-colon, header-name,
// array-value, repeated-header, content-length, body-nul, body-too-large, header-too-large,
// no-body-here, event-socket-word. The reason is ambiguity: a guard that reads a frame differently
// from the switch behind it guards nothing.
//
// If line ends are mixed, FreeSWITCH ends a line at the first CR of all the remaining text, so an
// LF before that CR is part of the line. A frame without headers still has only one reading, unless
// the LF would be part of its last word. In other frames only the end of the frame is certain, and
// only if they do not contain content-length.
//
// A refusal is Fatal if FreeSWITCH or the client may see the end of the frame elsewhere, because
// everything after it would be a guess. Otherwise the frame has been consumed with its body, and
// the next one can be read. If there are several reasons for a refusal, it gives the first fatal
// one, or else the first.
//
// # To FreeSWITCH
//
// [Append] writes a frame in the one canonical form, with LF line ends and Content-Length last, and
// writes only what a ClientReader reads back as the same frame.
//
// # From FreeSWITCH
//
// An [UpstreamReader] splits the switch's stream into frames without storing their bodies. Lines
// end with LF. Content-Type says what a frame is and must be one that FreeSWITCH sends;
// Content-Length is plain decimal and bounded. Everything else is a [ProtocolError], after which
// the connection cannot be used any more.
//
// # To a client
//
// The Append functions of reply.go write the frames of the proxy itself, byte for byte as
// FreeSWITCH would write them.
//
// # Buffers
//
// Neither reader allocates memory for a frame. Buffers come from a pool, and Release gives them
// back if nothing is buffered, so an idle session has none. The slices that a reader returns point
// into its buffer; each type says how long they are valid.
package codec
