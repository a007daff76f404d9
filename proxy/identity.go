package proxy

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy"
)

// errExpired is the error about a session whose password has expired, in words for the client.
var errExpired = errors.New(noticeExpired)

// An identity is what a change of policy looks at: the client that a session has logged in as, the
// policy that last decided on it, and the lasting effects of its commands. The zero identity is of
// a session before login.
type identity struct {
	// mu guards the fields below. Nothing is parsed, decided or waited for while it is held, since
	// a revocation would wait too. The session's own goroutine alone changes state, so it reads
	// that without the lock.
	mu     sync.Mutex
	policy *policy.Policy
	login  policy.Login
	state  command.State
	// revoked is true once the policy does not let the session go on: nothing is forwarded any
	// more.
	revoked bool

	// expiry is when the password of login expires, nil if it never does. It is set under mu.
	expiry atomic.Pointer[time.Time]
}

// name returns the client's name, "" before login.
func (i *identity) name() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.login.Client == nil {
		return ""
	}
	return i.login.Client.Name
}

// upstream returns the upstream of the client. It must not be called before login.
func (i *identity) upstream() *policy.Upstream {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.login.Client.Upstream
}

// set gives the session the client that it has logged in as.
func (i *identity) set(p *policy.Policy, login policy.Login) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.policy, i.login = p, login
	i.noteExpiry(login)
}

// renew makes p the session's policy and returns the client as p has it. It returns nil before
// login and after a revocation, and an error, for the client, if p does not let the client stay.
func (i *identity) renew(p *policy.Policy) (*policy.Client, error) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.login.Client == nil || i.revoked {
		return nil, nil
	}
	if i.policy == p {
		if ends := i.login.NotAfter(); !ends.IsZero() && time.Now().After(ends) {
			return nil, errExpired
		}
		return i.login.Client, nil
	}
	login, err := p.Renew(i.login)
	if err != nil {
		return nil, err
	}
	i.policy, i.login = p, login
	i.noteExpiry(login)
	return login.Client, nil
}

// noteExpiry keeps when the login's password expires. The caller holds mu.
func (i *identity) noteExpiry(l policy.Login) {
	if ends := l.NotAfter(); ends.IsZero() {
		i.expiry.Store(nil)
	} else {
		i.expiry.Store(&ends)
	}
}

// hasExpired reports whether the password that let the session in has expired. It takes no lock.
func (i *identity) hasExpired() bool {
	ends := i.expiry.Load()
	return ends != nil && time.Now().After(*ends)
}

// lasting returns the lasting effects of the session's commands: subscriptions, a log level, an
// attached channel.
func (i *identity) lasting() []effect.Effect {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.state.Lasting()
}

// commit notes that a command, which was decided under p, is forwarded. It returns false if the
// session has been revoked or p is no longer in force. From here on a change of policy finds what
// the command leaves behind.
func (i *identity) commit(p *policy.Policy, cmd *command.Command, policies Policies) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.revoked || policies.Current() != p {
		return false
	}
	i.state.Apply(cmd)
	return true
}

// revoke marks the session as revoked and calls end under the lock, so that a goroutine that finds
// the session revoked also finds it ended for this reason.
func (i *identity) revoke(end func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.revoked = true
	end()
}

func (i *identity) isRevoked() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.revoked
}
