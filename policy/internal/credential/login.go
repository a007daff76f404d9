package credential

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/netip"
	"slices"
	"time"

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

// User returns user@domain as a policy names it, and "" for auth.
func (c Credentials) user() string {
	if c.User == "" && c.Domain == "" {
		return ""
	}
	return c.User + "@" + c.Domain
}

// A proof is the identity that credentials belong to.
type proof struct {
	Identity *Identity
	// Hash is the hash that matched, NotAfter when it ends: zero for never.
	Hash     string
	NotAfter time.Time
}

// Find returns the one identity that may connect from addr with these credentials: from each of its
// own networks, whatever networks of others are within them or around them. Its error is ErrUnknown
// if there is none, an *ExpiredError if the password has ended, ErrAmbiguous if there are several,
// and ErrBusy or the context's if that could not be found out.
func Find(ctx context.Context, v *Verifier, ns *Networks, addr netip.Addr, c Credentials, now time.Time) (proof, error) {
	a := attempt{verifier: v, addr: addr, user: c.user(), password: c.Password, now: now, networks: ns.of(addr)}
	for _, n := range a.networks {
		for _, client := range n.clients {
			if client.User == a.user && !slices.Contains(a.clients, client) {
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

// ClientsFrom returns the names of up to most clients that may connect from addr, those with the
// narrowest networks first, and how many others may.
func (ns *Networks) ClientsFrom(addr netip.Addr, most int) (names []string, others int) {
	seen := make(map[*Identity]bool)
	for _, n := range ns.of(addr) {
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
	verifier       *Verifier
	addr           netip.Addr
	user, password string
	now            time.Time
	networks       []*network    // that hold the address
	clients        []*Identity   // of these networks, with that user
	expired        *ExpiredError // set where a hash that has ended matches
}

// fast returns the clients of whom a fast hash matches. All are compared whatever was found, so
// that the time taken tells nothing. Who is found here waits for no expensive hash.
func (a *attempt) fast() (found []proof) {
	sum := sha256.Sum256([]byte(a.password))
	for _, c := range a.clients {
		var right *Secret
		for i := range c.Secrets {
			s := &c.Secrets[i]
			switch {
			case s.argon != nil || subtle.ConstantTimeCompare(s.sum[:], sum[:]) != 1:
			case s.Expired(a.now):
				a.expired = &ExpiredError{c.Name, s.NotAfter}
			default:
				right = s
			}
		}
		if right != nil {
			found = append(found, proof{c, right.Text, right.NotAfter})
		}
	}
	return found
}

// slow returns the clients of whom an expensive hash matches. Whoever fails has had as many of them
// computed as the failure cost of the networks says, whether there is such a user or not, so that
// neither their number nor the time tells of one.
func (a *attempt) slow(ctx context.Context) (found []proof, err error) {
	t := failureCostOf(a.networks)
	n := 0
	for _, c := range a.clients {
		for i := range c.Secrets {
			s := &c.Secrets[i]
			if s.argon == nil || s.Expired(a.now) {
				continue
			}
			n++
			ok, err := a.check(ctx, &s.hash)
			if err != nil {
				return nil, err
			}
			if ok {
				found = append(found, proof{c, s.Text, s.NotAfter})
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
		for i := range c.Secrets {
			s := &c.Secrets[i]
			if s.argon == nil || !s.Expired(a.now) || n >= most {
				continue
			}
			n++
			ok, err := a.verifier.compare(ctx, sourceOf(a.addr), s.argon, a.password)
			if err != nil {
				return n, err
			}
			if ok {
				a.expired = &ExpiredError{c.Name, s.NotAfter}
			}
		}
	}
	return n, nil
}

func (a *attempt) check(ctx context.Context, h *hash) (bool, error) {
	return a.verifier.check(ctx, sourceOf(a.addr), h, a.password)
}
