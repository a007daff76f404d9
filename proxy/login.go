package proxy

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"eslguard/audit"
	"eslguard/audit/redact"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
	"eslguard/proxy/internal/feed"
	"eslguard/proxy/internal/sessionlog"
	"eslguard/proxy/internal/upstream"
)

// maxLoginFrames is how many frames a client may send before it has logged in. FreeSWITCH answers
// an unknown command and keeps waiting; a client that sends many does not know the protocol.
const maxLoginFrames = 8

// busyPause is how long a login that cannot be checked waits for its answer, so that repeated
// attempts cost little.
const busyPause = time.Second

// userauthAccepted is the answer to an accepted userauth. What is really allowed is decided command
// by command, so nothing is announced as forbidden.
const userauthAccepted = "Content-Type: command/reply\nReply-Text: +OK accepted\n" +
	"Allowed-Events: all\nAllowed-API: all\nAllowed-LOG: true\n\n"

// logIn reads frames until one is a login, decides on it, and logs in at FreeSWITCH. It returns
// false if the client is not let in.
func (s *session) logIn() bool {
	timer := time.AfterFunc(s.srv.loginTime(s), func() { s.end(ending{reason: reasonTimeout, notice: noticeLogin}) })
	login, ok := s.readLogin()
	if !timer.Stop() || !ok || !s.srv.admission.KeepPlace(&s.entry) {
		return false
	}
	ctx, cancel := context.WithTimeout(s.life.ctx, cmp.Or(s.srv.LoginTimeout, DefaultLoginTimeout))
	defer cancel()
	p := s.srv.Policies.Current()
	a := attempt{s: s, policy: p, record: &audit.Record{
		Kind: audit.KindLogin, Addr: s.addrText, Policy: p.Revision(), Decision: audit.Refuse,
	}}
	return a.authenticate(ctx, login)
}

// readLogin answers what is not a login as FreeSWITCH does, and returns the first frame that is a
// login. It returns false if none comes; the session has been ended then.
func (s *session) readLogin() (command.Login, bool) {
	for range maxLoginFrames {
		f, err := s.commands.reader.Next()
		var refusal *codec.Refusal
		switch {
		case s.isOver():
			return command.Login{}, false
		case errors.As(err, &refusal):
			// FreeSWITCH would read on. Here no client gets a second attempt before login.
			s.out.Write(appendAnswer(nil, refusal.API, replaceColons(refusal.ReplyText())))
			// The detail of the refusal may quote a secret, so it is left out.
			s.end(ending{reason: "refused before login: " + string(refusal.Reason)})
			return command.Login{}, false
		case err != nil && s.life.stopping.Load():
			s.end(ending{reason: reasonShutdown, notice: noticeShutdown})
			return command.Login{}, false
		case err != nil:
			s.end(ending{reason: "closed before login"})
			return command.Login{}, false
		}
		if login, ok := command.ParseLogin(f); ok {
			return login, true
		}
		if isExit(f.Line) {
			s.out.Write(codec.AppendCommandReply(nil, "+OK bye"))
			s.end(ending{reason: "exit before login"})
			return command.Login{}, false
		}
		s.out.Write(codec.AppendCommandReply(nil, "-ERR command not found"))
	}
	s.end(ending{reason: "too many commands before login"})
	return command.Login{}, false
}

// isExit reports whether a line is the verb exit, or the "..." that FreeSWITCH takes for it.
func isExit(line []byte) bool {
	return strings.EqualFold(string(line), "exit") || string(line) == "..."
}

// An attempt is one login.
type attempt struct {
	s      *session
	policy *policy.Policy
	// record is the record of the login, to be completed.
	record *audit.Record
}

