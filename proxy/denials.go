package proxy

import (
	"strings"

	"eslguard/audit"
	"eslguard/codec"
)

// commandRecord is the record of a command, but for its effects.
func (s *session) commandRecord(v verdict) *audit.Record {
	role, rule := v.decision.Role, v.decision.Rule
	if v.reason != v.decision.Reason {
		role, rule = "", "" // the rules allow it, and something else refuses it
	}
	return &audit.Record{
		Kind: audit.KindCommand, Client: v.client, Addr: s.addrText,
		Verb: v.cmd.Verb.String(), Command: v.cmd.Text, Dropped: v.cmd.Dropped, Catalog: v.policy.Catalog(),
		Decision: v.action, Role: role, Rule: rule, Near: v.decision.Near, Reason: v.reason, Policy: v.decision.Revision,
	}
}

// deny records a command that is not forwarded and answers it in its turn. The answer carries an id
// by which the operator finds the record.
func (s *session) deny(v verdict, f *codec.Frame) {
	r := s.commandRecord(v)
	id, recorded := s.recordDenial(r, f, func() { listDenied(r, v) })
	text := "-ERR permission denied, "
	if v.action == audit.Refuse {
		text = "-ERR "
	}
	text += v.reason + " [" + id + "]"
	if !recorded {
		text = auditUnavailable
	}
	s.answer(v.cmd.API(), uncut(text))
}

// listDenied gives r the effects that explain why it is denied: of those that are not allowed the
// first few, the one that settled it first.
func listDenied(r *audit.Record, v verdict) {
	r.Effects, r.EffectsTotal = v.cmd.Effects, len(v.cmd.Effects)
	if r.Decision == audit.Deny {
		r.Effects, r.EffectsDenied = v.policy.Client(v.client).Denied(v.cmd.Effects, v.decision, audit.MaxDeniedEffects)
	}
}

// refuse records a frame that was refused for its form and answers it in its turn. f is nil where
// nothing of the frame is known.
func (s *session) refuse(refusal *codec.Refusal, f *codec.Frame) {
	r := &audit.Record{
		Kind: audit.KindCommand, Client: s.name(), Addr: s.addrText, Decision: audit.Refuse, Reason: refusal.Error(),
		Catalog: s.srv.Policies.Current().Catalog(),
	}
	if f != nil {
		r.Command = string(f.Line)
	}
	id, recorded := s.recordDenial(r, f, func() {})
	text := refusal.ReplyText()
	switch {
	case !recorded:
		text = auditUnavailable
	case strings.HasPrefix(text, codec.ReplyRefused):
		// Any other reply is FreeSWITCH's own, and is kept as it is.
		text += " [" + id + "]"
	}
	s.answer(refusal.API, uncut(text))
}

// uncut returns the text of a reply with a comma for each colon that a blank follows, or a control
// character, which becomes one in a reply. The client libraries esl and esl-lite cut a header's
// value there, so the reason and the id behind it would be lost.
func uncut(text string) string {
	b := []byte(text)
	for i := range len(b) - 1 {
		if b[i] == ':' && (b[i+1] <= ' ' || b[i+1] == 0x7f) {
			b[i] = ','
		}
	}
	return string(b)
}

// recordDenial records what is not forwarded, or counts it where it is as the one before was. It
// returns the id of the record. complete adds to r what is only needed to write it. It returns
// false if it could not be written.
func (s *session) recordDenial(r *audit.Record, f *codec.Frame, complete func()) (id string, ok bool) {
	s.denied++
	sum := sumFrame(f)
	if id, ok := s.tally.again(sum, r); ok {
		r.ID = id
		s.tellDenied(r)
		return id, true
	}
	complete()
	r.ID = s.srv.Audit.NewID()
	if _, err := s.write(r); err != nil {
		return r.ID, false
	}
	s.tally.begin(sum, r)
	s.tellDenied(r)
	return r.ID, true
}
