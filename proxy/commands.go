package proxy

import (
	"errors"
	"io"
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
	for s.awaitRoom() && s.awaitAudit() {
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

// refusedFrame answers a frame that was refused for its form. It returns false if err is none of
// that, or nothing after the frame can be believed.
func (s *session) refusedFrame(err error) bool {
	var refusal *codec.Refusal
	if !errors.As(err, &refusal) {
		return false
	}
	s.commands++
	s.refuse(refusal, nil)
	return !refusal.Fatal
}

// clientEnds handles the end of what can be read from the client.
func (s *session) clientEnds(err error) {
	var refusal *codec.Refusal
	switch {
	case errors.As(err, &refusal):
		s.awaitAnswers(s.halfCloseTimeout())
		s.end(ending{reason: refusal.Error(), notice: noticeRefused})
	case s.stopping.Load():
		s.awaitAnswers(0)
		s.end(ending{reason: reasonShutdown, notice: noticeShutdown, patient: true})
	default:
		s.clientGone(err)
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
	t := time.NewTimer(s.halfCloseTimeout())
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
	// nested are the jobs that the command starts by the API bgapi.
	nested []jobMark
	// secret says that the answer's text may not be recorded.
	secret bool
}

// command decides on one command and carries the decision out. It returns false if no more may be
// read.
func (s *session) command(f *codec.Frame) bool {
	s.commands++
	for {
		begin := time.Now()
		v, err := s.decide(f)
		if err != nil {
			var refusal *codec.Refusal
			if errors.As(err, &refusal) {
				s.refuse(refusal, f)
				s.chargeWork(begin, f)
				return true
			}
			return false // revoked; the session has been ended
		}
		if v.action == audit.Deny || v.action == audit.Refuse {
			s.deny(v, f)
			s.chargeWork(begin, f)
			return true
		}
		s.chargeWork(begin, f)
		seq, ok := s.recordCommand(v)
		if !ok {
			s.undo(v)
			s.answer(v.cmd.API(), auditUnavailable)
			return true
		}
		if v.cmd.Verb == command.VerbBgapi {
			s.jobs.sent(v.client, v.cmd.JobUUID, seq)
		}
		if v.startsJobs() {
			s.jobs.watch.await(s.done)
		}
		if !s.commit(v) {
			s.undo(v)
			s.record(&audit.Record{Kind: audit.KindReply, Client: v.client, Of: seq, Reason: "not sent: the policy has changed; decided again"})
			continue // the policy has changed since: decide again, unless the session has been revoked
		}
		return s.forward(v, seq)
	}
}

// errRevoked says that the session's client may not stay. The session has been ended.
var errRevoked = errors.New("proxy: the session has been revoked")

// decide parses f and asks the policy in force. Its error is a *codec.Refusal, or says
// that the session is over. It holds no lock: a change of policy does not wait for it, and commit
// finds out whether there was one.
func (s *session) decide(f *codec.Frame) (verdict, error) {
	v := verdict{policy: s.srv.Policies.Current()}
	client := s.adopt(v.policy)
	if client == nil {
		return v, errRevoked
	}
	v.client = client.Name
	s.state.MaxFilters = client.Filters // which nobody else reads
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
	v.secret = s.srv.answerMayTell(v.policy.Catalog(), v.cmd)
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
	v.nested = nestedMarks(v.cmd.Effects)
	if v.startsJobs() {
		s.limitJobs(v, client)
	}
}

// startsJobs reports whether the command starts jobs.
func (v *verdict) startsJobs() bool {
	return v.cmd.Verb == command.VerbBgapi || len(v.nested) > 0
}

// limitJobs counts the jobs that the command starts, or refuses it where that would be too many.
func (s *session) limitJobs(v *verdict, client *policy.Client) {
	if s.jobs == nil {
		s.jobs = s.srv.jobsOf(client.Upstream)
		s.jobs.watch.join()
	}
	s.jobs.watch.up.Store(client.Upstream)
	if err := s.jobs.startNested(client.Name, v.nested, client.Jobs); err != nil {
		v.action, v.reason = audit.Refuse, err.Error()
		v.taken.Undo()
		return
	}
	if v.cmd.Verb != command.VerbBgapi {
		return
	}
	if v.cmd.JobUUID == "" {
		v.cmd.SetJobUUID(newJobUUID())
	}
	started := job{
		client: client.Name, session: s.id, started: time.Now(), taken: v.taken,
		mark: markOfFrame(v.cmd.Upstream[0].Line), secret: v.secret, originates: originates(v.cmd.Effects),
	}
	if err := s.jobs.start(v.cmd.JobUUID, started, client.Jobs); err != nil {
		v.action, v.reason = audit.Refuse, err.Error()
		v.taken.Undo()
		s.jobs.undoNested(client.Name, v.nested)
	}
}

// undo takes back what limit noted for a command that is not forwarded after all.
func (s *session) undo(v verdict) {
	v.taken.Undo()
	if len(v.nested) > 0 {
		s.jobs.undoNested(v.client, v.nested)
	}
	if v.cmd.Verb == command.VerbBgapi {
		s.jobs.undo(v.client, v.cmd.JobUUID)
	}
}

// commit notes that the command goes up, unless the session has been revoked or the policy it was
// decided under is no longer in force. From here on a change of policy finds what the command
// leaves behind.
func (s *session) commit(v verdict) bool {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if s.revoked || s.srv.Policies.Current() != v.policy {
		return false
	}
	s.state.Apply(v.cmd)
	return true
}

// recordCommand writes the record of a command that may go up. It returns false if it could not be
// written.
func (s *session) recordCommand(v verdict) (uint64, bool) {
	r := s.commandRecord(v)
	r.Effects = v.cmd.Effects
	seq, err := s.write(r)
	if err == nil && v.action == audit.Observe {
		s.observed++
	}
	return seq, err == nil
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
