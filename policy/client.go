package policy

import (
	"cmp"
	"net/netip"
	"strings"
	"time"

	"eslguard/command"
)

const (
	// maxNetworks is the most networks of one client, maxSecrets the most hashes.
	maxNetworks = 10_000
	maxSecrets  = 16
	// maxArgonSecrets is the most Argon2id hashes of one client: the old and the new one of a change.
	maxArgonSecrets = 2
)

// DefaultSessions is how many sessions a client of whom the policy does not say it may have at
// once.
const DefaultSessions = 100

// DefaultJobs is how many bgapi jobs of a client of whom the policy does not say it may run at
// once. Each is a thread of FreeSWITCH.
const DefaultJobs = 1_000

// A Client is a configured identity. A nil Client is denied everything.
type Client struct {
	// Name is the client's key in the policy file.
	Name string
	// Upstream is where the client's sessions go. It is never nil.
	Upstream *Upstream
	// Sessions is how many the client may have at once. Zero, which no client of a policy has:
	// none.
	Sessions int
	// Jobs is how many bgapi jobs of the client may run at once. Zero, which no client of a policy
	// has: none.
	Jobs int
	// Filters is how many filters each of its sessions may have, as [command.State.MaxFilters] has
	// it.
	Filters int
	// RecordAll says that the client's sessions are recorded whole, every frame of both directions.
	RecordAll bool

	at       pos    // where it stands; the zero pos for one that stands for a role in a test
	user     string // user@domain, "" for a client that logs in with auth
	secrets  []secret
	from     []netip.Prefix
	rights   roleSet
	observe  bool
	revision string
	runtime   *sharedState
}

// Observes reports whether the client is in observe mode: what the rules deny is forwarded and recorded.
func (c *Client) Observes() bool { return c != nil && c.observe }

// compileClients checks and compiles every client.
func (b *builder) compileClients() {
	for i := range b.doc.clients {
		d := &b.doc.clients[i]
		c := &Client{
			Name: d.name, at: d.pos, Sessions: cmp.Or(d.sessions, DefaultSessions), RecordAll: d.recordAll, observe: d.observe, revision: b.revision, runtime: b.runtime,
			Jobs: cmp.Or(d.jobs, DefaultJobs), Filters: cmp.Or(d.filters, command.DefaultFilters),
			Upstream: b.clientUpstream(d), user: b.clientUser(d), rights: newRoleSet(b.clientRoles(d)),
		}
		b.clientSecrets(d, c)
		b.clientNetworks(d, c)
		b.clients[d.name] = c
	}
	b.checkExpansions()
	b.checkOverlaps()
}

// clientUpstream finds the client's upstream, the only one where none is named.
func (b *builder) clientUpstream(d *clientDef) *Upstream {
	if d.upstream.text == "" {
		if len(b.upstreams) == 1 {
			for _, u := range b.upstreams {
				return u
			}
		}
		if d.upstream.pos.at == nil {
			b.rep.errorf(d.pos, "one of "+clip(list(keys(b.upstreams))), `"upstream" is missing, and there are %d to choose from`, len(b.upstreams))
		}
		return nil
	}
	u := b.upstreams[d.upstream.text]
	if u == nil {
		b.rep.errorf(d.upstream.pos, didYouMean(d.upstream.text, keys(b.upstreams)), "there is no upstream %s", quote(d.upstream.text))
	}
	return u
}

func (b *builder) clientUser(d *clientDef) string {
	s := d.user.text
	user, domain, ok := strings.Cut(s, "@")
	bad := !ok || user == "" || domain == "" || strings.ContainsAny(domain, "@") || strings.ContainsAny(s, ": \t\r\n")
	if s != "" && bad {
		b.rep.errorf(d.user.pos, `"user": "1000@example.org"`, "%s is not user@domain", quote(s))
	}
	return s
}

func (b *builder) clientRoles(d *clientDef) []*role {
	var out []*role
	seen := make(map[string]bool, len(d.roles))
	for _, s := range d.roles {
		r := b.roles[s.text]
		switch {
		case r == nil:
			b.rep.errorf(s.pos, didYouMean(s.text, keys(b.roles)), "there is no role %s", quote(s.text))
		case seen[s.text]:
			b.rep.errorf(s.pos, "", "the role %s stands twice", quote(s.text))
		default:
			out = append(out, r)
		}
		seen[s.text] = true
	}
	return out
}

func (b *builder) clientSecrets(d *clientDef, c *Client) {
	if len(d.secrets) > maxSecrets {
		b.rep.errorf(d.secrets[maxSecrets].hash.pos, "", "a client has at most %d passwords", maxSecrets)
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
			b.rep.errorf(s.hash.pos, hashHint, "%s", problem)
			continue
		}
		if seen[h.text] {
			b.rep.errorf(s.hash.pos, "", "the hash stands twice")
		}
		seen[h.text] = true
		if h.argon != nil {
			if slow++; slow > maxArgonSecrets {
				b.rep.errorf(s.hash.pos, "", "a client has at most %d argon2id hashes, the old and the new", maxArgonSecrets)
			}
			if h.argon.threads > 1 {
				b.rep.warnf(s.hash.pos, `"eslguard password --argon2id" makes one that uses one`,
					"the hash uses %d cores at once at each login", h.argon.threads)
			}
			if c.user == "" {
				b.rep.errorf(s.hash.pos, `add "user", or use sha256: for a generated password`, `argon2id needs a "user"`)
			}
		}
		sec := secret{hash: h, at: s.hash.pos}
		if t := s.notAfter; t.text != "" {
			at, err := time.Parse(time.RFC3339, t.text)
			if err != nil {
				b.rep.errorf(t.pos, "such as 2027-01-31T18:00:00Z", "%s is not a time (RFC 3339)", quote(t.text))
			}
			sec.notAfter = at
		}
		c.secrets = append(c.secrets, sec)
	}
}

func (b *builder) clientNetworks(d *clientDef, c *Client) {
	if len(d.from) > maxNetworks {
		b.rep.errorf(d.from[maxNetworks].pos, "", "a client has at most %d networks", maxNetworks)
		return
	}
	seen := make(map[netip.Prefix]bool, len(d.from))
	for _, s := range d.from {
		p, hint, problem := parseNetwork(s.text)
		if problem != "" {
			b.rep.errorf(s.pos, hint, "%s %s", quote(s.text), problem)
			continue
		}
		if seen[p] {
			b.rep.errorf(s.pos, "", "the network %s stands twice", p)
			continue
		}
		seen[p] = true
		c.from = append(c.from, p)
		if err := b.nets.add(p, c); err != nil {
			b.rep.errorf(s.pos, "", "%s cannot be used: %v", p, err)
		}
	}
}
