package policy

import (
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A role is a compiled role: its own rules and those of the roles that it includes.
type role struct {
	name        string
	allow, deny rule.Set
	rules       []*rule.Rule
	limits      []limit.Limit
	// parts are its own rules, which come first, and those of each role that it includes.
	parts []*ownRules
	// unguarded says that the role says so: it may allow what nobody has looked at.
	unguarded bool
}

// A roleCompiler compiles roles.
type roleCompiler struct {
	rules *rule.Compiler
	// lint returns the warnings about a rule that compiles.
	lint func(*rule.Rule) []*pattern.Fault
	rep  *document.Report
}

// compile compiles every role, by name, and reports what is wrong with any.
func (rc *roleCompiler) compile(roles []document.Role) map[string]*role {
	defs := make(map[string]*document.Role, len(roles))
	for i := range roles {
		defs[roles[i].Name] = &roles[i]
	}
	own := make(map[string]*ownRules, len(defs))
	for i := range roles {
		own[roles[i].Name] = rc.compileOwn(&roles[i])
	}
	rc.checkIncludes(roles, defs)
	out := make(map[string]*role, len(roles))
	for i := range roles {
		out[roles[i].Name] = assemble(&roles[i], defs, own)
	}
	return out
}

// A roleSet is a combination of roles that is in effect together: those of one client, or a single
// role.
type roleSet struct {
	roles []*role
	// limits are those of the roles, the smallest where several are on the same.
	limits   []limit.Limit
	requires []requirement
	// uncertain says that a rule spells an expansion whose value the client may decide, so that no
	// rule covers one.
	uncertain bool
}

// newRoleSet returns the set of these roles.
func newRoleSet(roles []*role) roleSet {
	var limits []limit.Limit
	for _, r := range roles {
		limits = append(limits, r.limits...)
	}
	return roleSet{roles: roles, limits: limit.Smallest(limits), requires: requirements(roles)}
}

// ownRules are the compiled lines of one role, without those it includes.
type ownRules struct {
	rules    []*rule.Rule
	limits   []limit.Limit
	requires []requirement
}

func (rc *roleCompiler) compileOwn(d *document.Role) *ownRules {
	own := &ownRules{}
	compile := func(lines []document.Text, deny bool) {
		for _, line := range lines {
			r, err := rc.rules.Compile(line.Text, d.Name, deny)
			if err != nil {
				rc.rep.Errorf(line.Pos, err.Hint, "%s: %s", words.Quote(line.Text), err.Text)
				continue
			}
			if !deny && !d.Unguarded && (r.Kind == command.KindOpaque || r.Kind == command.KindHandover) {
				rc.rep.Errorf(line.Pos, `if that is meant, let the role say "unguarded": true`,
					"%s: %s lets through what nobody has looked at", words.Quote(line.Text), r.Kind)
			}
			for _, warning := range rc.lint(r) {
				rc.rep.Warnf(line.Pos, warning.Hint, "%s: %s", words.Quote(line.Text), warning.Text)
			}
			r.Pos = line.Pos
			own.rules = append(own.rules, r)
		}
	}
	compile(d.Allow, false)
	compile(d.Deny, true)
	for _, l := range d.Limits {
		own.limits = append(own.limits, limit.Compile(rc.rules, l, rc.rep)...)
	}
	for _, q := range d.Require {
		own.requires = append(own.requires, rc.compileRequire(d.Name, q)...)
	}
	if len(own.requires) > maxRequirements {
		rc.rep.Errorf(d.Pos, "", "a role has more than %d requirements", maxRequirements)
	}
	return own
}

// checkIncludes notes roles that are included and do not exist, and circles.
func (rc *roleCompiler) checkIncludes(roles []document.Role, defs map[string]*document.Role) {
	const (
		open = iota + 1
		done
	)
	state := make(map[string]int, len(defs))
	var visit func(d *document.Role, trail []string)
	visit = func(d *document.Role, trail []string) {
		state[d.Name] = open
		trail = append(trail, d.Name)
		for _, inc := range d.Include {
			next, ok := defs[inc.Text]
			switch {
			case !ok:
				rc.rep.Errorf(inc.Pos, words.DidYouMean(inc.Text, words.Keys(defs)), "there is no role %s", words.Quote(inc.Text))
			case state[inc.Text] == open:
				circle := append(trail[slices.Index(trail, inc.Text):], inc.Text)
				rc.rep.Errorf(inc.Pos, "", "the roles include each other: %s", words.Clip(strings.Join(circle, " > ")))
			case state[inc.Text] == 0:
				visit(next, trail)
			}
		}
		state[d.Name] = done
	}
	for i := range roles {
		if d := &roles[i]; state[d.Name] == 0 {
			visit(d, nil)
		}
	}
}

// assemble gathers the rules of d and of all that it includes, each role once.
func assemble(d *document.Role, defs map[string]*document.Role, own map[string]*ownRules) *role {
	out := &role{name: d.Name, unguarded: d.Unguarded, deny: rule.Set{Deny: true}}
	seen := make(map[string]bool)
	todo := []*document.Role{d}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		if next == nil || seen[next.Name] {
			continue
		}
		seen[next.Name] = true
		out.parts = append(out.parts, own[next.Name])
		for _, r := range own[next.Name].rules {
			out.rules = append(out.rules, r)
			if r.Deny {
				out.deny.Add(r)
			} else {
				out.allow.Add(r)
			}
		}
		out.limits = append(out.limits, own[next.Name].limits...)
		for _, inc := range next.Include {
			todo = append(todo, defs[inc.Text])
		}
	}
	return out
}
