package policy

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// What Login returns when no one client is meant.
var (
	// ErrUnknown says that no client may connect from there with these credentials.
	ErrUnknown = errors.New("policy: no such client")
	// ErrAmbiguous says that several may, so that nobody can say who it is.
	ErrAmbiguous = errors.New("policy: the credentials are those of more than one client")
)

// Credentials are what a client logs in with. For auth, User and Domain are empty.
type Credentials struct {
	User     string
	Domain   string
	Password string
}

// user returns user@domain as a policy names it, and "" for auth.
func (c Credentials) user() string {
	if c.User == "" && c.Domain == "" {
		return ""
	}
	return c.User + "@" + c.Domain
}

// A Login is a proven identity: the client, and by what it was recognised, so that a
// later policy can say whether it still holds. The zero Login is nobody's.
type Login struct {
	Client *Client
	addr   netip.Addr
	hash   string
}

// A secret is one hash of a client and how long it holds.
type secret struct {
	hash
	// notAfter is zero for a hash that holds for ever.
	notAfter time.Time
}

func (s *secret) expired(now time.Time) bool { return !s.notAfter.IsZero() && now.After(s.notAfter) }

// Login finds the one client that may connect from addr with these credentials: the most specific
// network first that has one. Its error is ErrUnknown where none does, ErrAmbiguous where more than one
// does, and ErrBusy or the context's where that could not be found out.
func (p *Policy) Login(ctx context.Context, addr netip.Addr, c Credentials) (Login, error) {
	a := attempt{p: p, user: c.user(), password: c.Password, now: p.shared.now()}
	a.sum = sha256.Sum256([]byte(c.Password))
	var found []Login
	// All candidates are compared whatever was found, so that the time taken tells nothing.
	for _, n := range p.networks.of(addr) {
		matches, err := a.network(ctx, n)
		if err != nil {
			return Login{}, err
		}
		if len(found) == 0 {
			found = matches
		}
	}
	switch len(found) {
	case 1:
		found[0].addr = addr
		return found[0], nil
	case 0:
		return Login{}, a.fail(ctx)
	default:
		return Login{}, ErrAmbiguous
	}
}

// An attempt is a login under way.
type attempt struct {
	p              *Policy
	user, password string
	sum            [sha256.Size]byte
	now            time.Time
	// slow says that an expensive hash was checked.
	slow bool
}

// network returns the clients of n that the credentials match.
func (a *attempt) network(ctx context.Context, n *network) ([]Login, error) {
	var found []Login
	for _, c := range n.clients {
		if c.user != a.user {
			continue
		}
		hash, err := a.client(ctx, c)
		if err != nil {
			return nil, err
		}
		if hash != "" {
			found = append(found, Login{Client: c, hash: hash})
		}
	}
	return found, nil
}

// client returns the hash of c that the password matches, and "" without one.
func (a *attempt) client(ctx context.Context, c *Client) (string, error) {
	found := ""
	for i := range c.secrets {
		s := &c.secrets[i]
		if s.expired(a.now) {
			continue
		}
		if s.argon == nil {
			if subtle.ConstantTimeCompare(s.sum[:], a.sum[:]) == 1 {
				found = s.text
			}
			continue
		}
		if found != "" {
			continue
		}
		a.slow = true
		ok, err := a.p.shared.verifier.check(ctx, &s.hash, a.password)
		if err != nil {
			return "", err
		}
		if ok {
			found = s.text
		}
	}
	return found, nil
}

// fail makes a login with an unknown user cost about what one with a wrong password costs.
func (a *attempt) fail(ctx context.Context) error {
	if a.user != "" && !a.slow && a.p.dummy != nil {
		if _, err := a.p.shared.verifier.check(ctx, a.p.dummy, a.password); err != nil {
			return err
		}
	}
	return ErrUnknown
}

// Renew returns l as this policy sees it. Its error says, in words for the client, why it holds no more.
func (p *Policy) Renew(l Login) (Login, error) {
	if l.Client == nil {
		return Login{}, ErrUnknown
	}
	c := p.clients[l.Client.Name]
	if c == nil {
		return Login{}, fmt.Errorf("the client %s is no longer in the policy", printable(l.Client.Name))
	}
	if !slices.ContainsFunc(c.from, func(n netip.Prefix) bool { return n.Contains(plainAddr(l.addr)) }) {
		return Login{}, fmt.Errorf("the client %s may no longer connect from %s", printable(c.Name), plainAddr(l.addr))
	}
	now := p.shared.now()
	valid := func(s secret) bool { return s.text == l.hash && !s.expired(now) }
	if c.user != l.Client.user || !slices.ContainsFunc(c.secrets, valid) {
		return Login{}, fmt.Errorf("the password of the client %s has been changed", printable(c.Name))
	}
	if c.Upstream.Address != l.Client.Upstream.Address {
		return Login{}, fmt.Errorf("the client %s has been moved to another upstream", printable(c.Name))
	}
	l.Client = c
	return l, nil
}
