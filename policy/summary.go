package policy

import (
	"slices"

	"eslguard/policy/internal/words"
)

// A Summary lists what each client may do.
type Summary struct {
	// Revision is the policy's revision.
	Revision string
	// Files are the names of the files that the policy was read from.
	Files []string
	// Clients are all clients, sorted by name.
	Clients []ClientSummary
	// Upstreams are all upstreams, sorted by name.
	Upstreams []UpstreamSummary
	// ProtectionsOff are the protections that the policy switches off, in the policy's order.
	ProtectionsOff []ProtectionOff
	// Enclosed are the networks that lie within wider networks of other clients, sorted by address.
	// Each is listed once, with the narrowest of the networks around it. It is nil if there are
	// none.
	Enclosed []Enclosed
	// Tests is the number of the policy's tests.
	Tests int
}

// A ProtectionOff is a protection that a policy switches off, and why.
type ProtectionOff struct {
	Name, Note string
}

// A ClientSummary is what one client may do. It contains no hash.
type ClientSummary struct {
	// Name is the client's key in the policy file.
	Name string
	// From are the networks that it may connect from.
	From []string
	// User is user@domain, or "" for a client that logs in with auth.
	User string
	// Passwords is the number of the client's password hashes.
	Passwords int
	// Upstream is the name of the upstream of its sessions.
	Upstream string
	// Roles are the names of its roles, without the roles that these include.
	Roles []string
	// Mode is "enforce" or "observe".
	Mode string
	// Sessions is how many sessions it may have at the same time: DefaultSessions if the policy
	// does not say it. It is never zero.
	Sessions int
	// Jobs is how many bgapi jobs it may have at the same time, and Filters how many filters in a
	// session. They are the defaults if the policy does not say it.
	Jobs, Filters int
	// Allow and Deny are its rules as they are written in the files, sorted. They contain those of
	// included roles.
	Allow, Deny []string
	// Limits are its limits, such as "api originate 5/s".
	Limits []string
	// Requires are its requirements, such as "dial: var originate a 1".
	Requires []string
}

// An UpstreamSummary is one upstream. Password says where the password is: "file PATH" or
// "environment NAME". Events and Connections are "own" or "shared"; they are never empty.
type UpstreamSummary struct {
	Name, Address, Password, Events, Connections string
}

// Summary returns what each client may do.
func (p *Policy) Summary() Summary {
	s := Summary{Revision: p.revision, Enclosed: p.networks.Enclosed(), Tests: len(p.tests), ProtectionsOff: slices.Clone(p.protectionsOff)}
	for _, f := range p.sources.Files {
		s.Files = append(s.Files, f.Name)
	}
	for _, name := range words.Keys(p.clients) {
		s.Clients = append(s.Clients, p.clients[name].summary())
	}
	for _, name := range words.Keys(p.upstreams) {
		s.Upstreams = append(s.Upstreams, p.upstreams[name].summary())
	}
	return s
}

func (u *Upstream) summary() UpstreamSummary {
	s := UpstreamSummary{Name: u.Name, Address: u.Address, Password: "environment " + u.env, Events: "own", Connections: "own"}
	if u.file != "" {
		s.Password = "file " + u.file
	}
	if u.SharedEvents {
		s.Events = "shared"
	}
	if u.SharedConnections {
		s.Connections = "shared"
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
