package proxy

import (
	"context"
	"errors"
	"strings"
	"time"

	"eslguard/audit"
	"eslguard/audit/redact"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/policy"
)

// maxLoginFrames is how many frames a client may send before it has logged in. FreeSWITCH
// answers an unknown command and waits on; a client that sends many has lost its way.
const maxLoginFrames = 8

// busyPause is how long a login that cannot be checked waits for its answer, so that one that is
// tried again and again costs little.
const busyPause = time.Second

// userauthAccepted is the answer to an accepted userauth. What is really allowed is
// decided command by command, so nothing is announced as forbidden.
const userauthAccepted = "Content-Type: command/reply\nReply-Text: +OK accepted\n" +
	"Allowed-Events: all\nAllowed-API: all\nAllowed-LOG: true\n\n"

// logIn reads frames until one is a login, decides on it, and logs in at FreeSWITCH.
func (s *session) logIn() bool {
	timer := time.AfterFunc(s.srv.loginTime(s), func() { s.end(ending{reason: reasonTimeout, notice: noticeLogin}) })
	login, ok := s.readLogin()
	if !timer.Stop() || !ok || !s.srv.keepPlace(s) {
		return false
	}
	return s.authenticate(login)
}

// readLogin answers what is not a login as FreeSWITCH does, and returns the first that is.
func (s *session) readLogin() (command.Login, bool) {
	for range maxLoginFrames {
		f, err := s.reader.Next()
		var refusal *codec.Refusal
		switch {
		case s.isOver():
			return command.Login{}, false
		case errors.As(err, &refusal):
			// FreeSWITCH would read on; here nobody gets a second guess before login.
			s.send(appendAnswer(nil, refusal.API, uncut(refusal.ReplyText())))
			s.end(ending{reason: "refused before login: " + string(refusal.Reason)}) // its detail may quote a secret
			return command.Login{}, false
		case err != nil && s.stopping.Load():
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
			s.send(codec.AppendCommandReply(nil, "+OK bye"))
			s.end(ending{reason: "exit before login"})
			return command.Login{}, false
		}
		s.send(codec.AppendCommandReply(nil, "-ERR command not found"))
	}
	s.end(ending{reason: "too many commands before login"})
	return command.Login{}, false
}

func isExit(line []byte) bool {
	return strings.EqualFold(string(line), "exit") || string(line) == "..."
}

// authenticate finds the client that logs in and brings it to its FreeSWITCH.
func (s *session) authenticate(l command.Login) bool {
	ctx, cancel := s.dialContext(orDefault(s.srv.LoginTimeout, DefaultLoginTimeout))
	defer cancel()
	p := s.srv.Policies.Current()
	r := &audit.Record{Kind: audit.KindLogin, Addr: s.addrText, Policy: p.Revision(), Decision: audit.Refuse}
	// Where the form is not plainly one of the two, what stands for the user may be a secret.
	if l.Userauth && l.Password != "" && l.Domain != "" && !strings.ContainsAny(l.User+l.Domain, "@: \t") {
		r.User = l.User + "@" + redact.Redacted // a domain that is nobody's may be a password
		if p.KnowsDomain(l.Domain) {
			r.User = l.User + "@" + l.Domain
		}
	}
	login, err := p.Login(ctx, s.addr.Addr(), policy.Credentials{User: l.User, Domain: l.Domain, Password: l.Password})
	if err != nil {
		return s.notKnown(r, err)
	}
	r.Client, r.Upstream = login.Client.Name, login.Client.Upstream.Name
	if !s.srv.admit(s, login.Client) {
		r.Reason = "the client has as many sessions as it may"
		return s.refuseLogin(r, causeSessions, "-ERR too many sessions")
	}
	if !s.awaitAuditAtLogin(ctx) {
		r.Reason = reasonAllowance
		return s.refuseLogin(r, causeAllowance, "-ERR too much to record")
	}
	up, err := s.srv.dialer.dial(ctx, login.Client.Upstream)
	if err != nil {
		return s.noUpstream(r, login.Client.Upstream, err)
	}
	s.srv.tellReach(login.Client.Upstream, nil)
	s.srv.reachable(login.Client.Upstream)
	s.setUpstream(up)
	return s.accept(r, p, login, l.Userauth)
}

