package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// idleLimits notes limits on what no rule allows, in none of the combinations of roles that the
// limit is in.
func (d *linter) idleLimits(held []role.Set) {
	idle := make(map[*rule.Rule]*limit.Limit)
	used := make(map[*rule.Rule]bool)
	v := rule.NewVocabulary(d.policy.catalog)
	for i := range held {
		h := &held[i]
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

// rulesMayMeet reports whether some effect may be both counted by a limit's rule and allowed by another.
// Where that is not plain it returns true.
func rulesMayMeet(v *rule.Vocabulary, limit, allow *rule.Rule) bool {
	if limit.Kind != allow.Kind || limit.Leg != command.LegUnknown && allow.Leg != command.LegUnknown && !limit.MatchLeg(allow.Leg) {
		return false
	}
	if limit.Kind == command.KindDial && (limit.Name.Regex == nil) != (allow.Name.Regex == nil) && !limit.AnyName && !allow.AnyName {
		return limit.Name.MayMeetRegex(&allow.Name)
	}
	if limit.AnyName || allow.AnyName || limit.Kind == command.KindLog || limit.Name.Regex != nil || allow.Name.Regex != nil {
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
	if limit.Kind == command.KindDial {
		return limit.Name.MayMeetLegs(&allow.Name, h)
	}
	return limit.Name.MayMeet(&allow.Name, h)
}

// mayBeAbout reports whether r is about the API or application of that name with some arguments.
func mayBeAbout(v *rule.Vocabulary, r *rule.Rule, name string) bool {
	class, always := v.Catalog.Class(r.Kind, name)
	if r.Classes != 0 {
		return !always || r.Classes&(1<<class) != 0
	}
	e := command.Effect{Kind: r.Kind, Name: name}
	return r.Names(&e)
}
