package proxy

import (
	"strings"
	"time"

	"eslguard/audit"
	"eslguard/codec"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/tally"
)

// sessionRecords writes the audit records of one session. It must be initialized with init.
type sessionRecords struct {
	s *session
	// denials counts what is denied again and again.
	denials tally.Denials

	// begun is true if the session has a record of its beginning, so that it gets one of its end.
	// It is set by serve's goroutine, or the one that serve waits for, as are the counters.
	begun            bool
	commands, denied uint64
	// observed is how many commands were recorded and forwarded that the rules would have denied.
	observed uint64
}

func (r *sessionRecords) init(s *session) {
	r.s = s
	r.denials.Period, r.denials.Write, r.denials.Contain = s.srv.denialPeriod, s.srv.ledger.Record, s.contain
}

// write writes a record about the session. It returns false if the record is not written; the
// ledger has logged that.
func (r *sessionRecords) write(rec *audit.Record) bool {
	_, err := r.writeSeq(rec)
	return err == nil
}

// writeSeq is like write and also returns the sequence of the record.
func (r *sessionRecords) writeSeq(rec *audit.Record) (uint64, error) {
	rec.Session = r.s.id
	if err := r.denials.Flush(); err != nil { // what came before is recorded first, or nothing is
		return 0, err
	}
	return r.s.srv.ledger.Write(rec)
}

// begin records the beginning of the session. It returns false if that is not written.
func (r *sessionRecords) begin() bool {
	r.begun = r.write(&audit.Record{Kind: audit.KindSession, Addr: r.s.addrText})
	return r.begun
}

// close writes the number of denials that were counted. No denial may be counted after it.
func (r *sessionRecords) close() {
	_ = r.denials.Close() // a failure has been reported, and is again with the record that follows
}

// forwarded writes the record of a command that may be forwarded, and returns its sequence. It
// returns false if the record is not written.
func (r *sessionRecords) forwarded(v verdict) (uint64, bool) {
	rec := r.command(v)
	rec.Effects = v.cmd.Effects
	seq, err := r.writeSeq(rec)
	if err == nil && v.action == audit.Observe {
		r.observed++
	}
	return seq, err == nil
}

// command returns the record of a command, without its effects.
func (r *sessionRecords) command(v verdict) *audit.Record {
	role, rule := v.decision.Role, v.decision.Rule
	if v.reason != v.decision.Reason {
		role, rule = "", "" // the rules allow it, and something else refuses it
	}
	return &audit.Record{
		Kind: audit.KindCommand, Client: v.client, Addr: r.s.addrText,
		Verb: v.cmd.Verb.String(), Command: v.cmd.Text, Dropped: v.cmd.Dropped, Catalog: v.policy.Catalog(),
		Decision: v.action, Role: role, Rule: rule, Near: v.decision.Near, Reason: v.reason, Policy: v.decision.Revision,
	}
}

// notForwarded records why an allowed command was not sent after all.
func (r *sessionRecords) notForwarded(v verdict, seq uint64, why string) {
	r.write(&audit.Record{Kind: audit.KindReply, Client: v.client, Of: seq, Reason: "not sent: " + why})
}

// reply records the outcome of a command. call is the call that it made, or "".
func (r *sessionRecords) reply(p answers.Pending, text audit.Reply, call string) {
	r.write(&audit.Record{
		Kind: audit.KindReply, Client: r.s.ident.Name(), Of: p.Record, JobUUID: p.Job, CallUUID: call,
		Reply: text, Took: time.Since(p.Sent),
	})
}

// deny records a command that is not forwarded and returns the text of the answer to it. The text
// contains an id by which the operator finds the record.
func (r *sessionRecords) deny(v verdict, f *codec.Frame) string {
	rec := r.command(v)
	id, recorded := r.denial(rec, f, func() { listDenied(rec, v) })
	text := "-ERR permission denied, "
	if v.action == audit.Refuse {
		text = "-ERR "
	}
	text += v.reason + " [" + id + "]"
	if !recorded {
		text = auditUnavailable
	}
	return replaceColons(text)
}

// listDenied adds to rec the effects that explain why it is denied: the first few that are not
// allowed, beginning with the one that settled the decision.
func listDenied(rec *audit.Record, v verdict) {
	rec.Effects, rec.EffectsTotal = v.cmd.Effects, len(v.cmd.Effects)
	if rec.Decision == audit.Deny {
		rec.Effects, rec.EffectsDenied = v.policy.Client(v.client).Denied(v.cmd.Effects, v.decision, audit.MaxDeniedEffects)
	}
}

// refuse records a frame that was refused for its form and returns the text of the answer to it. f
// is nil if nothing of the frame is known.
func (r *sessionRecords) refuse(refusal *codec.Refusal, f *codec.Frame) string {
	rec := &audit.Record{
		Kind: audit.KindCommand, Client: r.s.ident.Name(), Addr: r.s.addrText, Decision: audit.Refuse, Reason: refusal.Error(),
		Catalog: r.s.srv.Policies.Current().Catalog(),
	}
	if f != nil {
		rec.Command = string(f.Line)
	}
	id, recorded := r.denial(rec, f, func() {})
	text := refusal.ReplyText()
	switch {
	case !recorded:
		text = auditUnavailable
	case strings.HasPrefix(text, codec.ReplyRefused):
		// Any other reply is FreeSWITCH's own, and is not changed.
		text += " [" + id + "]"
	}
	return replaceColons(text)
}

// denial records a command that is not forwarded, or counts it if it is equal to the one before. It
// returns the id of the record, and false if the record could not be written. complete adds to rec
// what is only needed to write it.
func (r *sessionRecords) denial(rec *audit.Record, f *codec.Frame, complete func()) (id string, ok bool) {
	r.denied++
	sum := tally.SumFrame(f)
	if id, ok := r.denials.Again(sum, rec); ok {
		rec.ID = id
		r.s.lines.Denied(rec)
		return id, true
	}
	complete()
	rec.ID = r.s.srv.Audit.NewID()
	if !r.write(rec) {
		return rec.ID, false
	}
	r.denials.Begin(sum, rec)
	r.s.lines.Denied(rec)
	return rec.ID, true
}

// replaceColons returns the text of a reply with a comma for each colon that is followed by a blank
// or by a control character, which becomes a blank in a reply. The client libraries esl and
// esl-lite cut a header's value there, so the reason and the id behind it would be lost.
func replaceColons(text string) string {
	b := []byte(text)
	for i := range len(b) - 1 {
		if b[i] == ':' && (b[i+1] <= ' ' || b[i+1] == 0x7f) {
			b[i] = ','
		}
	}
	return string(b)
}
