package policy

import (
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/words"
)

// idleLimits notes limits on what no rule allows, in none of the combinations of roles that the
// limit is in.
func (d *linter) idleLimits(held []roleSet) {
	idle := make(map[*rule]*limit)
	used := make(map[*rule]bool)
	v := newVocabulary(d.policy.catalog)
	for i := range held {
		h := &held[i]
		if !h.allowsAnything() {
			continue // a role of limits alone, which nobody has
		}
		for j := range h.limits {
			l := &h.limits[j]
			if used[l.rule] {
				continue
			}
			idle[l.rule] = l
			h.eachAllow(func(r *rule) {
				if !used[l.rule] && rulesMayMeet(v, l.rule, r) {
					used[l.rule] = true
					delete(idle, l.rule)
				}
			})
		}
	}
	for at, l := range idle {
		d.rep.Warnf(at.at, "allow it, or take the limit out", "the limit on %s counts nothing: no rule allows that", words.Quote(l.key))
	}
}

// allowsAnything reports whether there is an allow rule.
func (h *roleSet) allowsAnything() (any bool) {
	h.eachAllow(func(*rule) { any = true })
	return any
}

// rulesMayMeet reports whether some effect may be both counted by a limit's rule and allowed by another.
// Where that is not plain it returns true.
func rulesMayMeet(v *vocabulary, limit, allow *rule) bool {
	if limit.kind != allow.kind || limit.leg != command.LegUnknown && allow.leg != command.LegUnknown && !limit.matchLeg(allow.leg) {
		return false
	}
	if limit.kind == command.KindDial && (limit.name.regex == nil) != (allow.name.regex == nil) && !limit.anyName && !allow.anyName {
		return limit.name.mayMeetRegex(&allow.name)
	}
	if limit.anyName || allow.anyName || limit.kind == command.KindLog || limit.name.regex != nil || allow.name.regex != nil {
		return true
	}
	if known := v.names[limit.kind]; known != nil && (limit.classes|allow.classes != 0) {
		for _, name := range known {
			if mayBeAbout(v, limit, name) && mayBeAbout(v, allow, name) {
				return true
			}
		}
		return false
	}
	h := matchOptions{fold: foldsKey(limit.kind, true), deny: true}
	if limit.kind == command.KindDial {
		return limit.name.mayMeetLegs(&allow.name, h)
	}
	return limit.name.mayMeet(&allow.name, h)
}

// mayBeAbout reports whether r is about the API or application of that name with some arguments.
func mayBeAbout(v *vocabulary, r *rule, name string) bool {
	class, always := v.cat.Class(r.kind, name)
	if r.classes != 0 {
		return !always || r.classes&(1<<class) != 0
	}
	e := command.Effect{Kind: r.kind, Name: name}
	return r.names(&e)
}

// maxMeetings is how many pairs of alternatives are compared at most.
const maxMeetings = 1 << 20

// mayMeet reports whether one text may match both patterns, neither of which is a regular
// expression. Where that is not plain, or too much work to find out, it returns true.
func (p *pattern) mayMeet(q *pattern, h matchOptions) bool {
	return p.mayMeetAt(q, h, func(prefix string) string { return prefix })
}

// mayMeetAt is mayMeet, where begins returns what to compare of the text that a glob begins with.
func (p *pattern) mayMeetAt(q *pattern, h matchOptions, begins func(prefix string) string) bool {
	if p.matchesLiteral(q, h) || q.matchesLiteral(p, h) || len(p.globs)*len(q.globs) > maxMeetings {
		return true
	}
	for i := range p.globs {
		for j := range q.globs {
			if !p.globs[i].wild || !q.globs[j].wild {
				continue
			}
			if p.globs[i].disjoint(&q.globs[j]) {
				continue
			}
			a, b := begins(words.Fold(p.globs[i].prefix())), begins(words.Fold(q.globs[j].prefix()))
			if strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
				return true
			}
		}
	}
	return false
}

// disjoint reports whether both globs are a range of numbers and nothing else, and have none in
// common.
func (g *glob) disjoint(o *glob) bool {
	if len(g.elems) != 1 || len(o.elems) != 1 {
		return false
	}
	a, b := &g.elems[0], &o.elems[0]
	return a.kind == elemRange && b.kind == elemRange && (a.high < b.low || b.high < a.low)
}

// matchesLiteral reports whether p matches an alternative of q that is one text.
func (p *pattern) matchesLiteral(q *pattern, h matchOptions) bool {
	return slices.ContainsFunc(q.globs, func(g glob) bool {
		text, literal := g.literal()
		return literal && p.match(text, h)
	})
}
