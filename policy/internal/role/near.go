package role

import (
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// Near returns, for an effect that no rule allows, the rule that would allow it if every value were
// harmless, and which value is not; or else the rule that comes nearest to it, and what differs.
// Both are empty where there is no such rule. why is for the client, too: it tells no more of the
// rule than one of its wildcards, and how many arguments it allows.
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
	if rule, why := rs.nearPlace(e, left); rule != "" {
		return rule, why
	}
	if n := rs.nearest(e, left); n.Rule != nil {
		return n.Rule.Text, n.Why(e)
	}
	return "", ""
}

// nearPlace returns, for a leg that no rule allows at its place, the rule that allows it at
// another, and says so. Both are empty where there is no such rule.
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

// Nearest returns the rule of the same name, or for a leg and a log level of the same kind, that
// comes nearest to e. Its rule is nil where there is none. It takes at most left steps.
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
