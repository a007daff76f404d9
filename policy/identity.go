package policy

import (
	"net/netip"
	"strings"
	"time"

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
func compileIdentity(d *clientDef, nets *networks, rep *report) *identity {
	id := &identity{name: d.name, user: compileUser(d, rep)}
	id.compileSecrets(d, rep)
	id.compileNetworks(d, nets, rep)
	return id
}

// compileUser checks the user's form, and returns it.
func compileUser(d *clientDef, rep *report) string {
	s := d.user.text
	user, domain, ok := strings.Cut(s, "@")
	bad := !ok || user == "" || domain == "" || strings.ContainsAny(domain, "@") || strings.ContainsAny(s, ": \t\r\n")
	if s != "" && bad {
		rep.errorf(d.user.pos, `"user": "1000@example.org"`, "%s is not user@domain", words.Quote(s))
	}
	return s
}

// compileSecrets compiles the hashes of the client's passwords.
func (id *identity) compileSecrets(d *clientDef, rep *report) {
	if len(d.secrets) > maxSecrets {
		rep.errorf(d.secrets[maxSecrets].hash.pos, "", "a client has at most %d passwords", maxSecrets)
		return
	}
	seen := make(map[string]bool, len(d.secrets))
	slow := 0
	for _, s := range d.secrets {
		if s.hash.text == "" {
			continue // noted when it was read
		}
		h, problem := parseHash(s.hash.text)
		if problem != "" {
			rep.errorf(s.hash.pos, hashHint, "%s", problem)
			continue
		}
		if seen[h.text] {
			rep.errorf(s.hash.pos, "", "the hash stands twice")
		}
		seen[h.text] = true
		if h.argon != nil {
			if slow++; slow > maxArgonSecrets {
				rep.errorf(s.hash.pos, "", "a client has at most %d argon2id hashes, the old and the new", maxArgonSecrets)
			}
			if h.argon.threads > 1 {
				rep.warnf(s.hash.pos, `"eslguard password --argon2id" makes one that uses one`,
					"the hash uses %d cores at once at each login", h.argon.threads)
			}
			if id.user == "" {
				rep.errorf(s.hash.pos, `add "user", or use sha256: for a generated password`, `argon2id needs a "user"`)
			}
		}
		sec := secret{hash: h, at: s.hash.pos}
		if t := s.notAfter; t.text != "" {
			at, err := time.Parse(time.RFC3339, t.text)
			if err != nil {
				rep.errorf(t.pos, "such as 2027-01-31T18:00:00Z", "%s is not a time (RFC 3339)", words.Quote(t.text))
			}
			sec.notAfter = at
		}
		id.secrets = append(id.secrets, sec)
	}
}

// compileNetworks compiles the client's networks, and adds them to nets.
func (id *identity) compileNetworks(d *clientDef, nets *networks, rep *report) {
	if len(d.from) > maxNetworks {
		rep.errorf(d.from[maxNetworks].pos, "", "a client has at most %d networks", maxNetworks)
		return
	}
	seen := make(map[netip.Prefix]bool, len(d.from))
	for _, s := range d.from {
		p, hint, problem := parseNetwork(s.text)
		if problem != "" {
			rep.errorf(s.pos, hint, "%s %s", words.Quote(s.text), problem)
			continue
		}
		if seen[p] {
			rep.errorf(s.pos, "", "the network %s stands twice", p)
			continue
		}
		seen[p] = true
		id.from = append(id.from, p)
		if err := nets.add(p, id); err != nil {
			rep.errorf(s.pos, "", "%s cannot be used: %v", p, err)
		}
	}
}
