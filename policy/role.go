package policy

import (
	"slices"
	"strings"

	"eslguard/command"
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

// compileRoles compiles every role and notes what is wrong with any.
func (b *builder) compileRoles() {
	defs := make(map[string]*roleDef, len(b.doc.roles))
	for i := range b.doc.roles {
		defs[b.doc.roles[i].name] = &b.doc.roles[i]
	}
	own := make(map[string]*ownRules, len(defs))
	rc := &ruleCompiler{vocab: b.vocab, sets: b.sets}
	for i := range b.doc.roles {
		d := &b.doc.roles[i]
		own[d.name] = b.compileOwn(rc, d)
	}
	b.checkIncludes(defs)
	for i := range b.doc.roles {
		d := &b.doc.roles[i]
		b.roles[d.name] = assemble(d, defs, own)
	}
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

func (b *builder) compileOwn(rc *ruleCompiler, d *roleDef) *ownRules {
	own := &ownRules{}
	compile := func(lines []located, deny bool) {
		for _, line := range lines {
			r, err := rc.compile(line.text, d.name, deny)
			if err != nil {
				b.rep.errorf(line.pos, err.hint, "%s: %s", quote(line.text), err.text)
				continue
			}
			if !deny && !d.unguarded && (r.kind == command.KindOpaque || r.kind == command.KindHandover) {
				b.rep.errorf(line.pos, `if that is meant, let the role say "unguarded": true`,
					"%s: %s lets through what nobody has looked at", quote(line.text), r.kind)
			}
			for _, doubt := range lintRule(rc.vocab, r) {
				b.rep.warnf(line.pos, doubt.hint, "%s: %s", quote(line.text), doubt.text)
			}
			r.at = line.pos
			own.rules = append(own.rules, r)
		}
	}
	compile(d.allow, false)
	compile(d.deny, true)
	for _, l := range d.limits {
		own.limits = append(own.limits, compileLimit(rc, l, b.rep)...)
	}
	for _, q := range d.require {
		own.requires = append(own.requires, b.compileRequire(rc, d.name, q)...)
	}
	if len(own.requires) > maxRequirements {
		b.rep.errorf(d.pos, "", "a role has more than %d requirements", maxRequirements)
	}
	return own
}

// checkIncludes notes roles that are included and do not exist, and circles.
func (b *builder) checkIncludes(defs map[string]*roleDef) {
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
				b.rep.errorf(inc.pos, didYouMean(inc.text, keys(defs)), "there is no role %s", quote(inc.text))
			case state[inc.text] == open:
				circle := append(trail[slices.Index(trail, inc.text):], inc.text)
				b.rep.errorf(inc.pos, "", "the roles include each other: %s", clip(strings.Join(circle, " > ")))
			case state[inc.text] == 0:
				visit(next, trail)
			}
		}
		state[d.name] = done
	}
	for i := range b.doc.roles {
		if d := &b.doc.roles[i]; state[d.name] == 0 {
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
