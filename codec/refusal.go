package codec

// A Reason names why a frame is refused. The set is closed: each package that refuses
// declares its reasons as constants, and the README lists them. The empty Reason means
// that nothing was refused.
type Reason string

// Why a ClientReader refuses a frame, and Append will not write one. Those of the first
// group are always Fatal.
const (
	// BareCR: a CR without LF, in the header text or between frames. It ends a line for
	// FreeSWITCH.
	BareCR Reason = "bare-cr"
	// NUL: a NUL in the header text, where the text ends for FreeSWITCH.
	NUL Reason = "nul"
	// ContentLength: a Content-Length that is empty, repeated, or not plain decimal of at
	// most nine digits without leading zeros. FreeSWITCH reads it as C's atoi does, and
	// reads one body for each.
	ContentLength Reason = "content-length"
	// HeaderTooLarge: more header text than Limits.Header before its end.
	HeaderTooLarge Reason = "header-too-large"

	// MixedLineEnds: the header text ends lines with LF and with CR LF. FreeSWITCH splits at CR
	// first, so that whole lines vanish into others. Fatal where it speaks of a content-length. Of
	// a frame without headers, only an LF at the end of a line that is followed by CR LF is
	// refused, and only where FreeSWITCH would take that LF for a part of the last word.
	MixedLineEnds Reason = "mixed-line-ends"
	// ControlCharacter: a byte below 0x20 other than TAB, or DEL, in the header text.
	ControlCharacter Reason = "control-character"
	// HeaderWithoutColon: a header line that FreeSWITCH ignores and that does not begin with a
	// blank, or speaks of a content-length. Fatal where it does.
	HeaderWithoutColon Reason = "header-without-colon"
	// HeaderName: a header whose name is Command or _body in any case, which would replace
	// what is executed, or empty, or holds a bracket, which addresses the entry of a list.
	// Fatal where the name holds content-length, which with a blank is refused as well.
	HeaderName Reason = "header-name"
	// ArrayValue: a value, or the command line, that begins ARRAY::, which is how
	// FreeSWITCH spells a list.
	ArrayValue Reason = "array-value"
	// RepeatedHeader: two headers of one name, in any case. Of those FreeSWITCH means the
	// first, unless one is empty. Only application, in a sendmsg, may stand more than once.
	RepeatedHeader Reason = "repeated-header"
	// EventSocketWord: the header text holds mod_event_socket and unload or reload, in
	// any place, and is not plainly `api unload mod_event_socket` or `api reload
	// mod_event_socket`. FreeSWITCH would run that in its place.
	EventSocketWord Reason = "event-socket-word"
	// BodyNUL: a NUL in the body, where it ends for FreeSWITCH.
	BodyNUL Reason = "body-nul"
	// BodyTooLarge: a body larger than Limits.Body. Fatal above MaxContentLength, where
	// FreeSWITCH closes the connection.
	BodyTooLarge Reason = "body-too-large"
	// NoBodyHere: a body where Limits allow none.
	NoBodyHere Reason = "no-body-here"
)

// ReplyRefused is what the text of a refusal's reply begins with, unless FreeSWITCH has a reply of
// its own. It holds no colon and space, where two client libraries, esl and esl-lite, cut a reply's
// text.
const ReplyRefused = "-ERR refused, "

// A Refusal is the error for a frame that eslguard will not interpret, whoever sent it
// and whatever the policy says.
type Refusal struct {
	// Reason is one of the declared reasons.
	Reason Reason
	// Detail says more, for a person. Hostile text in it is quoted and bounded. It may be empty.
	Detail string
	// Fatal says that the end of the frame is a guess, so nothing after it can be
	// believed and the session must be closed. When it is false the frame has been
	// consumed whole and the next one can be read.
	Fatal bool
	// API says that the frame's verb is api, so that the client waits for an api/response.
	API bool
	// Reply is the text of the reply, without a line end. Empty stands for ReplyRefused and the
	// reason.
	Reply string
}

// Error returns the reason and the detail.
func (r *Refusal) Error() string {
	if r.Detail == "" {
		return "refused: " + string(r.Reason)
	}
	return "refused: " + string(r.Reason) + ": " + r.Detail
}

// ReplyText returns the text that the client is answered with.
func (r *Refusal) ReplyText() string {
	if r.Reply != "" {
		return r.Reply
	}
	return ReplyRefused + string(r.Reason)
}
