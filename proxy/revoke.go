package proxy

import (
	"sync"
	"sync/atomic"

	"eslguard/policy"
	"eslguard/proxy/internal/identity"
)

// maxRechecks is how many sessions are rechecked at once after a change of policy: enough that a
// few slow ones delay no other, and few enough that thousands of sessions do not all run at once.
const maxRechecks = 16

// PolicyChanged rechecks every session after a new policy has come into force. A session whose
// client is gone, or that has something lasting which is no longer allowed, is sent a notice and
// closed. The others notice nothing. It waits for no command that a session is busy with: sessions
// whose identity is no longer valid are ended first, then the lasting effects are decided.
func (s *Server) PolicyChanged() {
	s.setUp()
	s.awaitExpiry()
	p := s.Policies.Current()
	all := s.roster.all()
	forEach(all, func(se *session) { se.adopt(p) })
	forEach(all, func(se *session) { se.recheck(p) })
	s.keepUpstreams(p.Upstreams())
}

// forEach calls f once for each of all, for several at a time, and returns after the last. A fault
// ends the session that it is about.
func forEach(all []*session, f func(*session)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(maxRechecks, len(all)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(all) {
					return
				}
				all[i].contained(f)
			}
		})
	}
	wg.Wait()
}

// adopt makes p the session's policy and returns the client as p has it. If p does not let the
// client stay, it revokes the session. It returns nil if no client may stay: before login, and once
// revoked.
func (s *session) adopt(p *policy.Policy) *policy.Client {
	client, err := s.ident.Renew(p)
	if err != nil {
		s.revoke(p, err.Error())
	}
	return client
}

// recheck decides what lasts in this session under a policy that has just come into force. Commands
// that are allowed under p meanwhile need no second check, and what was allowed before p is in the
// state already.
func (s *session) recheck(p *policy.Policy) {
	client := s.adopt(p)
	if client == nil {
		return
	}
	if d := client.Decide(s.ident.Lasting()); d.Action == policy.Deny {
		s.revoke(p, d.Reason)
	}
}

// revoke ends the session because p does not let it go on. From here on nothing that it asks is
// forwarded, even if it is decided already.
func (s *session) revoke(p *policy.Policy, reason string) {
	s.ident.Revoke(func() { s.end(revocation(reason)) })
	s.line.cutOff()
	s.srv.Log.Info().Str("event", "closed").Str("session", s.id).Str("client", s.ident.Name()).Stringer("addr", s.addr).
		Str("policy", p.Revision()).Msg("closed: " + reason)
}

// revocation returns the ending of a session that may not go on. An expiry is no change of the
// policy.
func revocation(reason string) ending {
	if reason == identity.ReasonExpired {
		return ending{reason: reason, notice: reason}
	}
	return ending{reason: reason, notice: noticeRevoked + ": " + reason}
}

// cutOff says goodbye to the client of a revoked session, though serve, which does that, may still
// be busy with a command. The session must have been ended, and no relay may read.
func (s *session) cutOff() {
	s.farewell(s.life.why)
	s.client.CloseWrite()
}

// passwordsExpire ends the sessions whose passwords have expired, and waits for the next expiry.
func (s *Server) passwordsExpire() {
	if s.expiry.Past() {
		for _, se := range s.roster.all() {
			se.contained((*session).expire)
		}
	}
	s.awaitExpiry()
}

// awaitExpiry waits for the next expiry under the policy in force.
func (s *Server) awaitExpiry() { s.expiry.Await(s.Policies.Current(), s.passwordsExpire) }

// expire revokes the session if the password that let it in has expired. It takes no lock that is
// held while anything is decided.
func (s *session) expire() {
	if s.ident.HasExpired() {
		s.srv.Log.Info().Str("event", "closed").Str("session", s.id).Stringer("addr", s.addr).Msg("closed: " + identity.ReasonExpired)
		s.ident.Revoke(func() { s.end(revocation(identity.ReasonExpired)) })
		s.line.cutOff()
	}
}
