package lint

import (
	"regexp/syntax"
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// idleLimits warns of limits on what no rule allows in any of the combinations of roles that
// contain the limit.
func (d *linter) idleLimits(sets []role.Set) {
	idle := make(map[*rule.Rule]*limit.Limit)
	used := make(map[*rule.Rule]bool)
	v := rule.NewVocabulary(d.policy.Catalog)
	for i := range sets {
		rs := &sets[i]
		if !rs.AllowsAnything() {
			continue // a role with nothing but limits, which no client has alone
		}
		for j := range rs.Limits {
			l := &rs.Limits[j]
			if used[l.Rule] {
				continue
			}
			idle[l.Rule] = l
			rs.EachAllow(func(r *rule.Rule) {
				if !used[l.Rule] && rulesMayMeet(v, l.Rule, r) {
					used[l.Rule] = true
					delete(idle, l.Rule)
				}
			})
		}
	}
	for at, l := range idle {
		d.rep.Warnf(at.Pos, "allow it, or remove the limit", "the limit on %s counts nothing, since no rule allows that", words.Quote(l.Key))
	}
}

// rulesMayMeet reports whether one effect may match both the rule of a limit, a requirement or a
// deny and an allow rule. It returns true if it cannot tell.
func rulesMayMeet(v *rule.Vocabulary, r, allow *rule.Rule) bool {
	if r.Kind != allow.Kind || r.Leg != effect.LegUnknown && allow.Leg != effect.LegUnknown && !r.MatchLeg(allow.Leg) {
		return false
	}
	if r.Kind == effect.KindDial && (r.Name.Regex == nil) != (allow.Name.Regex == nil) && !r.AnyName && !allow.AnyName {
		return r.Name.MayOverlapRegex(&allow.Name)
	}
	if r.AnyName || allow.AnyName || r.Kind == effect.KindLog || r.Name.Regex != nil || allow.Name.Regex != nil {
		return true
	}
	if known := v.Names[r.Kind]; known != nil && (r.Classes|allow.Classes != 0) {
		for _, name := range known {
			if mayBeAbout(v, r, name) && mayBeAbout(v, allow, name) {
				return true
			}
		}
		return false
	}
	h := pattern.Options{Fold: rule.FoldsKey(r.Kind, true), Deny: true}
	if r.Kind == effect.KindDial {
		return r.Name.MayOverlapLegs(&allow.Name, h)
	}
	return r.Name.MayOverlap(&allow.Name, h)
}

// mayBeAbout reports whether r may match the API or application of that name with some arguments.
func mayBeAbout(v *rule.Vocabulary, r *rule.Rule, name string) bool {
	class, always := v.Catalog.Class(r.Kind, name)
	if r.Classes != 0 {
		return !always || r.Classes&(1<<class) != 0
	}
	e := effect.Effect{Kind: r.Kind, Name: name}
	return r.Names(&e)
}

// idleRequires warns of requirements for what no rule allows in any of the combinations of roles
// that contain the requirement.
func (d *linter) idleRequires(sets []role.Set) {
	idle := make(map[*rule.Rule]*role.Requirement)
	used := make(map[*rule.Rule]bool)
	v := rule.NewVocabulary(d.policy.Catalog)
	for i := range sets {
		rs := &sets[i]
		if !slices.ContainsFunc(rs.Parts(), (*role.Part).Dials) {
			continue // a role with nothing but requirements, which no client has alone
		}
		for _, q := range rs.Requires {
			if used[q.Need] {
				continue
			}
			idle[q.Need] = &q
			rs.EachAllow(func(r *rule.Rule) {
				if rulesMayMeet(v, q.About, r) {
					used[q.Need] = true
					delete(idle, q.Need)
				}
			})
		}
	}
	for _, q := range idle {
		d.rep.Warnf(q.At, "correct the key, or remove the requirement", "the requirement for %s applies to nothing, since no rule allows that", words.Quote(q.Key))
	}
}

// idleDenies warns of denies of a gateway, a profile or a context of the dialplan that no rule
// allows, if a rule allows something similar: most likely a name is misspelled.
func (d *linter) idleDenies(sets []role.Set) {
	idle := make(map[*rule.Rule]string)
	used := make(map[*rule.Rule]bool)
	v := rule.NewVocabulary(d.policy.Catalog)
	for i := range sets {
		rs := &sets[i]
		for _, part := range rs.Parts() {
			for _, deny := range part.Rules {
				if !deny.Deny || used[deny] || deny.Kind != effect.KindDial && deny.Kind != effect.KindDialplan || deny.AnyName {
					continue
				}
				meets, near := meetsAllow(rs, v, deny)
				used[deny] = meets
				if near != "" {
					idle[deny] = near
				}
			}
		}
	}
	for deny, near := range idle {
		if !used[deny] {
			d.rep.Warnf(deny.Pos, "correct the name, or remove the rule", "%s: it denies nothing, since no rule allows what it names; the nearest rule is %s", words.Quote(deny.Text), words.Quote(near))
		}
	}
}

// meetsAllow reports whether an allow rule may match what deny names. near is the text of the first
// allow rule for the same type of leg, or of the kind dialplan too, and "" if there is none.
func meetsAllow(rs *role.Set, v *rule.Vocabulary, deny *rule.Rule) (meets bool, near string) {
	rs.EachAllow(func(r *rule.Rule) {
		if r.Kind != deny.Kind || meets {
			return
		}
		switch {
		case r.Kind == effect.KindDial:
			meets = r.AnyName || deny.Name.MayOverlapNames(&r.Name)
		default:
			meets = rulesMayMeet(v, deny, r) && contextsMeet(deny, r)
		}
		if haveSameType(deny, r) && near == "" {
			near = r.Text
		}
	})
	return meets, near
}

// contextsMeet reports whether both rules, of the kind dialplan, may match one context. It returns
// true if it cannot tell.
func contextsMeet(r, o *rule.Rule) bool {
	if len(r.Args) == 0 || len(o.Args) == 0 {
		return true
	}
	p, q := &r.Args[0], &o.Args[0]
	// An effect that names no context has an empty one, and may be of any context.
	empty := func(g pattern.Glob) bool { return len(g.Elements) == 0 }
	if p.Regex != nil || q.Regex != nil || slices.ContainsFunc(p.Globs, empty) || slices.ContainsFunc(q.Globs, empty) {
		return true
	}
	return p.MayOverlap(q, pattern.Options{Fold: true, Deny: true})
}

// haveSameType reports whether both rules, of the same kind, are about the dialplan or begin with
// the same type of leg. It returns false if r does not spell a type.
func haveSameType(r, o *rule.Rule) bool {
	if r.Kind == effect.KindDialplan {
		return true
	}
	typ := func(p *pattern.Pattern) string {
		typ, _, slash := strings.Cut(ascii.ToLower(p.FirstPrefix()), "/")
		if !slash {
			return ""
		}
		return typ
	}
	mine := typ(&r.Name)
	if mine == "" {
		return false
	}
	if o.Name.Regex != nil {
		tree, err := syntax.Parse(o.Name.Text, syntax.Perl|syntax.FoldCase)
		return err == nil && pattern.MayBeginWith(tree, []string{mine + "/"})
	}
	return mine == typ(&o.Name)
}
