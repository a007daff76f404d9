package proxy

import (
	"sync"
	"sync/atomic"

	"eslguard/command"
	"eslguard/policy"
)

// lookers is how many sessions are looked at at once after a change of policy: enough that a few
// that are slow to look at hold up no other, and few enough that thousands of sessions do not all
// run at once.
const lookers = 16

// PolicyChanged looks at every session again, after a new policy has come into force: one whose
// client is gone, or that has something lasting which is no longer allowed, is told so and closed.
// The others notice nothing, and passwords that the policy lets end are watched from then on. It
// waits for no command that a session is busy with: whose identity holds no more is ended first,
// then what lasts is decided.
func (s *Server) PolicyChanged() {
	s.setUp()
	s.awaitExpiry()
	p := s.Policies.Current()
	all := s.all()
	lookAt(all, func(se *session) { se.adopt(p) })
	lookAt(all, func(se *session) { se.recheck(p) })
	s.leaveUpstreams(p)
	s.reach.keep(p.Upstreams())
}

// lookAt calls look once for each of all, for several at a time, and returns after the last. A
// fault ends the session that it is about.
func lookAt(all []*session, look func(*session)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(lookers, len(all)) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(all) {
					return
				}
				all[i].contained(look)
			}
		})
	}
	wg.Wait()
}

// adopt makes p the session's policy and returns the client as p has it. Where p does not let the
// client stay, it revokes the session. It returns nil where there is no client that may stay:
// before login, and once revoked.
func (s *session) adopt(p *policy.Policy) *policy.Client {
	client, err := s.renew(p)
	if err != nil {
		s.revoke(p, err.Error())
	}
	return client
}

// renew is adopt, but that it leaves to the caller what its error asks for.
func (s *session) renew(p *policy.Policy) (*policy.Client, error) {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	if s.login.Client == nil || s.revoked {
		return nil, nil
	}
	if s.policy == p {
		if expired(s.login) {
			return nil, errExpired
		}
		return s.login.Client, nil
	}
	login, err := p.Renew(s.login)
	if err != nil {
		return nil, err
	}
	s.policy, s.login = p, login
	s.noteLogin(login)
	return login.Client, nil
}

// recheck decides anew what of this session lasts, under a policy that has just come into force.
// What is allowed under p meanwhile needs no second look, and what was allowed before p is in the
// state already.
func (s *session) recheck(p *policy.Policy) {
	client := s.adopt(p)
	if client == nil {
		return
	}
	if d := client.Decide(s.lasting()); d.Action == policy.Deny {
		s.revoke(p, d.Reason)
	}
}

// lasting returns what the session has that goes on.
func (s *session) lasting() []command.Effect {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	return s.state.Lasting()
}

// revoke ends the session because p does not let it go on. From here on nothing that it asks goes
// up, be it decided already.
func (s *session) revoke(p *policy.Policy, reason string) {
	s.setRevoked(reason)
	s.srv.Log.Info().Str("event", "closed").Str("session", s.id).Str("client", s.name()).Stringer("addr", s.addr).
		Str("policy", p.Revision()).Msg("closed: " + reason)
}

// setRevoked ends the session under stateMu, so that whoever finds it revoked finds it ended for
// this reason.
func (s *session) setRevoked(reason string) {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	s.revoked = true
	s.end(revocation(reason))
}

func (s *session) isRevoked() bool {
	s.stateMu.Lock()
	defer s.stateMu.Unlock()
	return s.revoked
}

// cutOff lets both sides of a revoked session see its end, though serve, which closes them, may
// still be busy with a command. The session has been ended, and replies reads no more.
func (s *session) cutOff() {
	if !s.isRevoked() {
		return
	}
	s.up.w.closeWrite()
	s.farewell(s.why)
	s.client.closeWrite()
}
