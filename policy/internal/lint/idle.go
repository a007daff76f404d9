package lint

import (
	"regexp/syntax"
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// idleLimits notes limits on what no rule allows, in none of the combinations of roles that the
// limit is in.
func (d *linter) idleLimits(sets []role.Set) {
	idle := make(map[*rule.Rule]*limit.Limit)
	used := make(map[*rule.Rule]bool)
	v := rule.NewVocabulary(d.policy.Catalog)
	for i := range sets {
		h := &sets[i]
		if !h.AllowsAnything() {
			continue // a role of limits alone, which nobody has
		}
		for j := range h.Limits {
			l := &h.Limits[j]
			if used[l.Rule] {
				continue
			}
			idle[l.Rule] = l
			h.EachAllow(func(r *rule.Rule) {
				if !used[l.Rule] && rulesMayMeet(v, l.Rule, r) {
					used[l.Rule] = true
					delete(idle, l.Rule)
				}
			})
		}
	}
	for at, l := range idle {
		d.rep.Warnf(at.Pos, "allow it, or take the limit out", "the limit on %s counts nothing: no rule allows that", words.Quote(l.Key))
	}
}

// rulesMayMeet reports whether some effect may be both counted by a limit's rule and allowed by
// another. Where that is not plain it returns true.
func rulesMayMeet(v *rule.Vocabulary, limit, allow *rule.Rule) bool {
	if limit.Kind != allow.Kind || limit.Leg != effect.LegUnknown && allow.Leg != effect.LegUnknown && !limit.MatchLeg(allow.Leg) {
		return false
	}
	if limit.Kind == effect.KindDial && (limit.Name.Regex == nil) != (allow.Name.Regex == nil) && !limit.AnyName && !allow.AnyName {
		return limit.Name.MayOverlapRegex(&allow.Name)
	}
	if limit.AnyName || allow.AnyName || limit.Kind == effect.KindLog || limit.Name.Regex != nil || allow.Name.Regex != nil {
		return true
	}
	if known := v.Names[limit.Kind]; known != nil && (limit.Classes|allow.Classes != 0) {
		for _, name := range known {
			if mayBeAbout(v, limit, name) && mayBeAbout(v, allow, name) {
				return true
			}
		}
		return false
	}
	h := pattern.Options{Fold: rule.FoldsKey(limit.Kind, true), Deny: true}
	if limit.Kind == effect.KindDial {
		return limit.Name.MayOverlapLegs(&allow.Name, h)
	}
	return limit.Name.MayOverlap(&allow.Name, h)
}

// mayBeAbout reports whether r is about the API or application of that name with some arguments.
func mayBeAbout(v *rule.Vocabulary, r *rule.Rule, name string) bool {
	class, always := v.Catalog.Class(r.Kind, name)
	if r.Classes != 0 {
		return !always || r.Classes&(1<<class) != 0
	}
	e := effect.Effect{Kind: r.Kind, Name: name}
	return r.Names(&e)
}

// idleRequires notes requirements for what no rule allows, in none of the combinations of roles
// that the requirement is in.
func (d *linter) idleRequires(sets []role.Set) {
	idle := make(map[*rule.Rule]*role.Requirement)
	used := make(map[*rule.Rule]bool)
	v := rule.NewVocabulary(d.policy.Catalog)
	for i := range sets {
		h := &sets[i]
		if !slices.ContainsFunc(h.Parts(), (*role.Own).Dials) {
			continue // a role of requirements alone, which nobody has
		}
		for _, q := range h.Requires {
			if used[q.Need] {
				continue
			}
			idle[q.Need] = &q
			h.EachAllow(func(r *rule.Rule) {
				if rulesMayMeet(v, q.About, r) {
					used[q.Need] = true
					delete(idle, q.Need)
				}
			})
		}
	}
	for _, q := range idle {
		d.rep.Warnf(q.At, "mend what stands before the colon, or take it out", "the requirement for %s holds for nothing: no rule allows that", words.Quote(q.Key))
	}
}

// idleDenies notes denies of a gateway, or of a context of the dialplan, that no rule allows, where
// others of their kind are allowed: most likely a name is misspelled.
func (d *linter) idleDenies(sets []role.Set) {
	idle := make(map[*rule.Rule]string)
	used := make(map[*rule.Rule]bool)
	v := rule.NewVocabulary(d.policy.Catalog)
	for i := range sets {
		h := &sets[i]
		for _, part := range h.Parts() {
			for _, deny := range part.Rules {
				if !deny.Deny || used[deny] || deny.Kind != effect.KindDial && deny.Kind != effect.KindDialplan || deny.AnyName {
					continue
				}
				meets, near := meetsAllow(h, v, deny)
				used[deny] = meets
				if near != "" {
					idle[deny] = near
				}
			}
		}
	}
	for deny, near := range idle {
		if !used[deny] {
			d.rep.Warnf(deny.Pos, "mend its names, or take it out", "%s: it denies nothing: no rule allows what it names, the nearest is %s", words.Quote(deny.Text), words.Quote(near))
		}
	}
}

// meetsAllow reports whether an allow rule may be about what deny names. near is one that is about
// the same type of leg, or the same dialplan, and "" without one.
func meetsAllow(h *role.Set, v *rule.Vocabulary, deny *rule.Rule) (meets bool, near string) {
	h.EachAllow(func(r *rule.Rule) {
		if r.Kind != deny.Kind || meets {
			return
		}
		switch {
		case r.Kind == effect.KindDial:
			meets = r.AnyName || deny.Name.MayOverlapNames(&r.Name)
		default:
			meets = rulesMayMeet(v, deny, r) && contextsMeet(deny, r)
		}
		if areAkin(deny, r) && near == "" {
			near = r.Text
		}
	})
	return meets, near
}

// contextsMeet reports whether both rules, of the kind dialplan, may be about one context.
func contextsMeet(r *rule.Rule, o *rule.Rule) bool {
	if len(r.Args) == 0 || len(o.Args) == 0 {
		return true
	}
	p, q := &r.Args[0], &o.Args[0]
	empty := func(g pattern.Glob) bool { return len(g.Elements) == 0 } // whose context may be any
	if p.Regex != nil || q.Regex != nil || slices.ContainsFunc(p.Globs, empty) || slices.ContainsFunc(q.Globs, empty) {
		return true
	}
	return p.MayOverlap(q, pattern.Options{Fold: true, Deny: true})
}

// areAkin reports whether both rules are about one type of leg, or one dialplan.
func areAkin(r *rule.Rule, o *rule.Rule) bool {
	if r.Kind == effect.KindDialplan {
		return true
	}
	typ := func(p *pattern.Pattern) string {
		typ, _, slash := strings.Cut(words.Fold(p.FirstPrefix()), "/")
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

// missingGateway notes a number in the place of a gateway's name.
func missingGateway(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDial {
		return nil
	}
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		rest, ok := strings.CutPrefix(words.Fold(g.Prefix()), pattern.GatewayType)
		text := g.Text()
		if !ok || rest == "" || rest[0] != '+' && !pattern.IsDigit(rest[0]) || strings.Contains(text[len(pattern.GatewayType):], "/") {
			continue
		}
		name := "NAME"
		if r.Deny {
			name = "*"
		}
		return pattern.Faultf("write "+pattern.GatewayType+name+"/"+words.ClipRule(text[len(pattern.GatewayType):]), "%s stands where the gateway's name does", words.Quote(text[len(pattern.GatewayType):]))
	}
	return nil
}
