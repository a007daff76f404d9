package policy

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/words"
)

// A Login is a proven identity: the client, and by what it was recognised, so that a later policy
// can say whether it still holds. The zero Login is nobody's.
type Login struct {
	Client *Client
	addr   netip.Addr
	hash   string
	// NotAfter is that of the hash; zero: it holds for ever.
	notAfter time.Time
}

// NotAfter returns when the password that the client has logged in with ends, and the zero Time
// where it holds for ever.
func (l Login) NotAfter() time.Time { return l.notAfter }

// Login finds the one client that may connect from addr with these credentials. A client may from
// each of its own networks, whatever networks of others lie within them or around them. Its error
// is ErrUnknown where none does, an *ExpiredError where the password was one's that has ended,
// ErrAmbiguous where more than one does, and ErrBusy or the context's where that could not be found
// out.
func (p *Policy) Login(ctx context.Context, addr netip.Addr, c Credentials) (Login, error) {
	m, err := credential.Find(ctx, p.runtime.verifier, p.networks, addr, c, p.runtime.now())
	if err != nil {
		return Login{}, err
	}
	return Login{Client: p.clients[m.Identity.Name], addr: addr, hash: m.Hash, notAfter: m.NotAfter}, nil
}

// ClientsFrom returns the names of up to most clients that may connect from addr, those with the
// narrowest networks first, and how many others may.
func (p *Policy) ClientsFrom(addr netip.Addr, most int) (names []string, others int) {
	return p.networks.ClientsFrom(addr, most)
}

// Renew returns l as this policy sees it. Its error says, in words for the client, why it holds no
// more.
func (p *Policy) Renew(l Login) (Login, error) {
	if l.Client == nil {
		return Login{}, ErrUnknown
	}
	c := p.clients[l.Client.Name]
	if c == nil {
		return Login{}, fmt.Errorf("the client %s is no longer in the policy", words.Printable(l.Client.Name))
	}
	if !c.id.MayConnectFrom(l.addr) {
		return Login{}, fmt.Errorf("the client %s may no longer connect from %s", words.Printable(c.Name), credential.PlainAddr(l.addr))
	}
	secret := c.id.Secret(l.hash)
	if c.id.User != l.Client.id.User || secret == nil {
		return Login{}, fmt.Errorf("the password of the client %s has been changed", words.Printable(c.Name))
	}
	if secret.Expired(p.runtime.now()) {
		return Login{}, fmt.Errorf("the password of the client %s has expired", words.Printable(c.Name))
	}
	if c.Upstream.Address != l.Client.Upstream.Address {
		return Login{}, fmt.Errorf("the client %s has been moved to another upstream", words.Printable(c.Name))
	}
	l.Client, l.notAfter = c, secret.NotAfter
	return l, nil
}

// NextExpiry returns the first time, not before now, at which a password of a client ends. It
// returns false where none does, and for a nil policy.
func (p *Policy) NextExpiry(now time.Time) (next time.Time, ok bool) {
	if p == nil {
		return time.Time{}, false
	}
	for _, c := range p.clients {
		for i := range c.id.Secrets {
			s := &c.id.Secrets[i]
			if s.NotAfter.IsZero() || s.Expired(now) || ok && !s.NotAfter.Before(next) {
				continue
			}
			next, ok = s.NotAfter, true
		}
	}
	return next, ok
}
