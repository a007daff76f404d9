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

// A Compiler compiles roles. All its fields must be set.
type Compiler struct {
	Rules *rule.Compiler
	// Lint returns the warnings about a rule, and nil if there are none.
	Lint func(*rule.Rule) []*pattern.Fault
	// Rep gets the errors and warnings.
	Rep *document.Report
}

// Compile compiles the roles and returns them by name. It reports their errors and warnings. Rules
// that do not compile are missing in the result.
func (rc *Compiler) Compile(roles []document.Role) map[string]*Role {
	defs := make(map[string]*document.Role, len(roles))
	for i := range roles {
		defs[roles[i].Name] = &roles[i]
	}
	own := make(map[string]*Part, len(defs))
	for i := range roles {
		own[roles[i].Name] = rc.compilePart(&roles[i])
	}
	rc.checkIncludes(roles, defs)
	out := make(map[string]*Role, len(roles))
	for i := range roles {
		out[roles[i].Name] = assemble(&roles[i], defs, own)
	}
	return out
}

// compilePart compiles the lines of one role and reports their errors and warnings.
func (rc *Compiler) compilePart(d *document.Role) *Part {
	own := &Part{}
	compile := func(lines []document.Text, deny bool) {
		for _, line := range lines {
			r, err := rc.Rules.Compile(line.Text, d.Name, deny)
			if err != nil {
				rc.Rep.Errorf(line.Pos, err.Hint, "%s: %s", words.Quote(line.Text), err.Text)
				continue
			}
			if !deny && !d.Unguarded && (r.Kind == effect.KindOpaque || r.Kind == effect.KindHandover) {
				rc.Rep.Errorf(line.Pos, `if that is meant, add "unguarded": true to the role`,
					"%s: %s allows what eslguard cannot check", words.Quote(line.Text), r.Kind)
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

// checkIncludes reports roles that are included and do not exist, and roles that include each
// other.
func (rc *Compiler) checkIncludes(roles []document.Role, defs map[string]*document.Role) {
	const (
		open = iota + 1 // the role's includes are being visited
		done
	)
	state := make(map[string]int, len(defs))
	var visit func(d *document.Role, path []string)
	visit = func(d *document.Role, path []string) {
		state[d.Name] = open
		path = append(path, d.Name)
		for _, inc := range d.Include {
			next, ok := defs[inc.Text]
			switch {
			case !ok:
				rc.Rep.Errorf(inc.Pos, words.DidYouMean(inc.Text, words.Keys(defs)), "there is no role %s", words.Quote(inc.Text))
			case state[inc.Text] == open:
				circle := append(path[slices.Index(path, inc.Text):], inc.Text)
				rc.Rep.Errorf(inc.Pos, "", "the roles include each other: %s", words.Clip(strings.Join(circle, " > ")))
			case state[inc.Text] == 0:
				visit(next, path)
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

// assemble returns the role d with the parts of all roles that it includes, each once. own has the
// parts by the name of their role.
func assemble(d *document.Role, defs map[string]*document.Role, own map[string]*Part) *Role {
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
