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

// An ExpiredError says that the password is a client's and has ended. It is an ErrUnknown: whoever
// logs in is not told the difference, the operator is.
type ExpiredError struct {
	// Client is the client's name.
	Client string
	// NotAfter is when the password ended.
	NotAfter time.Time
}

// Error says whose password has expired, and when.
func (e *ExpiredError) Error() string {
	return "policy: the password of the client " + printable(e.Client) + " has expired, on " + e.NotAfter.UTC().Format(time.RFC3339)
}

// Is reports whether target is ErrUnknown.
func (e *ExpiredError) Is(target error) bool { return target == ErrUnknown }

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
	// notAfter is that of the hash; zero: it holds for ever.
	notAfter time.Time
}

// NotAfter returns when the password that the client has logged in with ends, and the zero Time
// where it holds for ever.
func (l Login) NotAfter() time.Time { return l.notAfter }

// A secret is one hash of a client and how long it holds.
type secret struct {
	hash
	// notAfter is zero for a hash that holds for ever.
	notAfter time.Time
	at       pos // where the hash stands
}

func (s *secret) expired(now time.Time) bool { return !s.notAfter.IsZero() && now.After(s.notAfter) }

// Login finds the one client that may connect from addr with these credentials. A client may from
// each of its own networks, whatever networks of others lie within them or around them. Its error
// is ErrUnknown where none does, an *ExpiredError where the password was one's that has ended,
// ErrAmbiguous where more than one does, and ErrBusy or the context's where that could not be found
// out.
func (p *Policy) Login(ctx context.Context, addr netip.Addr, c Credentials) (Login, error) {
	a := attempt{p: p, addr: addr, user: c.user(), password: c.Password, now: p.runtime.now()}
	a.networks = p.networks.of(addr)
	for _, n := range a.networks {
		for _, client := range n.clients {
			if client.user == a.user && !slices.Contains(a.clients, client) {
				a.clients = append(a.clients, client)
			}
		}
	}
	found := a.fast()
	if len(found) == 0 && a.user != "" {
		var err error
		if found, err = a.slow(ctx); err != nil {
			return Login{}, err
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if a.expired != nil {
			return Login{}, a.expired
		}
		return Login{}, ErrUnknown
	default:
		return Login{}, ErrAmbiguous
	}
}

// ClientsFrom returns the names of up to most clients that may connect from addr, those with the
// narrowest networks first, and how many others may.
func (p *Policy) ClientsFrom(addr netip.Addr, most int) (names []string, others int) {
	seen := make(map[*Client]bool)
	for _, n := range p.networks.of(addr) {
		for _, c := range n.clients {
			if !seen[c] && len(names) < most {
				names = append(names, c.Name)
			}
			seen[c] = true
		}
	}
	return names, len(seen) - len(names)
}

// An attempt is a login under way.
type attempt struct {
	p              *Policy
	addr           netip.Addr
	user, password string
	now            time.Time
	networks       []*network    // that hold the address
	clients        []*Client     // of these networks, with that user
	expired        *ExpiredError // set where a hash that has ended matches
}

// fast returns the clients of whom a fast hash matches. All are compared whatever was found, so
// that the time taken tells nothing. Who is found here waits for no expensive hash.
func (a *attempt) fast() (found []Login) {
	sum := sha256.Sum256([]byte(a.password))
	for _, c := range a.clients {
		var match *secret
		for i := range c.secrets {
			s := &c.secrets[i]
			switch {
			case s.argon != nil || subtle.ConstantTimeCompare(s.sum[:], sum[:]) != 1:
			case s.expired(a.now):
				a.expired = &ExpiredError{c.Name, s.notAfter}
			default:
				match = s
			}
		}
		if match != nil {
			found = append(found, a.login(c, match))
		}
	}
	return found
}

// slow returns the clients of whom an expensive hash matches. Whoever fails has had as many of them
// computed as the toll of the networks says, whether there is such a user or not, so that neither
// their number nor the time tells of one.
func (a *attempt) slow(ctx context.Context) (found []Login, err error) {
	t := failureCostOf(a.networks)
	n := 0
	for _, c := range a.clients {
		for i := range c.secrets {
			s := &c.secrets[i]
			if s.argon == nil || s.expired(a.now) {
				continue
			}
			n++
			ok, err := a.check(ctx, &s.hash)
			if err != nil {
				return nil, err
			}
			if ok {
				found = append(found, a.login(c, s))
				break
			}
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	if n, err = a.slowExpired(ctx, n, t.hashes); err != nil {
		return nil, err
	}
	for ; n < t.hashes; n++ {
		if _, err := a.check(ctx, t.dummy); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// slowExpired computes expensive hashes that have ended, in the place of those that match nothing,
// until n, which have been computed, are most. It returns how many have been. What matches is not
// remembered and counts as wrong, so that the time tells nothing of it.
func (a *attempt) slowExpired(ctx context.Context, n, most int) (int, error) {
	for _, c := range a.clients {
		for i := range c.secrets {
			s := &c.secrets[i]
			if s.argon == nil || !s.expired(a.now) || n >= most {
				continue
			}
			n++
			ok, err := a.p.runtime.verifier.compare(ctx, sourceOf(a.addr), s.argon, a.password)
			if err != nil {
				return n, err
			}
			if ok {
				a.expired = &ExpiredError{c.Name, s.notAfter}
			}
		}
	}
	return n, nil
}

func (a *attempt) check(ctx context.Context, h *hash) (bool, error) {
	return a.p.runtime.verifier.check(ctx, sourceOf(a.addr), h, a.password)
}

func (a *attempt) login(c *Client, s *secret) Login {
	return Login{Client: c, addr: a.addr, hash: s.text, notAfter: s.notAfter}
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
	i := slices.IndexFunc(c.secrets, func(s secret) bool { return s.text == l.hash })
	if c.user != l.Client.user || i < 0 {
		return Login{}, fmt.Errorf("the password of the client %s has been changed", printable(c.Name))
	}
	if c.secrets[i].expired(p.runtime.now()) {
		return Login{}, fmt.Errorf("the password of the client %s has expired", printable(c.Name))
	}
	if c.Upstream.Address != l.Client.Upstream.Address {
		return Login{}, fmt.Errorf("the client %s has been moved to another upstream", printable(c.Name))
	}
	l.Client, l.notAfter = c, c.secrets[i].notAfter
	return l, nil
}
