package policy

import (
	"cmp"

	"eslguard/command"
	"eslguard/policy/internal/words"
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

	at       pos // where it stands; the zero pos for one that stands for a role in a test
	id       *identity
	rights   roleSet
	observe  bool
	revision string
	runtime  *sharedState
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
			Upstream: b.clientUpstream(d), rights: newRoleSet(b.clientRoles(d)),
		}
		c.id = compileIdentity(d, b.nets, b.rep)
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
			b.rep.errorf(d.pos, "one of "+words.Clip(words.List(words.Keys(b.upstreams))), `"upstream" is missing, and there are %d to choose from`, len(b.upstreams))
		}
		return nil
	}
	u := b.upstreams[d.upstream.text]
	if u == nil {
		b.rep.errorf(d.upstream.pos, words.DidYouMean(d.upstream.text, words.Keys(b.upstreams)), "there is no upstream %s", words.Quote(d.upstream.text))
	}
	return u
}

func (b *builder) clientRoles(d *clientDef) []*role {
	var out []*role
	seen := make(map[string]bool, len(d.roles))
	for _, s := range d.roles {
		r := b.roles[s.text]
		switch {
		case r == nil:
			b.rep.errorf(s.pos, words.DidYouMean(s.text, words.Keys(b.roles)), "there is no role %s", words.Quote(s.text))
		case seen[s.text]:
			b.rep.errorf(s.pos, "", "the role %s stands twice", words.Quote(s.text))
		default:
			out = append(out, r)
		}
		seen[s.text] = true
	}
	return out
}

// checkOverlaps reports clients that one login would match.
func (b *builder) checkOverlaps() {
	ids := make([]*identity, len(b.doc.clients))
	for i := range b.doc.clients {
		ids[i] = b.clients[b.doc.clients[i].name].id
	}
	for _, pair := range ambiguous(ids) {
		one, other := &b.doc.clients[pair[0]], &b.doc.clients[pair[1]]
		b.rep.errorf(other.pos, "give them other networks, users or passwords",
			"the same address and password would match %s too", words.Quote(one.name))
	}
}
