package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
)

// Nearest returns the rule of the same name, or for a leg and a log level of the same kind, that
// comes nearest to e. Its rule is nil where there is none. It takes at most left steps.
func (rs *roleSet) nearest(e *command.Effect, left int) (best rule.Nearest) {
	s := &rule.Subject{Effect: e, Work: pattern.Meter{Left: left}}
	looked := 0
	for _, role := range rs.roles {
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
