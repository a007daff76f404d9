package policy

import (
	"cmp"

	"eslguard/command"
	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// DefaultSessions is how many sessions a client may have at the same time if the policy does not
// say it.
const DefaultSessions = 100

// DefaultJobs is how many bgapi jobs a client may run at the same time if the policy does not say
// it. Each job is a thread of FreeSWITCH.
const DefaultJobs = 1_000

// A Client is a configured identity. A nil Client is denied everything.
type Client struct {
	// Name is the client's key in the policy file.
	Name string
	// Upstream is where the client's sessions go. It is never nil.
	Upstream *Upstream
	// Sessions is how many sessions the client may have at the same time. It is never zero for a
	// client of a policy; zero means none.
	Sessions int
	// Jobs is how many bgapi jobs of the client may run at the same time. It is never zero for a
	// client of a policy; zero means none.
	Jobs int
	// Filters is how many event filters each of its sessions may have; see
	// [command.State.MaxFilters].
	Filters int
	// RecordAll is true if the client's sessions are recorded as a whole: every frame in both
	// directions.
	RecordAll bool

	at       document.Pos // in the policy; zero for the client that a test of a role is run as
	id       *credential.Identity
	rights   role.Set
	observe  bool
	revision string
	shared   *sharedState
}

// Observes reports whether the client is in observe mode: commands that the rules deny are
// forwarded and recorded. It returns false for a nil client.
func (c *Client) Observes() bool { return c != nil && c.observe }

// compileClients checks and compiles every client.
func (b *builder) compileClients() {
	for i := range b.doc.Clients {
		d := &b.doc.Clients[i]
		c := &Client{
			Name: d.Name, at: d.Pos, Sessions: cmp.Or(d.Sessions, DefaultSessions), RecordAll: d.RecordAll, observe: d.Observe, revision: b.revision, shared: b.shared,
			Jobs: cmp.Or(d.Jobs, DefaultJobs), Filters: cmp.Or(d.Filters, command.DefaultFilters),
			Upstream: b.clientUpstream(d), rights: role.NewSet(b.clientRoles(d)),
		}
		c.id = credential.Compile(d, b.nets, b.rep)
		b.clients[d.Name] = c
	}
	b.checkExpansions()
	b.checkOverlaps()
}

// clientUpstream returns the client's upstream, which is the only one if the client names none. It
// returns nil, and reports the problem, if there is none.
func (b *builder) clientUpstream(d *document.Client) *Upstream {
	if d.Upstream.Text == "" {
		if len(b.upstreams) == 1 {
			for _, u := range b.upstreams {
				return u
			}
		}
		if d.Upstream.Pos.At == nil {
			b.rep.Errorf(d.Pos, "one of "+words.Clip(words.List(words.Keys(b.upstreams))), `"upstream" is missing, and there are %d to choose from`, len(b.upstreams))
		}
		return nil
	}
	u := b.upstreams[d.Upstream.Text]
	if u == nil {
		b.rep.Errorf(d.Upstream.Pos, words.DidYouMean(d.Upstream.Text, words.Keys(b.upstreams)), "there is no upstream %s", words.Quote(d.Upstream.Text))
	}
	return u
}

// clientRoles returns the roles of a client, without those that it reports as unknown or repeated.
func (b *builder) clientRoles(d *document.Client) []*role.Role {
	var out []*role.Role
	seen := make(map[string]bool, len(d.Roles))
	for _, s := range d.Roles {
		r := b.roles[s.Text]
		switch {
		case r == nil:
			b.rep.Errorf(s.Pos, words.DidYouMean(s.Text, words.Keys(b.roles)), "there is no role %s", words.Quote(s.Text))
		case seen[s.Text]:
			b.rep.Errorf(s.Pos, "", "the role %s is listed twice", words.Quote(s.Text))
		default:
			out = append(out, r)
		}
		seen[s.Text] = true
	}
	return out
}

// checkOverlaps reports clients that the same login would match.
func (b *builder) checkOverlaps() {
	ids := make([]*credential.Identity, len(b.doc.Clients))
	for i := range b.doc.Clients {
		ids[i] = b.clients[b.doc.Clients[i].Name].id
	}
	for _, pair := range credential.Ambiguous(ids) {
		one, other := &b.doc.Clients[pair[0]], &b.doc.Clients[pair[1]]
		b.rep.Errorf(other.Pos, "give them other networks, users or passwords",
			"the same address and password would match %s too", words.Quote(one.Name))
	}
}

// checkExpansions reports the rules that spell an expansion whose value the client itself, or any
// client with the role, may set.
func (b *builder) checkExpansions() {
	reported := make(map[*rule.Rule]bool)
	for _, name := range words.Keys(b.roles) {
		rs := role.NewSet([]*role.Role{b.roles[name]})
		rs.CheckExpansions("a client with the role "+words.Quote(name), reported, b.rep)
	}
	for _, name := range words.Keys(b.clients) {
		b.clients[name].rights.CheckExpansions("the client "+words.Quote(name), reported, b.rep)
	}
}
