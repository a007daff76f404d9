package policy

import (
	"net/netip"
	"strings"
	"time"

	"eslguard/policy/internal/document"
	"eslguard/policy/internal/words"
)

const (
	// maxNetworks is the most networks of one client, maxSecrets the most hashes.
	maxNetworks = 10_000
	maxSecrets  = 16
	// maxArgonSecrets is the most Argon2id hashes of one client: the old and the new one of a change.
	maxArgonSecrets = 2
)

// compileIdentity compiles how a client is recognised, and adds its networks to nets.
func compileIdentity(d *document.Client, nets *networks, rep *document.Report) *identity {
	id := &identity{name: d.Name, user: compileUser(d, rep)}
	id.compileSecrets(d, rep)
	id.compileNetworks(d, nets, rep)
	return id
}

// compileUser checks the user's form, and returns it.
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
func (id *identity) compileSecrets(d *document.Client, rep *document.Report) {
	if len(d.Secrets) > maxSecrets {
		rep.Errorf(d.Secrets[maxSecrets].Hash.Pos, "", "a client has at most %d passwords", maxSecrets)
		return
	}
	seen := make(map[string]bool, len(d.Secrets))
	slow := 0
	for _, s := range d.Secrets {
		if s.Hash.Text == "" {
			continue // noted when it was read
		}
		h, problem := parseHash(s.Hash.Text)
		if problem != "" {
			rep.Errorf(s.Hash.Pos, document.HashHint, "%s", problem)
			continue
		}
		if seen[h.text] {
			rep.Errorf(s.Hash.Pos, "", "the hash stands twice")
		}
		seen[h.text] = true
		if h.argon != nil {
			if slow++; slow > maxArgonSecrets {
				rep.Errorf(s.Hash.Pos, "", "a client has at most %d argon2id hashes, the old and the new", maxArgonSecrets)
			}
			if h.argon.threads > 1 {
				rep.Warnf(s.Hash.Pos, `"eslguard password --argon2id" makes one that uses one`,
					"the hash uses %d cores at once at each login", h.argon.threads)
			}
			if id.user == "" {
				rep.Errorf(s.Hash.Pos, `add "user", or use sha256: for a generated password`, `argon2id needs a "user"`)
			}
		}
		sec := secret{hash: h, at: s.Hash.Pos}
		if t := s.NotAfter; t.Text != "" {
			at, err := time.Parse(time.RFC3339, t.Text)
			if err != nil {
				rep.Errorf(t.Pos, "such as 2027-01-31T18:00:00Z", "%s is not a time (RFC 3339)", words.Quote(t.Text))
			}
			sec.notAfter = at
		}
		id.secrets = append(id.secrets, sec)
	}
}

// compileNetworks compiles the client's networks, and adds them to nets.
func (id *identity) compileNetworks(d *document.Client, nets *networks, rep *document.Report) {
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
			rep.Errorf(s.Pos, "", "the network %s stands twice", p)
			continue
		}
		seen[p] = true
		id.from = append(id.from, p)
		if err := nets.add(p, id); err != nil {
			rep.Errorf(s.Pos, "", "%s cannot be used: %v", p, err)
		}
	}
}
