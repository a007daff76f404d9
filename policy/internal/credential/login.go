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

// The errors of Find when the credentials do not belong to exactly one client.
var (
	// ErrUnknown says that no client may connect from there with these credentials.
	ErrUnknown = errors.New("policy: no such client")
	// ErrAmbiguous says that several clients have these credentials.
	ErrAmbiguous = errors.New("policy: the credentials are those of more than one client")
)

// An ExpiredError says that the credentials belong to a client and that the password has expired.
// errors.Is reports it as ErrUnknown: only the operator learns the difference, the client does not.
type ExpiredError struct {
	// Client is the client's name.
	Client string
	// NotAfter is the time when the password expired.
	NotAfter time.Time
}

// Error says whose password has expired, and when.
func (e *ExpiredError) Error() string {
	return "policy: the password of the client " + words.Printable(e.Client) + " has expired, on " + e.NotAfter.UTC().Format(time.RFC3339)
}

// Is reports whether target is ErrUnknown.
func (e *ExpiredError) Is(target error) bool { return target == ErrUnknown }

// Credentials are what a client logs in with. User and Domain are empty for the command auth.
type Credentials struct {
	User     string
	Domain   string
	Password string
}

// user returns user@domain as a policy writes it, or "" for the command auth.
func (c Credentials) user() string {
	if c.User == "" && c.Domain == "" {
		return ""
	}
	return c.User + "@" + c.Domain
}

// A Proof is the identity that credentials belong to. The zero Proof has no identity.
type Proof struct {
	Identity *Identity
	// Hash is the hash that matched. NotAfter is the time when it expires, or zero if it never
	// does.
	Hash     string
	NotAfter time.Time
}

// Find returns the one identity that may connect from addr with these credentials at the time now.
// Its error is ErrUnknown if there is none, an *ExpiredError if the password has expired,
// ErrAmbiguous if there are several, and ErrBusy or the context's error if the slow hashes could
// not be computed.
func Find(ctx context.Context, v *Verifier, ns *Networks, addr netip.Addr, c Credentials, now time.Time) (Proof, error) {
	a := attempt{verifier: v, addr: addr, user: c.user(), password: c.Password, now: now, networks: ns.containing(addr)}
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
			return Proof{}, err
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		if a.expired != nil {
			return Proof{}, a.expired
		}
		return Proof{}, ErrUnknown
	default:
		return Proof{}, ErrAmbiguous
	}
}

// ClientsFrom returns the names of at most most clients that may connect from addr, those with the
// narrowest networks first, and the number of further clients that may.
func (ns *Networks) ClientsFrom(addr netip.Addr, most int) (names []string, others int) {
	seen := make(map[*Identity]bool)
	for _, n := range ns.containing(addr) {
		for _, c := range n.clients {
			if !seen[c] && len(names) < most {
				names = append(names, c.Name)
			}
			seen[c] = true
		}
	}
	return names, len(seen) - len(names)
}

// An attempt is one login that is being checked.
type attempt struct {
	verifier       *Verifier
	addr           netip.Addr
	user, password string
	now            time.Time
	networks       []*network    // that contain addr, the narrowest first
	clients        []*Identity   // of these networks, with that user
	expired        *ExpiredError // set if an expired hash matches
}

// fast returns the clients with a SHA-256 hash that matches. It always compares all hashes, so that
// the time reveals nothing. A client that is found here does not wait for a slow hash.
func (a *attempt) fast() (found []Proof) {
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
			found = append(found, Proof{c, right.Text, right.NotAfter})
		}
	}
	return found
}

// slow returns the clients with an Argon2id hash that matches. If none matches, it computes as many
// hashes as the failure cost of the networks says, whether the user exists or not, so that neither
// their number nor the time reveals a user.
func (a *attempt) slow(ctx context.Context) (found []Proof, err error) {
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
				found = append(found, Proof{c, s.Text, s.NotAfter})
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

// slowExpired computes the expired Argon2id hashes of the clients, in place of dummies, until most
// hashes have been computed. n is how many were computed before; it returns n plus its own. A match
// sets a.expired; it is not remembered, and otherwise treated as a mismatch, so that the time
// reveals nothing.
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
