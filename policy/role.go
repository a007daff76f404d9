package policy

import (
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/words"
)

// A role is a compiled role: its own rules and those of the roles that it includes.
type role struct {
	name        string
	allow, deny ruleset
	rules       []*rule
	limits      []limit
	// parts are its own rules, which come first, and those of each role that it includes.
	parts []*ownRules
	// unguarded says that the role says so: it may allow what nobody has looked at.
	unguarded bool
}

// A roleCompiler compiles roles.
type roleCompiler struct {
	rules *ruleCompiler
	// lint returns the warnings about a rule that compiles.
	lint func(*rule) []*fault
	rep  *report
}

// compile compiles every role, by name, and reports what is wrong with any.
func (rc *roleCompiler) compile(roles []roleDef) map[string]*role {
	defs := make(map[string]*roleDef, len(roles))
	for i := range roles {
		defs[roles[i].name] = &roles[i]
	}
	own := make(map[string]*ownRules, len(defs))
	for i := range roles {
		own[roles[i].name] = rc.compileOwn(&roles[i])
	}
	rc.checkIncludes(roles, defs)
	out := make(map[string]*role, len(roles))
	for i := range roles {
		out[roles[i].name] = assemble(&roles[i], defs, own)
	}
	return out
}

// A roleSet is a combination of roles that is in effect together: those of one client, or a single
// role.
type roleSet struct {
	roles []*role
	// limits are those of the roles, the smallest where several are on the same.
	limits   []limit
	requires []requirement
	// uncertain says that a rule spells an expansion whose value the client may decide, so that no
	// rule covers one.
	uncertain bool
}

// newRoleSet returns the set of these roles.
func newRoleSet(roles []*role) roleSet {
	var limits []limit
	for _, r := range roles {
		limits = append(limits, r.limits...)
	}
	return roleSet{roles: roles, limits: smallest(limits), requires: requirements(roles)}
}

// ownRules are the compiled lines of one role, without those it includes.
type ownRules struct {
	rules    []*rule
	limits   []limit
	requires []requirement
}

func (rc *roleCompiler) compileOwn(d *roleDef) *ownRules {
	own := &ownRules{}
	compile := func(lines []located, deny bool) {
		for _, line := range lines {
			r, err := rc.rules.compile(line.text, d.name, deny)
			if err != nil {
				rc.rep.errorf(line.pos, err.hint, "%s: %s", words.Quote(line.text), err.text)
				continue
			}
			if !deny && !d.unguarded && (r.kind == command.KindOpaque || r.kind == command.KindHandover) {
				rc.rep.errorf(line.pos, `if that is meant, let the role say "unguarded": true`,
					"%s: %s lets through what nobody has looked at", words.Quote(line.text), r.kind)
			}
			for _, warning := range rc.lint(r) {
				rc.rep.warnf(line.pos, warning.hint, "%s: %s", words.Quote(line.text), warning.text)
			}
			r.at = line.pos
			own.rules = append(own.rules, r)
		}
	}
	compile(d.allow, false)
	compile(d.deny, true)
	for _, l := range d.limits {
		own.limits = append(own.limits, compileLimit(rc.rules, l, rc.rep)...)
	}
	for _, q := range d.require {
		own.requires = append(own.requires, rc.compileRequire(d.name, q)...)
	}
	if len(own.requires) > maxRequirements {
		rc.rep.errorf(d.pos, "", "a role has more than %d requirements", maxRequirements)
	}
	return own
}

// checkIncludes notes roles that are included and do not exist, and circles.
func (rc *roleCompiler) checkIncludes(roles []roleDef, defs map[string]*roleDef) {
	const (
		open = iota + 1
		done
	)
	state := make(map[string]int, len(defs))
	var visit func(d *roleDef, trail []string)
	visit = func(d *roleDef, trail []string) {
		state[d.name] = open
		trail = append(trail, d.name)
		for _, inc := range d.include {
			next, ok := defs[inc.text]
			switch {
			case !ok:
				rc.rep.errorf(inc.pos, words.DidYouMean(inc.text, words.Keys(defs)), "there is no role %s", words.Quote(inc.text))
			case state[inc.text] == open:
				circle := append(trail[slices.Index(trail, inc.text):], inc.text)
				rc.rep.errorf(inc.pos, "", "the roles include each other: %s", words.Clip(strings.Join(circle, " > ")))
			case state[inc.text] == 0:
				visit(next, trail)
			}
		}
		state[d.name] = done
	}
	for i := range roles {
		if d := &roles[i]; state[d.name] == 0 {
			visit(d, nil)
		}
	}
}

// assemble gathers the rules of d and of all that it includes, each role once.
func assemble(d *roleDef, defs map[string]*roleDef, own map[string]*ownRules) *role {
	out := &role{name: d.name, unguarded: d.unguarded, deny: ruleset{deny: true}}
	seen := make(map[string]bool)
	todo := []*roleDef{d}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		if next == nil || seen[next.name] {
			continue
		}
		seen[next.name] = true
		out.parts = append(out.parts, own[next.name])
		for _, r := range own[next.name].rules {
			out.rules = append(out.rules, r)
			if r.deny {
				out.deny.add(r)
			} else {
				out.allow.add(r)
			}
		}
		out.limits = append(out.limits, own[next.name].limits...)
		for _, inc := range next.include {
			todo = append(todo, defs[inc.text])
		}
	}
	return out
}
