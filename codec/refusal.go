package codec

// A Reason names why a frame is refused. The set is closed: each package that refuses
// declares its reasons as constants, and the README lists them. The empty Reason means
// that nothing was refused.
type Reason string

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
	// Reply is the text of the reply, without a line end. Empty stands for
	// "-ERR refused: " and the reason.
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
	return "-ERR refused: " + string(r.Reason)
}
