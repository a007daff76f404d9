package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/pattern"
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
	if limit.kind == command.KindDial && (limit.name.Regex == nil) != (allow.name.Regex == nil) && !limit.anyName && !allow.anyName {
		return limit.name.MayMeetRegex(&allow.name)
	}
	if limit.anyName || allow.anyName || limit.kind == command.KindLog || limit.name.Regex != nil || allow.name.Regex != nil {
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
	h := pattern.Options{Fold: foldsKey(limit.kind, true), Deny: true}
	if limit.kind == command.KindDial {
		return limit.name.MayMeetLegs(&allow.name, h)
	}
	return limit.name.MayMeet(&allow.name, h)
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