// authenticate finds the client that logs in and connects it to its FreeSWITCH. It returns false if
// the client is not let in; the session has been ended then.
func (a *attempt) authenticate(ctx context.Context, l command.Login) bool {
	s, r := a.s, a.record
	// If the form is not clearly one of the two, the text in the user's place may be a secret.
	if l.Userauth && l.Password != "" && l.Domain != "" && !strings.ContainsAny(l.User+l.Domain, "@: \t") {
		r.User = l.User + "@" + redact.Redacted // an unknown domain may be a password
		if a.policy.KnowsDomain(l.Domain) {
			r.User = l.User + "@" + l.Domain
		}
	}
	login, err := a.policy.Login(ctx, s.addr.Addr(), policy.Credentials{User: l.User, Domain: l.Domain, Password: l.Password})
	if err != nil {
		return a.notKnown(err)
	}
	to := login.Client.Upstream
	r.Client, r.Upstream = login.Client.Name, to.Name
	if !s.srv.admission.Admit(&s.entry, login.Client.Name, login.Client.Sessions) {
		return a.refuse("the client has as many sessions as it may", sessionlog.CauseSessions, "-ERR too many sessions")
	}
	if !s.awaitAllowanceAtLogin(ctx) {
		return a.refuse(reasonAllowance, sessionlog.CauseAllowance, "-ERR too much to record")
	}
	if err := a.reach(ctx, to); err != nil {
		return a.noUpstream(to, err)
	}
	s.srv.reachable(to)
	if to.SharedEvents {
		s.out.NeverWait()
		s.feed = feed.New(feed.Options{
			Out: s.out, Stream: s.srv.streams.Of(to), Work: s.srv.filterWork.Of(login.Client.Name),
			Over: s.isOver, End: s.feedEnds,
		})
	}
	return a.accept(login, l.Userauth)
}

// reach connects the session to its FreeSWITCH, or makes sure that the pool of connections there
// can connect it when it has a command.
func (a *attempt) reach(ctx context.Context, to *policy.Upstream) error {
	s := a.s
	if to.SharedConnections {
		s.line.join(s.srv.pools.Of(to))
		return s.line.pool.Reach(ctx)
	}
	up, err := s.srv.dial(ctx, to)
	if err == nil {
		s.line.setOwn(up)
	}
	return err
}

// notKnown answers a login that belongs to no client, or that could not be checked. It returns
// false.
func (a *attempt) notKnown(err error) bool {
	s := a.s
	if !errors.Is(err, policy.ErrUnknown) && !errors.Is(err, policy.ErrAmbiguous) {
		s.srv.admission.YieldPlace(&s.entry)
		upstream.Pause(s.life.ctx, busyPause)
		return a.refuse(err.Error(), sessionlog.CauseBusy, "-ERR eslguard is busy")
	}
	a.record.Decision = audit.Deny
	var expired *policy.ExpiredError
	if errors.As(err, &expired) {
		s.lines.ExpiredClient = expired.Client
	}
	return a.refuse(err.Error(), sessionlog.CauseOf(err), "-ERR invalid")
}

// accept tells the client that it is logged in, once that is recorded and still valid. It returns
// false if it cannot be recorded; the session has been ended then.
func (a *attempt) accept(login policy.Login, userauth bool) bool {
	s := a.s
	if err := s.recording.start(s, login.Client); err != nil {
		s.srv.clientLog.Error().Str("event", "audit").Err(err).Str("client", login.Client.Name).Msg("a session cannot be recorded, so it is refused")
		return a.refuse(err.Error(), sessionlog.CauseAudit, auditUnavailable)
	}
	a.record.Decision = audit.Allow
	if !s.records.write(a.record) {
		a.record.Reason = reasonUnrecorded
		s.lines.NoLogin(a.record, sessionlog.CauseAudit)
		return a.end(reasonUnrecorded, auditUnavailable)
	}
	s.lines.Login(a.record)
	s.ident.Set(a.policy, login)
	// A change of the policy while FreeSWITCH was dialled found no login to check.
	s.recheck(s.srv.Policies.Current())
	s.expire() // nor did an expiry
	s.commands.reader.SetLimits(s.srv.Limits)
	if userauth {
		s.out.Write([]byte(userauthAccepted))
	} else {
		s.out.Write(codec.AppendCommandReply(s.commands.scratch[:0], "+OK accepted"))
	}
	return true
}

// refuse records that the login is refused, tells the operator the cause, answers the client and
// ends the session. It returns false.
func (a *attempt) refuse(reason, cause, reply string) bool {
	a.record.Reason = reason
	a.s.records.write(a.record)
	a.s.lines.NoLogin(a.record, cause)
	return a.end(reason, reply)
}

// end answers the client and ends the session. It returns false.
func (a *attempt) end(reason, reply string) bool {
	a.s.out.Write(codec.AppendCommandReply(nil, reply))
	a.s.end(ending{reason: reason})
	return false
}

// noUpstream tells the client why FreeSWITCH cannot be reached, and the operator if that is a
// change. It returns false.
func (a *attempt) noUpstream(up *policy.Upstream, err error) bool {
	a.s.srv.reach.Failed(up, err)
	return a.refuse(err.Error(), sessionlog.CauseUpstream, upstream.ReplyOf(err))
}
