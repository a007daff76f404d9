package role

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A Compiler compiles roles.
type Compiler struct {
	Rules *rule.Compiler
	// Lint returns the warnings about a rule that compiles.
	Lint func(*rule.Rule) []*pattern.Fault
	Rep  *document.Report
}

// Compile compiles every role, by name, and reports what is wrong with any.
func (rc *Compiler) Compile(roles []document.Role) map[string]*Role {
	defs := make(map[string]*document.Role, len(roles))
	for i := range roles {
		defs[roles[i].Name] = &roles[i]
	}
	own := make(map[string]*Own, len(defs))
	for i := range roles {
		own[roles[i].Name] = rc.compileOwn(&roles[i])
	}
	rc.checkIncludes(roles, defs)
	out := make(map[string]*Role, len(roles))
	for i := range roles {
		out[roles[i].Name] = assemble(&roles[i], defs, own)
	}
	return out
}

func (rc *Compiler) compileOwn(d *document.Role) *Own {
	own := &Own{}
	compile := func(lines []document.Text, deny bool) {
		for _, line := range lines {
			r, err := rc.Rules.Compile(line.Text, d.Name, deny)
			if err != nil {
				rc.Rep.Errorf(line.Pos, err.Hint, "%s: %s", words.Quote(line.Text), err.Text)
				continue
			}
			if !deny && !d.Unguarded && (r.Kind == effect.KindOpaque || r.Kind == effect.KindHandover) {
				rc.Rep.Errorf(line.Pos, `if that is meant, let the role say "unguarded": true`,
					"%s: %s lets through what nobody has looked at", words.Quote(line.Text), r.Kind)
			}
			for _, warning := range rc.Lint(r) {
				rc.Rep.Warnf(line.Pos, warning.Hint, "%s: %s", words.Quote(line.Text), warning.Text)
			}
			r.Pos = line.Pos
			own.Rules = append(own.Rules, r)
		}
	}
	compile(d.Allow, false)
	compile(d.Deny, true)
	for _, l := range d.Limits {
		own.limits = append(own.limits, limit.Compile(rc.Rules, l, rc.Rep)...)
	}
	for _, q := range d.Require {
		own.requires = append(own.requires, rc.compileRequire(d.Name, q)...)
	}
	if len(own.requires) > maxRequirements {
		rc.Rep.Errorf(d.Pos, "", "a role has more than %d requirements", maxRequirements)
	}
	return own
}

// checkIncludes notes roles that are included and do not exist, and circles.
func (rc *Compiler) checkIncludes(roles []document.Role, defs map[string]*document.Role) {
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
				rc.Rep.Errorf(inc.Pos, words.DidYouMean(inc.Text, words.Keys(defs)), "there is no role %s", words.Quote(inc.Text))
			case state[inc.Text] == open:
				circle := append(trail[slices.Index(trail, inc.Text):], inc.Text)
				rc.Rep.Errorf(inc.Pos, "", "the roles include each other: %s", words.Clip(strings.Join(circle, " > ")))
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
func assemble(d *document.Role, defs map[string]*document.Role, own map[string]*Own) *Role {
	out := &Role{Name: d.Name, Unguarded: d.Unguarded, deny: rule.Set{Deny: true}}
	seen := make(map[string]bool)
	todo := []*document.Role{d}
	for len(todo) > 0 {
		next := todo[0]
		todo = todo[1:]
		if next == nil || seen[next.Name] {
			continue
		}
		seen[next.Name] = true
		out.Parts = append(out.Parts, own[next.Name])
		for _, r := range own[next.Name].Rules {
			out.Rules = append(out.Rules, r)
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
