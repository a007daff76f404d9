package proxy

import (
	"errors"
	"io"
	"strings"
	"time"

	"eslguard/audit"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
)

// The bounds of what waits for answers. Beyond them the client is not read.
const (
	maxPending      = 1_000
	maxPendingBytes = 4 << 20
	// pendingCost is what a command counts for besides its own bytes.
	pendingCost = 256
)

// auditUnavailable is the answer to every command while nothing can be recorded.
const auditUnavailable = "-ERR audit unavailable"

// readCommands reads commands until the session is over, or the client has closed its
// side and all that it asked has been answered. quiet says instead that the client has nothing to say.
func (s *session) readCommands() (quiet bool) {
	defer s.contain()
	for s.awaitRoom() {
		if s.reader.Release() && s.client.wait() {
			return true
		}
		f, err := s.reader.Next()
		if err == nil {
			s.recordFrame(f)
			if !s.command(f) {
				s.readOut()
				return false
			}
			continue
		}
		if !s.refusedFrame(err) {
			s.clientEnds(err)
			return false
		}
	}
	return false
}

// readOut reads on after a client's last command and throws away what comes, as FreeSWITCH does, so that a client
// that is gone is not kept for an answer that never comes.
func (s *session) readOut() {
	var b [512]byte
	for {
		if _, err := s.client.Read(b[:]); err != nil {
			s.clientEnds(err)
			return
		}
	}
}

// refusedFrame answers a frame that was refused for its form. False: err is none of that, or
// nothing after the frame can be believed.
func (s *session) refusedFrame(err error) bool {
	var refusal *codec.Refusal
	if !errors.As(err, &refusal) {
		return false
	}
	s.refuse(refusal, "", "")
	return !refusal.Fatal
}

// clientEnds handles the end of what can be read from the client.
func (s *session) clientEnds(err error) {
	var refusal *codec.Refusal
	switch {
	case errors.As(err, &refusal):
		s.awaitAnswers()
		s.end(ending{reason: refusal.Error(), notice: noticeRefused})
	case s.stopping.Load():
		s.awaitAnswers()
		s.end(ending{reason: reasonShutdown, notice: noticeShutdown, patient: true})
	default:
		s.clientGone(err)
	}
}

// awaitRoom waits until fewer commands wait than may. False: the session is over.
func (s *session) awaitRoom() bool {
	return s.await(func() bool { return s.queue.n < maxPending && s.queue.bytes < maxPendingBytes })
}

// awaitAnswers waits until every command has been answered, or the session is over.
func (s *session) awaitAnswers() {
	s.await(func() bool { return s.queue.n == 0 })
}

func (s *session) await(ok func() bool) bool {
	for {
		s.mu.Lock()
		now := ok()
		s.mu.Unlock()
		if s.isOver() {
			return false
		}
		if now {
			return true
		}
		select {
		case <-s.room:
		case <-s.done:
			return false
		}
	}
}

// clientGone passes the end of the client's stream on: FreeSWITCH answers what it has been
// sent, then closes, as it would for the client itself. A frame that the end cuts short is no command to either.
func (s *session) clientGone(err error) {
	if s.isOver() {
		return
	}
	reason := "client closed the connection"
	switch {
	case errors.Is(err, io.EOF):
	case errors.Is(err, io.ErrUnexpectedEOF):
		reason += " within a frame"
	default:
		s.end(ending{reason: reason + ": " + err.Error(), silent: true})
		return
	}
	s.leaving.CompareAndSwap(nil, &reason) // one that said exit leaves for that
	s.up.w.closeWrite()
	t := time.NewTimer(orDefault(s.srv.HalfCloseTimeout, DefaultHalfCloseTime))
	defer t.Stop()
	select {
	case <-s.done: // replies ends the session when FreeSWITCH has closed
	case <-t.C:
		s.end(ending{reason: reason})
	}
}

// A verdict is what has been found out about one command.
type verdict struct {
	policy   *policy.Policy
	cmd      *command.Command
	decision policy.Decision
	action   audit.Decision
	reason   string
	client   string
	// taken is what the command counts for in the client's limits.
	taken *policy.Taken
}

// command decides on one command and carries the decision out. False: no more may be read.
func (s *session) command(f *codec.Frame) bool {
	for {
		v, err := s.decide(f)
		if err != nil {
			var refusal *codec.Refusal
			if errors.As(err, &refusal) {
				s.refuse(refusal, string(f.Line), "")
				return true
			}
			return false // revoked; the session has been ended
		}
		if v.action == audit.Deny || v.action == audit.Refuse {
			s.deny(v)
			return true
		}
		seq, ok := s.recordCommand(v, "")
		if !ok {
			s.undo(v)
			s.answer(v.cmd.API(), auditUnavailable)
			return true
		}
		if v.cmd.Verb == command.VerbBgapi {
			s.jobs.sent(v.cmd.JobUUID, seq)
			s.jobs.await(s.done)
		}
		if !s.commit(v) {
			s.undo(v)
			s.record(&audit.Record{Kind: audit.KindReply, Client: v.client, Of: seq, Reason: "not sent: the policy has changed; decided again"})
			continue // the policy has changed since: decide again
		}
		return s.forward(v, seq)
	}
}

