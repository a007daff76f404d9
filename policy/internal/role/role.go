package role

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A Role is a compiled role: its own rules and those of the roles that it includes.
type Role struct {
	Name        string
	allow, deny rule.Set
	Rules       []*rule.Rule
	limits      []limit.Limit
	// Parts are its own rules, which come first, and those of each role that it includes.
	Parts []*Own
	// Unguarded says that the role says so: it may allow what nobody has looked at.
	Unguarded bool
}

// Own are the compiled lines of one role, without those it includes.
type Own struct {
	Rules    []*rule.Rule
	limits   []limit.Limit
	requires []Requirement
}

// Dials reports whether a rule of its own lets anything be dialled.
func (o *Own) Dials() bool {
	return slices.ContainsFunc(o.Rules, func(r *rule.Rule) bool { return !r.Deny && r.Kind == effect.KindDial })
}

// A Set is a combination of roles that is in effect together: those of one client, or a single
// role.
type Set struct {
	Roles []*Role
	// Limits are those of the roles, the smallest where several are on the same.
	Limits   []limit.Limit
	Requires []Requirement
	// Uncertain says that a rule spells an expansion whose value the client may decide, so that no
	// rule covers one.
	Uncertain bool
}

// NewSet returns the set of these roles.
func NewSet(roles []*Role) Set {
	var limits []limit.Limit
	for _, r := range roles {
		limits = append(limits, r.limits...)
	}
	return Set{Roles: roles, Limits: limit.Smallest(limits), Requires: requirements(roles)}
}

// Parts returns the roles' own rules, those of included roles among them.
func (rs *Set) Parts() (out []*Own) {
	for _, r := range rs.Roles {
		out = append(out, r.Parts...)
	}
	return out
}

// EachAllow calls f for every allow rule.
func (rs *Set) EachAllow(f func(r *rule.Rule)) {
	for _, part := range rs.Parts() {
		for _, r := range part.Rules {
			if !r.Deny {
				f(r)
			}
		}
	}
}

// AllowsAnything reports whether there is an allow rule.
func (rs *Set) AllowsAnything() (any bool) {
	rs.EachAllow(func(*rule.Rule) { any = true })
	return any
}

// Combinations returns every combination of roles once: those of the clients, and each role that no
// client has, alone.
func Combinations(clients []*Set, roles map[string]*Role) (out []Set) {
	seen := make(map[string]bool)
	inUse := make(map[*Own]bool)
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
