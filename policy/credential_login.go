package policy

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/netip"
	"slices"
	"time"

	"eslguard/policy/internal/document"
	"eslguard/policy/internal/words"
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
	return "policy: the password of the client " + words.Printable(e.Client) + " has expired, on " + e.NotAfter.UTC().Format(time.RFC3339)
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

// A secret is one hash of a client and how long it holds.
type secret struct {
	hash
	// NotAfter is zero for a hash that holds for ever.
	notAfter time.Time
	at       document.Pos // where the hash stands
}

func (s *secret) expired(now time.Time) bool { return !s.notAfter.IsZero() && now.After(s.notAfter) }

// An identity is how a client is recognised: its networks, its user and the hashes of its passwords.
type identity struct {
	name    string
	user    string // user@domain, "" for a client that logs in with auth
	secrets []secret
	from    []netip.Prefix
}

// mayConnectFrom reports whether addr is in one of the client's networks.
func (id *identity) mayConnectFrom(addr netip.Addr) bool {
	return slices.ContainsFunc(id.from, func(n netip.Prefix) bool { return n.Contains(plainAddr(addr)) })
}

// secret returns the secret with this hash, nil without one.
func (id *identity) secret(hash string) *secret {
	i := slices.IndexFunc(id.secrets, func(s secret) bool { return s.text == hash })
	if i < 0 {
		return nil
	}
	return &id.secrets[i]
}

// A proof is the identity that credentials belong to.
type proof struct {
	identity *identity
	// hash is the hash that matched, NotAfter when it ends: zero for never.
	hash     string
	notAfter time.Time
}

// findIdentity returns the one identity that may connect from addr with these credentials: from each of its
// own networks, whatever networks of others are within them or around them. Its error is ErrUnknown
// if there is none, an *ExpiredError if the password has ended, ErrAmbiguous if there are several,
// and ErrBusy or the context's if that could not be found out.
func findIdentity(ctx context.Context, v *verifier, ns *networks, addr netip.Addr, c Credentials, now time.Time) (proof, error) {
	a := attempt{verifier: v, addr: addr, user: c.user(), password: c.Password, now: now, networks: ns.of(addr)}
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
			return proof{}, err
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if a.expired != nil {
			return proof{}, a.expired
		}
		return proof{}, ErrUnknown
	default:
		return proof{}, ErrAmbiguous
	}
}

// clientsFrom returns the names of up to most clients that may connect from addr, those with the
// narrowest networks first, and how many others may.
func (ns *networks) clientsFrom(addr netip.Addr, most int) (names []string, others int) {
	seen := make(map[*identity]bool)
	for _, n := range ns.of(addr) {
		for _, c := range n.clients {
			if !seen[c] && len(names) < most {
				names = append(names, c.name)
			}
			seen[c] = true
		}
	}
	return names, len(seen) - len(names)
}

// An attempt is a login under way.
type attempt struct {
	verifier       *verifier
	addr           netip.Addr
	user, password string
	now            time.Time
	networks       []*network    // that hold the address
	clients        []*identity   // of these networks, with that user
	expired        *ExpiredError // set where a hash that has ended matches
}

// fast returns the clients of whom a fast hash matches. All are compared whatever was found, so
// that the time taken tells nothing. Who is found here waits for no expensive hash.
func (a *attempt) fast() (found []proof) {
	sum := sha256.Sum256([]byte(a.password))
	for _, c := range a.clients {
		var right *secret
		for i := range c.secrets {
			s := &c.secrets[i]
			switch {
			case s.argon != nil || subtle.ConstantTimeCompare(s.sum[:], sum[:]) != 1:
			case s.expired(a.now):
				a.expired = &ExpiredError{c.name, s.notAfter}
			default:
				right = s
			}
		}
		if right != nil {
			found = append(found, proof{c, right.text, right.notAfter})
		}
	}
	return found
}

// slow returns the clients of whom an expensive hash matches. Whoever fails has had as many of them
// computed as the toll of the networks says, whether there is such a user or not, so that neither
// their number nor the time tells of one.
func (a *attempt) slow(ctx context.Context) (found []proof, err error) {
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
				found = append(found, proof{c, s.text, s.notAfter})
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
			ok, err := a.verifier.compare(ctx, sourceOf(a.addr), s.argon, a.password)
			if err != nil {
				return n, err
			}
			if ok {
				a.expired = &ExpiredError{c.name, s.notAfter}
			}
		}
	}
	return n, nil
}

func (a *attempt) check(ctx context.Context, h *hash) (bool, error) {
	return a.verifier.check(ctx, sourceOf(a.addr), h, a.password)
}