// decide parses f and asks the policy in force. Its error is a *codec.Refusal, or says
// that the session is over.
func (s *session) decide(f *codec.Frame) (verdict, error) {
	v := verdict{policy: s.srv.Policies.Current()}
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if err := s.adopt(v.policy); err != nil {
		s.end(revocation(err.Error()))
		return v, err
	}
	client := s.login.Client
	v.client = client.Name
	var err error
	if v.cmd, err = command.Parse(v.policy.Catalog(), &s.state, f); err != nil {
		return v, err
	}
	v.decision = client.Decide(v.cmd.Effects)
	v.reason = v.decision.Reason
	switch v.decision.Action {
	case policy.Allow:
		v.action = audit.Allow
	case policy.Observed:
		v.action = audit.Observe
	default:
		v.action = audit.Deny
		return v, nil
	}
	s.limit(&v, client)
	return v, nil
}

// limit applies what holds beyond the rules: rates, and the number of jobs.
func (s *session) limit(v *verdict, client *policy.Client) {
	taken, limit, ok := client.TakeAll(v.cmd.Effects, time.Now())
	if !ok && s.srv.sweepJobs(client.Upstream) { // what lost jobs held is free again
		taken, limit, ok = client.TakeAll(v.cmd.Effects, time.Now())
	}
	if v.taken = taken; !ok {
		v.reason = policy.ReasonLimited + ": " + limit
		if !client.Observes() {
			v.action = audit.Refuse
			return
		}
		v.action = audit.Observe
	}
	if v.cmd.Verb != command.VerbBgapi {
		return
	}
	if v.cmd.JobUUID == "" {
		v.cmd.SetJobUUID(newJobUUID())
	}
	if s.jobs == nil {
		s.jobs = s.srv.jobsOf(client.Upstream)
		s.jobs.join()
	}
	s.jobs.up.Store(client.Upstream)
	started := job{
		client: client.Name, session: s.id, started: time.Now(), taken: taken,
		secret: s.srv.tellsSecrets(v.cmd.Effects), originates: originates(v.cmd.Effects),
	}
	if err := s.jobs.start(v.cmd.JobUUID, started); err != nil {
		v.action, v.reason = audit.Refuse, err.Error()
		taken.Undo()
	}
}

// undo takes back what limit noted for a command that is not forwarded after all.
func (s *session) undo(v verdict) {
	v.taken.Undo()
	if v.cmd.Verb == command.VerbBgapi {
		s.jobs.end(v.cmd.JobUUID)
	}
}

// adopt makes p the session's policy. Its error says why the client may not stay. The
// caller holds stateMu.
func (s *session) adopt(p *policy.Policy) error {
	if s.policy == p {
		if expired(s.login) {
			return errExpired
		}
		return nil
	}
	login, err := p.Renew(s.login)
	if err != nil {
		return err
	}
	s.policy, s.login = p, login
	s.noteLogin(login)
	return nil
}

// commit notes that the command goes up, unless the policy it was decided under is no
// longer in force. From here on a change of policy finds what the command leaves behind.
func (s *session) commit(v verdict) bool {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if s.srv.Policies.Current() != v.policy {
		return false
	}
	s.state.Apply(v.cmd)
	return true
}

// recordCommand writes the record of a command. False: it could not be written.
func (s *session) recordCommand(v verdict, id string) (uint64, bool) {
	s.commands++
	seq, err := s.write(&audit.Record{
		Kind: audit.KindCommand, Client: v.client, Addr: s.addrText,
		Verb: v.cmd.Verb.String(), Command: v.cmd.Text, Effects: v.cmd.Effects, Dropped: v.cmd.Dropped,
		Decision: v.action, Role: v.decision.Role, Rule: v.decision.Rule, Reason: v.reason,
		Policy: v.decision.Revision, ID: id,
	})
	return seq, err == nil
}

// deny records a command that is not forwarded and answers it in its turn. The answer
// carries an id by which the operator finds the record.
func (s *session) deny(v verdict) {
	s.denied++
	id := s.srv.Audit.NewID()
	if _, ok := s.recordCommand(v, id); !ok {
		s.answer(v.cmd.API(), auditUnavailable)
		return
	}
	text := "-ERR permission denied: "
	if v.action == audit.Refuse {
		text = "-ERR "
	}
	s.answer(v.cmd.API(), text+v.reason+" ["+id+"]")
}

// refuse records a frame that was refused for its form and answers it in its turn.
func (s *session) refuse(r *codec.Refusal, line, verb string) {
	s.commands++
	s.denied++
	id := s.srv.Audit.NewID()
	_, err := s.write(&audit.Record{
		Kind: audit.KindCommand, Client: s.name(), Addr: s.addrText, Verb: verb, Command: line,
		Decision: audit.Refuse, Reason: r.Error(), ID: id,
	})
	text := r.ReplyText()
	switch {
	case err != nil:
		text = auditUnavailable
	case strings.HasPrefix(text, "-ERR refused: "): // a reply that FreeSWITCH gives too is kept as it is
		text += " [" + id + "]"
	}
	s.answer(r.API, text)
}

// answer puts an answer of the proxy's own in its place among the replies.
func (s *session) answer(api bool, text string) {
	s.answerBytes(appendAnswer(nil, api, text))
}

func (s *session) answerBytes(b []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.push(pending{local: b, size: len(b) + pendingCost})
	if !s.mid.Load() {
		s.answerLocals()
	}
}

// answerLocals sends the proxy's own answers whose turn has come. The caller holds mu, and
// no frame is under way.
func (s *session) answerLocals() {
	for {
		b, ok := s.queue.popLocal()
		if !ok {
			return
		}
		s.out.write(b)
	}
}
