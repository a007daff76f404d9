package role

import (
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// Near returns the text of the rule that is nearest to an effect that no rule allows, and why that
// rule does not allow it: a rule that would allow it if every value were harmless, or one that
// allows the leg at another place, or the one with the fewest differences. Both results are "" if
// there is no such rule. The client sees why as well, so it shows no more of the rule than one of
// its wildcards and how many arguments it allows. Each search takes at most left steps.
func (rs *Set) Near(e *effect.Effect, left int) (ruleText, why string) {
	for _, role := range rs.Roles {
		r := role.allow.FindNear(&rule.Subject{Effect: e, Work: pattern.Meter{Left: left}})
		if r == nil {
			continue
		}
		if why := r.Harm(e); why != "" {
			return r.Text, why
		}
	}
	if ruleText, why := rs.nearPlace(e, left); ruleText != "" {
		return ruleText, why
	}
	if n := rs.nearest(e, left); n.Rule != nil {
		return n.Rule.Text, n.Why(e)
	}
	return "", ""
}

// nearPlace returns the text of a rule that allows a leg at another place, and a reason that says
// so. Both are "" if there is no such rule.
func (rs *Set) nearPlace(e *effect.Effect, left int) (ruleText, why string) {
	if e.Kind != effect.KindDial {
		return "", ""
	}
	elsewhere := *e
	for elsewhere.Leg = effect.LegA; elsewhere.Leg <= effect.LegOther; elsewhere.Leg++ {
		for _, role := range rs.Roles {
			if r := role.allow.Find(&rule.Subject{Effect: &elsewhere, Work: pattern.Meter{Left: left}}); r != nil {
				return r.Text, "a rule allows it as " + rule.WithArticle(elsewhere.Leg) + ", and this is " + rule.WithArticle(e.Leg)
			}
		}
	}
	return "", ""
}

// nearest returns the allow rule with the fewest differences to e. It compares rules with the same
// name, and for a leg or a log level rules of the same kind, but no more than rule.MaxNearest
// rules. The result has a nil rule if there is none. nearest takes at most left steps.
func (rs *Set) nearest(e *effect.Effect, left int) (best rule.Nearest) {
	s := &rule.Subject{Effect: e, Work: pattern.Meter{Left: left}}
	looked := 0
	for _, role := range rs.Roles {
		for _, r := range role.allow.OfKind(e.Kind) {
			looked++
			if looked > rule.MaxNearest || !s.Work.Spend(pattern.StepsPerRule) {
				return best
			}
			if n, ok := r.Near(s); ok && (best.Rule == nil || n.Distance < best.Distance) {
				best = n
			}
		}
	}
	return best
}
