package proxy

import (
	"errors"

	"eslguard/audit"
	"eslguard/codec"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/ledger"
	"eslguard/proxy/internal/upstream"
)

// maxGetvar is how many bytes of a variable's value are read to answer a getvar.
const maxGetvar = 64 << 10

// reply handles the answer to the command whose turn it is.
func (r *relay) reply(f *codec.UpstreamFrame) (ending, bool) {
	p, owed := r.s.out.Next()
	switch {
	case r.unneeded.Load(): // what is owed is owed on another connection
		return ending{}, false
	case !owed:
		return r.broken("a reply that nobody asked for"), false
	case p.API != (f.Kind == codec.KindAPIResponse):
		return r.broken("a reply of the wrong kind"), false
	case p.Parts > 1:
		return r.joinReply(f, p)
	}
	e, ok := r.answer(f, p)
	if ok && r.s.line.answered(r) {
		r.returned = true
		r.s.out.Wake() // dial may wait for the return
	}
	return e, ok
}

// answer handles the last answer to the command whose turn it is.
func (r *relay) answer(f *codec.UpstreamFrame, p answers.Pending) (ending, bool) {
	if p.OnReply != nil && !p.OnReply(f.Get("Reply-Text")) {
		return r.broken("a subscription is refused that was accepted before"), false
	}
	switch {
	case p.Hidden:
		r.s.out.Replace(nil)
		return ending{}, true
	case p.Joined:
		return r.joinReply(f, p)
	case p.Getvar:
		return r.getvarReply(f, p)
	}
	text, call := r.recorded(f, p.Secret), ""
	if p.Originates {
		call = ledger.CallUUID(f.Body)
	}
	e, ok := r.forward(f, true)
	r.s.records.reply(p, text, call)
	return e, ok
}

// recorded returns what may be recorded of an answer, from the part of it that has been read.
func (r *relay) recorded(f *codec.UpstreamFrame, secret bool) audit.Reply {
	if f.Kind == codec.KindCommandReply {
		text := f.Get("Reply-Text")
		return r.s.srv.Audit.Reply(text, int64(len(text)), secret)
	}
	return r.s.srv.Audit.Reply(f.Body, int64(len(f.Body))+f.Rest, secret)
}

// wholeBody reads a body that may have at most n bytes.
func (r *relay) wholeBody(f *codec.UpstreamFrame, n int) ([]byte, error) {
	if int64(len(f.Body))+f.Rest > int64(n) {
		return nil, answers.ErrTooLong
	}
	return upstream.ReadBody(r.up.Reader, f, n)
}

// noReply is the answer of a plain api to a command without output. FreeSWITCH's console prints
// nothing then.
const noReply = "-ERR no reply\n"

// joinReply gathers the answers to the parts of a console_execute. With the last one it sends them
// as the one api/response that FreeSWITCH would have sent.
func (r *relay) joinReply(f *codec.UpstreamFrame, p answers.Pending) (ending, bool) {
	if err := r.gatherBody(f); err != nil {
		return r.rewriteFailed(err), false
	}
	if p.Parts--; p.Parts > 0 {
		r.s.out.Update(p)
		return ending{}, true
	}
	var text audit.Reply
	r.s.out.SendGathered(func(beginning []byte, size int64) {
		text = r.s.srv.Audit.Reply(beginning, size, p.Secret)
	})
	r.s.records.reply(p, text, "")
	return ending{}, true
}

// gatherBody keeps the body of f for the answer that it is a part of.
func (r *relay) gatherBody(f *codec.UpstreamFrame) error {
	out := r.s.out
	size := int64(len(f.Body)) + f.Rest
	if size == int64(len(noReply)) {
		body, err := upstream.ReadBody(r.up.Reader, f, len(noReply))
		if err != nil || string(body) == noReply {
			return err
		}
		return out.Gather(body, size)
	}
	if err := out.Gather(f.Body, size); err != nil || f.Rest == 0 {
		return err
	}
	for {
		piece, err := r.up.Reader.More()
		if err != nil || piece == nil {
			return err
		}
		if err := out.Gather(piece, 0); err != nil {
			return err
		}
	}
}

// getvarReply gives the answer to uuid_getvar in getvar's form: one line, so that no value can look
// like frames.
func (r *relay) getvarReply(f *codec.UpstreamFrame, p answers.Pending) (ending, bool) {
	value, err := r.wholeBody(f, maxGetvar)
	if err != nil {
		return r.rewriteFailed(err), false
	}
	if string(value) == "_undef_" || string(value) == "-ERR No such channel!\n" {
		value = nil // FreeSWITCH's getvar answers an unset variable like an unknown command
	}
	r.s.out.Replace(codec.AppendCommandReply(nil, string(value)))
	r.s.records.reply(p, r.s.srv.Audit.Reply(value, int64(len(value)), true), "")
	return ending{}, true
}

// rewriteFailed returns the ending of a session in which an answer cannot be rewritten.
func (r *relay) rewriteFailed(err error) ending {
	if errors.Is(err, answers.ErrTooLong) {
		return ending{reason: err.Error(), notice: "an answer was too long"}
	}
	return r.upstreamEnd(err)
}
