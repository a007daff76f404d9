package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// covering returns the first of the rules that spell all of the expansions that an opaque effect
// stands for. It returns nil where they do not, where a deny may match what they become, and where
// the client may decide that.
func (rs *roleSet) covering(e *command.Effect, work *pattern.Meter) (first *rule.Rule) {
	if e.Kind != command.KindOpaque || rs.uncertain {
		return nil
	}
	for i := range e.Expanded {
		r := rs.spelling(&e.Expanded[i], work)
		if r == nil || rs.mayBeDenied(&e.Expanded[i], work) || work.Over() {
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
func (rs *roleSet) spelling(e *command.Effect, work *pattern.Meter) *rule.Rule {
	s := rule.Subject{Effect: e, Work: *work}
	defer func() { *work = s.Work }()
	for _, role := range rs.roles {
		for _, r := range role.rules {
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

// mayBeDenied reports whether a deny could match e, whatever its expansions become.
func (rs *roleSet) mayBeDenied(e *command.Effect, work *pattern.Meter) bool {
	open := *e
	open.Name, open.Tokens = pattern.WithRuns(e.Name), make([]string, len(e.Tokens))
	for i, token := range e.Tokens {
		open.Tokens[i] = pattern.WithRuns(token)
	}
	s := rule.Subject{Effect: &open, Work: *work}
	defer func() { *work = s.Work }()
	for _, role := range rs.roles {
		for _, r := range role.rules {
			if r.Deny && r.Kind == e.Kind && (!s.Work.Spend(pattern.StepsPerRule) || r.CouldMatch(&s)) {
				return true
			}
		}
	}
	return false
}
