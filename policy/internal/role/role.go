package role

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A Role is a compiled role: its own lines and those of the roles that it includes.
type Role struct {
	Name        string
	allow, deny rule.Set
	// Rules are the rules of all parts, in the order of Parts.
	Rules  []*rule.Rule
	limits []limit.Limit
	// Parts has the role itself first, then each role that it includes, once. It is never empty.
	Parts []*Part
	// Unguarded is true if the role has "unguarded": true. Only then it may allow opaque effects
	// and handovers, which eslguard cannot check.
	Unguarded bool
}

// A Part has the compiled lines of one role without those of the roles that it includes. Roles that
// include the same role share its part.
type Part struct {
	// Rules are the allow rules, then the deny rules.
	Rules    []*rule.Rule
	limits   []limit.Limit
	requires []Requirement
}

// Dials reports whether one of the rules allows a leg.
func (p *Part) Dials() bool {
	return slices.ContainsFunc(p.Rules, func(r *rule.Rule) bool { return !r.Deny && r.Kind == effect.KindDial })
}

// A Set is a combination of roles that is in effect together: those of one client, or a single
// role.
type Set struct {
	Roles []*Role
	// Limits are the limits of the roles. If several limit the same effects, only the smallest.
	Limits []limit.Limit
	// Requires are the requirements of the roles. All of them apply.
	Requires []Requirement
	// Uncertain is true if a rule spells an expansion whose value the client may decide. Then no
	// rule covers any expansion.
	Uncertain bool
}

// NewSet returns the set of these roles. Without roles nothing is allowed.
func NewSet(roles []*Role) Set {
	var limits []limit.Limit
	for _, r := range roles {
		limits = append(limits, r.limits...)
	}
	return Set{Roles: roles, Limits: limit.Smallest(limits), Requires: requirements(roles)}
}

// Parts returns the parts of all roles, a part of several roles more than once.
func (rs *Set) Parts() (out []*Part) {
	for _, r := range rs.Roles {
		out = append(out, r.Parts...)
	}
	return out
}

// EachAllow calls f for every allow rule. It calls f again for a rule that several roles include.
func (rs *Set) EachAllow(f func(r *rule.Rule)) {
	for _, part := range rs.Parts() {
		for _, r := range part.Rules {
			if !r.Deny {
				f(r)
			}
		}
	}
}

// Unguarded reports whether one of the roles has "unguarded": true.
func (rs *Set) Unguarded() bool {
	return slices.ContainsFunc(rs.Roles, func(r *Role) bool { return r.Unguarded })
}

// AllowsAnything reports whether there is an allow rule.
func (rs *Set) AllowsAnything() (found bool) {
	rs.EachAllow(func(*rule.Rule) { found = true })
	return found
}

// Combinations returns each different combination of roles that the clients have, and then, in the
// order of their names, each role that no client has, directly or by an include, as a set of its
// own.
func Combinations(clients []*Set, roles map[string]*Role) (out []Set) {
	seen := make(map[string]bool)
	inUse := make(map[*Part]bool)
	for _, c := range clients {
		var names []string
		for _, r := range c.Roles {
			names = append(names, r.Name)
			for _, part := range r.Parts {
				inUse[part] = true
			}
		}
		slices.Sort(names)
		id := strings.Join(names, "\x00")
		if !seen[id] {
			seen[id] = true
			out = append(out, *c)
		}
	}
	for _, name := range words.Keys(roles) {
		if r := roles[name]; !inUse[r.Parts[0]] {
			out = append(out, NewSet([]*Role{r}))
		}
	}
	return out
}