// notKnown answers a login that is no client's, or of which nobody could find out whose it is.
func (s *session) notKnown(r *audit.Record, err error) bool {
	r.Reason = err.Error()
	if !errors.Is(err, policy.ErrUnknown) && !errors.Is(err, policy.ErrAmbiguous) {
		s.srv.yieldPlace(s)
		s.pause(busyPause)
		return s.refuseLogin(r, causeBusy, "-ERR eslguard is busy")
	}
	r.Decision = audit.Deny
	var expired *policy.ExpiredError
	if errors.As(err, &expired) {
		s.pastClient = expired.Client
	}
	return s.refuseLogin(r, causeOf(err), "-ERR invalid")
}

// pause waits, but no longer than the session lasts.
func (s *session) pause(d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-s.done:
	}
}

// accept tells the client that it is in, once that is recorded and still holds.
func (s *session) accept(r *audit.Record, p *policy.Policy, login policy.Login, userauth bool) bool {
	if err := s.startRecording(login.Client); err != nil {
		r.Reason = err.Error()
		s.srv.noisy.Error().Str("event", "audit").Err(err).Str("client", login.Client.Name).Msg("a session cannot be recorded, so it is refused")
		return s.refuseLogin(r, causeAudit, "-ERR audit unavailable")
	}
	r.Decision = audit.Allow
	if !s.record(r) {
		r.Reason = reasonUnheard
		s.tellNoLogin(r, causeAudit)
		return s.refuseLogin(nil, "", "-ERR audit unavailable")
	}
	s.tellLogin(r)
	s.setLogin(p, login)
	s.recheck(s.srv.Policies.Current()) // a change while FreeSWITCH was dialled found no login to look at
	s.expire()                          // nor did an expiry
	s.reader.SetLimits(s.srv.Limits)
	if userauth {
		s.send([]byte(userauthAccepted))
	} else {
		s.send(codec.AppendCommandReply(s.scratch[:0], "+OK accepted"))
	}
	return true
}

// setLogin gives the session the client that it has logged in as.
func (s *session) setLogin(p *policy.Policy, login policy.Login) {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	s.policy, s.login = p, login
	s.noteLogin(login)
}

// refuseLogin records r, which the operator is told with its cause, unless it is nil. It tells the
// client and ends the session.
func (s *session) refuseLogin(r *audit.Record, cause, reply string) bool {
	reason := strings.TrimPrefix(reply, "-ERR ")
	if r != nil {
		reason = r.Reason
		s.record(r)
		s.tellNoLogin(r, cause)
	}
	s.send(codec.AppendCommandReply(nil, reply))
	s.end(ending{reason: reason})
	return false
}

// noUpstream tells the client why FreeSWITCH cannot be reached, and the operator where that is
// news.
func (s *session) noUpstream(r *audit.Record, up *policy.Upstream, err error) bool {
	reply := "-ERR FreeSWITCH is unreachable"
	var ue *upstreamError
	if errors.As(err, &ue) {
		reply = ue.reply
	}
	r.Reason = err.Error()
	if !errors.Is(err, context.Canceled) {
		s.srv.tellReach(up, err)
	}
	return s.refuseLogin(r, causeUpstream, reply)
}

// appendAnswer appends an answer of the proxy's own in the form that the client waits for.
func appendAnswer(dst []byte, api bool, text string) []byte {
	if api {
		return codec.AppendAPIResponse(dst, []byte(text+"\n"))
	}
	return codec.AppendCommandReply(dst, text)
}
