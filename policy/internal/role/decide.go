package role

import (
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// ReasonNoClient is why everything is denied to a client that does not exist.
const ReasonNoClient = "nothing is allowed to an unknown client"

// Verdict reports whether e is allowed, and by which rule; a denial may have none. It may take left
// steps, and returns how many remain: what takes more is denied, and less than none remain. The
// rule of an opaque effect may be one that spells what it stands for.
func (rs *Set) Verdict(e *effect.Effect, left int) (r *rule.Rule, ok bool, remain int) {
	if len(e.Name) > pattern.MaxName {
		return nil, false, left
	}
	s := rule.Subject{Effect: e, Work: pattern.Meter{Left: left}}
	for _, role := range rs.Roles {
		if r := role.deny.Find(&s); r != nil {
			return r, false, s.Work.Left
		}
	}
	for _, role := range rs.Roles {
		if r := role.allow.Find(&s); r != nil && !s.Work.Over() {
			return r, true, s.Work.Left
		}
	}
	if r := rs.covering(e, &s.Work); r != nil {
		return r, true, s.Work.Left
	}
	return nil, false, s.Work.Left
}

// covering returns the first of the rules that spell all of the expansions that an opaque effect
// stands for. It returns nil where they do not, where a deny may match what they become, and where
// the client may decide that.
func (rs *Set) covering(e *effect.Effect, work *pattern.Meter) (first *rule.Rule) {
	if e.Kind != effect.KindOpaque || rs.Uncertain {
		return nil
	}
	for i := range e.Expanded {
		r := rs.spelling(&e.Expanded[i], work)
		if r == nil || rs.MayBeDenied(&e.Expanded[i], work) || work.Over() {
			return nil
		}
		if i == 0 {
			first = r
		}
	}
	return first
}

// spelling returns the first allow rule that matches e and spells its expansions, and nil without
// one.
func (rs *Set) spelling(e *effect.Effect, work *pattern.Meter) *rule.Rule {
	s := rule.Subject{Effect: e, Work: *work}
	defer func() { *work = s.Work }()
	for _, role := range rs.Roles {
		for _, r := range role.Rules {
			if !s.Work.Spend(pattern.StepsPerRule) {
				return nil
			}
			if !r.Deny && r.Kind == e.Kind && r.MatchRest(&s, false) && r.MatchAnyName(&s, e.Name) && r.SpellsOut(&s) {
				return r
			}
		}
	}
	return nil
}

// MayBeDenied reports whether a deny could match e, whatever its expansions become.
func (rs *Set) MayBeDenied(e *effect.Effect, work *pattern.Meter) bool {
	open := *e
	open.Name, open.Tokens = pattern.ReplaceExpansions(e.Name), make([]string, len(e.Tokens))
	for i, token := range e.Tokens {
		open.Tokens[i] = pattern.ReplaceExpansions(token)
	}
	s := rule.Subject{Effect: &open, Work: *work}
	defer func() { *work = s.Work }()
	for _, role := range rs.Roles {
		for _, r := range role.Rules {
			if r.Deny && r.Kind == e.Kind && (!s.Work.Spend(pattern.StepsPerRule) || r.CouldMatch(&s)) {
				return true
			}
		}
	}
	return false
}
