package codec

// A Reason says why a frame is refused. The set is closed: each package that refuses frames
// declares its reasons as constants, and the documentation lists them. The empty Reason means that
// nothing is refused.
type Reason string

// The reasons for which a ClientReader refuses a frame, and Append does not write one. Those of the
// first group are always Fatal.
const (
	// BareCR: a CR without LF, in the header text or between frames. It ends a line for FreeSWITCH.
	BareCR Reason = "bare-cr"
	// NUL: a NUL in the header text. FreeSWITCH ends the text there.
	NUL Reason = "nul"
	// ContentLength: a Content-Length that is empty, repeated, or not plain decimal of at most nine
	// digits without leading zeros. FreeSWITCH reads it as C's atoi does, and reads one body for
	// each.
	ContentLength Reason = "content-length"
	// HeaderTooLarge: more header text than Limits.Header before its end.
	HeaderTooLarge Reason = "header-too-large"

	// MixedLineEnds: the header text ends lines with LF and with CR LF. FreeSWITCH splits at CR
	// first, so it may read several lines as one. Fatal if the text contains content-length. In a
	// frame without headers, only an LF that is followed by CR LF is refused, and only if
	// FreeSWITCH would read that LF as part of the last word.
	MixedLineEnds Reason = "mixed-line-ends"
	// ControlCharacter: a byte below 0x20 other than TAB, or DEL, in the header text.
	ControlCharacter Reason = "control-character"
	// HeaderWithoutColon: a header line without a colon, which FreeSWITCH ignores, unless it begins
	// with a blank. If it contains content-length, it is Fatal, and refused even if it begins with
	// a blank.
	HeaderWithoutColon Reason = "header-without-colon"
	// HeaderName: a header whose name is Command or _body in any case, which would replace the
	// command or the body, or is empty, or contains a bracket, which addresses an entry of a list.
	// Fatal if the name contains content-length; a name with that and a blank is refused as well.
	HeaderName Reason = "header-name"
	// ArrayValue: a value or a command line that begins with ARRAY::, the mark of a list in
	// FreeSWITCH.
	ArrayValue Reason = "array-value"
	// RepeatedHeader: two headers with the same name, in any case. FreeSWITCH uses the first,
	// unless one is empty. Only application may be repeated, in a sendmsg.
	RepeatedHeader Reason = "repeated-header"
	// EventSocketWord: the header text contains mod_event_socket and unload or reload anywhere, and
	// is not exactly `api unload mod_event_socket` or `api reload mod_event_socket`. FreeSWITCH
	// would run one of those instead.
	EventSocketWord Reason = "event-socket-word"
	// BodyNUL: a NUL in the body. FreeSWITCH ends the body there.
	BodyNUL Reason = "body-nul"
	// BodyTooLarge: a body larger than Limits.Body. Fatal above MaxContentLength: FreeSWITCH would
	// close the connection.
	BodyTooLarge Reason = "body-too-large"
	// NoBodyHere: a body, although the Limits allow none.
	NoBodyHere Reason = "no-body-here"
)

// ReplyRefused is the beginning of the reply to a refused frame, unless FreeSWITCH has its own
// reply for the case. It does not contain a colon and a space: two client libraries, esl and
// esl-lite, would split the text there.
const ReplyRefused = "-ERR refused, "

// A Refusal is the error for a frame that eslguard does not interpret, for any client and under any
// policy.
type Refusal struct {
	// Reason is one of the declared reasons.
	Reason Reason
	// Detail says more, for people. Hostile text in it is quoted and bounded. It may be empty.
	Detail string
	// Fatal reports whether the end of the frame is uncertain. Nothing after it can be trusted
	// then, and the session must be closed. If it is false, the frame has been consumed whole and
	// the next one can be read.
	Fatal bool
	// API reports whether the frame's verb is api. The client then waits for an api/response.
	API bool
	// Reply is the text of the reply, without a line end. If it is empty, the text is ReplyRefused
	// and the reason.
	Reply string
}

// Error returns the reason and the detail.
func (r *Refusal) Error() string {
	if r.Detail == "" {
		return "refused: " + string(r.Reason)
	}
	return "refused: " + string(r.Reason) + ": " + r.Detail
}

// ReplyText returns the text of the reply to the client.
func (r *Refusal) ReplyText() string {
	if r.Reply != "" {
		return r.Reply
	}
	return ReplyRefused + string(r.Reason)
}
