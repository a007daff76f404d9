package proxy

import (
	"errors"
	"sync"
	"time"

	"eslguard/policy"
)

// maxExpiryWait is how long the next expiry is waited for at most before the clock is looked at
// again: a timer does not notice that the clock was set, or that the host slept.
const maxExpiryWait = time.Minute

// expiryMargin is how much later than the expiry the sessions are looked at, so that it is past for
// sure.
const expiryMargin = time.Millisecond

// errExpired says that a session may not go on since its password has ended, in words for the
// client.
var errExpired = errors.New(noticeExpired)

// An expiry waits for the next moment at which a password of the policy in force ends, and then has
// the sessions looked at that it let in. The zero expiry waits for nothing.
type expiry struct {
	mu     sync.Mutex
	timer  *time.Timer
	next   time.Time
	closed bool
}

// await waits for the first expiry that is not past, in place of what was waited for before, and
// calls due when it is. Where no password ends it waits for nothing.
func (e *expiry) await(p *policy.Policy, due func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.timer != nil {
		e.timer.Stop()
		e.timer = nil
	}
	now := time.Now()
	next, ok := p.NextExpiry(now)
	if !ok || e.closed {
		return
	}
	e.next = next
	e.timer = time.AfterFunc(min(next.Sub(now)+expiryMargin, maxExpiryWait), due)
}

// past reports whether what is waited for has come.
func (e *expiry) past() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return time.Now().After(e.next)
}

// close ends the waiting for good.
func (e *expiry) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	if e.timer != nil {
		e.timer.Stop()
	}
}

// passwordsExpire ends the sessions whose passwords have ended, and waits for the next that do.
func (s *Server) passwordsExpire() {
	if s.expiry.past() {
		for _, se := range s.all() {
			se.contained((*session).expire)
		}
	}
	s.awaitExpiry()
}

// awaitExpiry waits for the next expiry under the policy in force.
func (s *Server) awaitExpiry() { s.expiry.await(s.Policies.Current(), s.passwordsExpire) }

// expire revokes the session if the password that it was let in by has ended. It takes no lock
// under which anything is decided.
func (s *session) expire() {
	if ends := s.ends.Load(); ends != nil && time.Now().After(*ends) {
		s.srv.Log.Info().Str("event", "closed").Str("session", s.id).Stringer("addr", s.addr).Msg("closed: " + noticeExpired)
		s.setRevoked(noticeExpired)
	}
}

// revocation is the ending of a session that may not go on, and why. An expiry is no change of the
// policy.
func revocation(reason string) ending {
	if reason == noticeExpired {
		return ending{reason: reason, notice: reason}
	}
	return ending{reason: reason, notice: noticeRevoked + ": " + reason}
}

// expired reports whether the login's password has ended.
func expired(l policy.Login) bool {
	ends := l.NotAfter()
	return !ends.IsZero() && time.Now().After(ends)
}

// noteLogin keeps when the login's password ends, for expire.
func (s *session) noteLogin(l policy.Login) {
	if ends := l.NotAfter(); ends.IsZero() {
		s.ends.Store(nil)
	} else {
		s.ends.Store(&ends)
	}
}
