package policy

import (
	"slices"

	"eslguard/policy/internal/words"
)

// A Summary is who may do what, for people.
type Summary struct {
	// Revision is the policy's.
	Revision string
	// Files are the files that it was read from.
	Files []string
	// Clients are all clients, by name.
	Clients []ClientSummary
	// Upstreams are all upstreams, by name.
	Upstreams []UpstreamSummary
	// ProtectionsOff are the protections that the policy does without, in its own order.
	ProtectionsOff []ProtectionOff
	// Enclosed are the networks within wider ones of other clients, nil for none.
	Enclosed []Enclosed
	// Tests is how many tests the policy has.
	Tests int
}

// A ProtectionOff is a protection that a policy switches off, and why.
type ProtectionOff struct {
	Name, Note string
}

// A ClientSummary is what one client may do. It holds no hash.
type ClientSummary struct {
	Name string
	// From are the networks that it may connect from.
	From []string
	// User is user@domain, and "" for a client that logs in with auth.
	User string
	// Passwords is how many hashes stand side by side.
	Passwords int
	Upstream  string
	Roles     []string
	// Mode is "enforce" or "observe".
	Mode string
	// Sessions is how many it may have at once, DefaultSessions where the policy does not say it.
	// It is never zero.
	Sessions int
	// Jobs and Filters are how many bgapi jobs it may have at once, and how many filters in a
	// session, the defaults where the policy does not say it.
	Jobs, Filters int
	// Allow and Deny are its rules, those of included roles among them, as they stand in the files.
	Allow, Deny []string
	// Limits are its limits, such as "api originate 5/s".
	Limits []string
	// Requires are the variables that legs must have, such as "dial: var originate a 1".
	Requires []string
}

// An UpstreamSummary is one upstream. It says where the password is, not what.
type UpstreamSummary struct {
	Name, Address, Password string
}

// Summary returns who may do what.
func (p *Policy) Summary() Summary {
	s := Summary{Revision: p.revision, Enclosed: p.networks.Enclosed(), Tests: len(p.tests), ProtectionsOff: slices.Clone(p.off)}
	for _, f := range p.sources.Files {
		s.Files = append(s.Files, f.Name)
	}
	for _, name := range words.Keys(p.clients) {
		s.Clients = append(s.Clients, p.clients[name].summary())
	}
	for _, name := range words.Keys(p.upstreams) {
		u := p.upstreams[name]
		password := "environment " + u.env
		if u.file != "" {
			password = "file " + u.file
		}
		s.Upstreams = append(s.Upstreams, UpstreamSummary{Name: name, Address: u.Address, Password: password})
	}
	return s
}

func (c *Client) summary() ClientSummary {
	s := ClientSummary{
		Name: c.Name, User: c.id.User, Passwords: len(c.id.Secrets), Upstream: c.Upstream.Name,
		Mode: "enforce", Sessions: c.Sessions, Jobs: c.Jobs, Filters: c.Filters,
	}
	if c.observe {
		s.Mode = "observe"
	}
	for _, p := range c.id.From {
		s.From = append(s.From, p.String())
	}
	for _, r := range c.rights.Roles {
		s.Roles = append(s.Roles, r.Name)
		for _, line := range r.Rules {
			if line.Deny {
				s.Deny = append(s.Deny, line.Text)
			} else {
				s.Allow = append(s.Allow, line.Text)
			}
		}
	}
	for i := range c.rights.Limits {
		s.Limits = append(s.Limits, c.rights.Limits[i].String())
	}
	for i := range c.rights.Requires {
		s.Requires = append(s.Requires, c.rights.Requires[i].String())
	}
	for _, list := range []*[]string{&s.Allow, &s.Deny} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return s
}
