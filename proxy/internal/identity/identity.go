package identity

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy"
)

// ReasonExpired is why a session whose password has expired ends, in words for the client.
const ReasonExpired = "the password has expired"

var errExpired = errors.New(ReasonExpired)

// An Identity is what a change of policy looks at: the client that a session has logged in as, the
// policy that last decided on it, and the lasting effects of its commands. The zero identity is of
// a session before login.
type Identity struct {
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

// State returns what the session's commands leave behind. Only the session's own goroutine may use
// it. That must not change it, except for its exported fields, which no other goroutine reads.
func (i *Identity) State() *command.State { return &i.state }

// Name returns the client's name, "" before login.
func (i *Identity) Name() string {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.login.Client == nil {
		return ""
	}
	return i.login.Client.Name
}

// Upstream returns the upstream of the client. It must not be called before login.
func (i *Identity) Upstream() *policy.Upstream {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.login.Client.Upstream
}

// Set gives the session the client that it has logged in as.
func (i *Identity) Set(p *policy.Policy, login policy.Login) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.policy, i.login = p, login
	i.noteExpiry(login)
}

// Renew makes p the session's policy and returns the client as p has it. It returns nil before
// login and after a revocation, and an error, for the client, if p does not let the client stay or
// the password has expired, which is then ReasonExpired.
func (i *Identity) Renew(p *policy.Policy) (*policy.Client, error) {
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
func (i *Identity) noteExpiry(l policy.Login) {
	if ends := l.NotAfter(); ends.IsZero() {
		i.expiry.Store(nil)
	} else {
		i.expiry.Store(&ends)
	}
}

// HasExpired reports whether the password that let the session in has expired. It takes no lock.
func (i *Identity) HasExpired() bool {
	ends := i.expiry.Load()
	return ends != nil && time.Now().After(*ends)
}

// Lasting returns the lasting effects of the session's commands: subscriptions, a log level, an
// attached channel.
func (i *Identity) Lasting() []effect.Effect {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.state.Lasting()
}

// Commit notes that a command, which was decided under p, is forwarded. It returns false if the
// session has been revoked or p is no longer the policy that inForce returns. From here on a change
// of policy finds what the command leaves behind.
func (i *Identity) Commit(p *policy.Policy, cmd *command.Command, inForce func() *policy.Policy) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.revoked || inForce() != p {
		return false
	}
	i.state.Apply(cmd)
	return true
}

// Revoke marks the session as revoked and calls end under the lock, so that a goroutine that finds
// the session revoked also finds it ended for this reason.
func (i *Identity) Revoke(end func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.revoked = true
	end()
}

// IsRevoked reports whether the session has been revoked.
func (i *Identity) IsRevoked() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.revoked
}
