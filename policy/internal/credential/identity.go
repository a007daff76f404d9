package credential

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"eslguard/policy/internal/document"
	"eslguard/policy/internal/words"
)

const (
	// maxNetworks and maxSecrets are the most networks and the most hashes of one client.
	maxNetworks = 10_000
	maxSecrets  = 16
	// maxArgonSecrets is the most Argon2id hashes of one client: an old and a new one, while a
	// password is being changed.
	maxArgonSecrets = 2
)

// An Identity is how a client is identified: by its networks, its user and the hashes of its
// passwords.
type Identity struct {
	Name    string
	User    string // user@domain, or "" for a client that logs in with auth
	Secrets []Secret
	From    []netip.Prefix
}

// MayConnectFrom reports whether addr is in one of the client's networks.
func (id *Identity) MayConnectFrom(addr netip.Addr) bool {
	return slices.ContainsFunc(id.From, func(n netip.Prefix) bool { return n.Contains(PlainAddr(addr)) })
}

// Secret returns the secret with this hash, or nil if there is none.
func (id *Identity) Secret(hash string) *Secret {
	i := slices.IndexFunc(id.Secrets, func(s Secret) bool { return s.Text == hash })
	if i < 0 {
		return nil
	}
	return &id.Secrets[i]
}

// A Secret is one hash of a client's password and the time when it expires.
type Secret struct {
	hash
	// NotAfter is zero for a password that does not expire.
	NotAfter time.Time
	At       document.Pos // of the hash in the policy
}

// Expired reports whether the secret has expired: now is after NotAfter, which is itself still
// valid.
func (s *Secret) Expired(now time.Time) bool { return !s.NotAfter.IsZero() && now.After(s.NotAfter) }

// Compile compiles the client's networks, user and passwords, and adds its networks to nets. It
// reports what is wrong to rep. The Identity is never nil.
func Compile(d *document.Client, nets *Networks, rep *document.Report) *Identity {
	id := &Identity{Name: d.Name, User: compileUser(d, rep)}
	id.compileSecrets(d, rep)
	id.compileNetworks(d, nets, rep)
	return id
}

// compileUser checks the client's user and returns it, "" if it has none.
func compileUser(d *document.Client, rep *document.Report) string {
	s := d.User.Text
	user, domain, ok := strings.Cut(s, "@")
	bad := !ok || user == "" || domain == "" || strings.ContainsAny(domain, "@") || strings.ContainsAny(s, ": \t\r\n")
	if s != "" && bad {
		rep.Errorf(d.User.Pos, `"user": "1000@example.org"`, "%s is not user@domain", words.Quote(s))
	}
	return s
}

// compileSecrets compiles the hashes of the client's passwords.
func (id *Identity) compileSecrets(d *document.Client, rep *document.Report) {
	if len(d.Secrets) > maxSecrets {
		rep.Errorf(d.Secrets[maxSecrets].Hash.Pos, "", "a client has at most %d passwords", maxSecrets)
		return
	}
	seen := make(map[string]bool, len(d.Secrets))
	slow := 0
	for _, s := range d.Secrets {
		if s.Hash.Text == "" {
			continue // reported when it was read
		}
		h, problem := parseHash(s.Hash.Text)
		if problem != "" {
			rep.Errorf(s.Hash.Pos, document.HashHint, "%s", problem)
			continue
		}
		if seen[h.Text] {
			rep.Errorf(s.Hash.Pos, "", "duplicate hash")
		}
		seen[h.Text] = true
		if h.argon != nil {
			if slow++; slow > maxArgonSecrets {
				rep.Errorf(s.Hash.Pos, "", "a client has at most %d argon2id hashes, the old and the new", maxArgonSecrets)
			}
			if h.argon.threads > 1 {
				rep.Warnf(s.Hash.Pos, `"eslguard password --argon2id" makes one that uses one`,
					"the hash uses %d cores at once at each login", h.argon.threads)
			}
			if id.User == "" {
				rep.Errorf(s.Hash.Pos, `add "user", or use sha256: for a generated password`, `argon2id needs a "user"`)
			}
		}
		sec := Secret{hash: h, At: s.Hash.Pos}
		if t := s.NotAfter; t.Text != "" {
			at, err := time.Parse(time.RFC3339, t.Text)
			if err != nil {
				rep.Errorf(t.Pos, "such as 2027-01-31T18:00:00Z", "%s is not a time (RFC 3339)", words.Quote(t.Text))
			}
			sec.NotAfter = at
		}
		id.Secrets = append(id.Secrets, sec)
	}
}

// compileNetworks compiles the client's networks, and adds them to nets.
func (id *Identity) compileNetworks(d *document.Client, nets *Networks, rep *document.Report) {
	if len(d.From) > maxNetworks {
		rep.Errorf(d.From[maxNetworks].Pos, "", "a client has at most %d networks", maxNetworks)
		return
	}
	seen := make(map[netip.Prefix]bool, len(d.From))
	for _, s := range d.From {
		p, hint, problem := parseNetwork(s.Text)
		if problem != "" {
			rep.Errorf(s.Pos, hint, "%s %s", words.Quote(s.Text), problem)
			continue
		}
		if seen[p] {
			rep.Errorf(s.Pos, "", "the network %s is listed twice", p)
			continue
		}
		seen[p] = true
		id.From = append(id.From, p)
		if err := nets.add(p, id); err != nil {
			rep.Errorf(s.Pos, "", "%s cannot be used: %v", p, err)
		}
	}
}
