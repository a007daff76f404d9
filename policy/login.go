package policy

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/words"
)

// A Login is a client that has logged in, and how it was identified, so that a later policy can
// check whether the login is still valid. The zero Login has a nil Client.
type Login struct {
	Client   *Client
	addr     netip.Addr
	hash     string
	notAfter time.Time // of the hash; zero if it does not expire
}

// NotAfter returns when the password that the client has logged in with expires. It returns the
// zero Time if the password does not expire.
func (l Login) NotAfter() time.Time { return l.notAfter }

// Login returns the one client that may connect from addr with these credentials. A client may
// connect from all of its own networks, also from addresses in networks of other clients. The error
// is ErrUnknown if there is no such client, an *ExpiredError if its password has expired,
// ErrAmbiguous if there are several, and ErrBusy or the context's error if the credentials could
// not be checked.
func (p *Policy) Login(ctx context.Context, addr netip.Addr, c Credentials) (Login, error) {
	m, err := credential.Find(ctx, p.shared.verifier, p.networks, addr, c, p.shared.now())
	if err != nil {
		return Login{}, err
	}
	return Login{Client: p.clients[m.Identity.Name], addr: addr, hash: m.Hash, notAfter: m.NotAfter}, nil
}

// ClientsFrom returns the names of at most most clients that may connect from addr, those with the
// narrowest networks first, and the number of further clients that may.
func (p *Policy) ClientsFrom(addr netip.Addr, most int) (names []string, others int) {
	return p.networks.ClientsFrom(addr, most)
}

// Renew returns l under this policy, which may have another Client of the same name. If l is no
// longer valid, it returns an error that tells the client why. The client's upstream must have the
// same address as before. Its SharedEvents and SharedConnections may differ: a session keeps those
// of its login.
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
	if secret.Expired(p.shared.now()) {
		return Login{}, fmt.Errorf("the password of the client %s has expired", words.Printable(c.Name))
	}
	if c.Upstream.Address != l.Client.Upstream.Address {
		return Login{}, fmt.Errorf("the client %s has been moved to another upstream", words.Printable(c.Name))
	}
	l.Client, l.notAfter = c, secret.NotAfter
	return l, nil
}

// NextExpiry returns the first time, at or after now, at which a client's password expires. It
// returns false if no password will expire, and for a nil policy.
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
