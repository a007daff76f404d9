// Package codec turns bytes into frames and frames into bytes, in both directions of
// FreeSWITCH's event socket. It knows what bytes mean and nothing of what FreeSWITCH
// would do with them: no sockets, no policy.
//
// # From a client
//
// A [ClientReader] accepts a strict subset of what FreeSWITCH reads: the frames that
// cannot be read in two ways. Whatever it accepts, mod_event_socket's read_packet cuts at
// the same byte and finds the same line, headers and body in it.
//
//	stream = { blank } { frame { blank } }
//	frame  = line eol { ( header | unread ) eol } eol [ body ]
//	blank  = LF | CR LF
//	eol    = LF, or CR LF; one of the two throughout a frame, the other perhaps in the next.
//	         Without a header, CR LF and then LF is taken, too; of api and bgapi, but for
//	         console_complete, also LF and then CR LF
//	line   = text                     not beginning with "ARRAY::"
//	header = name ":" { SP } [ text ] the text not beginning with "ARRAY::"
//	unread = ( SP | TAB ) [ text ]    without ":" and content-length
//	name   = bytes of 0x20 to 0xFF without DEL, ":" and "[", and TAB; not Command, not _body
//	text   = bytes of 0x20 to 0xFF without DEL, and TAB
//	body   = as many bytes as Content-Length says, none of them NUL
//
// Names are compared without the case of ASCII letters. A blank is a part of the name: FreeSWITCH
// finds the header under no other. So a line that begins with a blank continues no value, and
// without a colon FreeSWITCH ignores it; such lines are counted. Only a name that holds
// content-length and a blank is refused. A header with an empty value means nothing to FreeSWITCH
// and is left out of the [Frame]. Content-Length stands at most once, in plain decimal without
// leading zeros, and is left out too: it is the length of the body.
//
// # What is refused
//
// Everything else is refused with a [Refusal] whose [Reason] is one of the constants of
// this package: mixed-line-ends, bare-cr, nul, control-character, header-without-colon,
// header-name, array-value, repeated-header, content-length, body-nul, body-too-large,
// header-too-large, no-body-here, event-socket-word. Ambiguity is why: a guard that reads
// a frame otherwise than the switch behind it guards nothing.
//
// Where line ends are mixed, FreeSWITCH cuts a line at the first CR of all the text that is left,
// so an LF before it is a part of the line. A frame without headers is read in one way all the
// same, unless the LF would be a part of its last word. Of others only the end of the frame is
// certain, and that only if they speak of no content-length.
//
// A refusal is Fatal where FreeSWITCH, or the client, may see the frame's end elsewhere,
// since all that follows would then be a guess. Where both can only see it at the same
// byte, the frame has been consumed with its body, and the next one can be read. Where a
// frame is refused for several reasons, a fatal one is told, otherwise the first.
//
// # To FreeSWITCH
//
// [Append] writes a frame in the one canonical form, with LF line ends and Content-Length
// last, and writes only what a ClientReader reads back as the same frame.
//
// # From FreeSWITCH
//
// An [UpstreamReader] cuts the switch's stream into frames without holding their bodies.
// Its frames end their lines with LF. Content-Type says what a frame is and must be one
// that FreeSWITCH sends; Content-Length is plain decimal and bounded. Everything else is a
// [ProtocolError], after which the connection cannot be used any more.
//
// # To a client
//
// The Append functions of reply.go write what the proxy says itself, to the byte as
// FreeSWITCH would say it.
//
// # Buffers
//
// Neither reader allocates for a frame. Buffers come from a pool, and Release gives them back
// while nothing is buffered: an idle session holds none. What a reader returns points into
// its buffer; each type says for how long.
package codec
