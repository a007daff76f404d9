package lint

import (
	"eslguard/effect"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// unlimited warns of rules that let a client dial any number as often as it likes.
func (d *linter) unlimited(rs *role.Set) {
	rs.EachAllow(func(r *rule.Rule) {
		if !dialsAnything(r) || d.warned[r] {
			return
		}
		for i := range rs.Limits {
			if l := &rs.Limits[i]; l.Measure != limit.AtOnce && rule.Covers(l.Rule, r) {
				return
			}
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, `narrow it, or add "limits": { "dial": [ "2/s", "2000/day" ] }`,
			"%s: any number may be dialled, as often as the client likes", words.Quote(r.Text))
	})
}

// extensions warns of rules that let a client reach any extension of the dialplan as often as it
// likes.
func (d *linter) extensions(rs *role.Set) {
	rs.EachAllow(func(r *rule.Rule) {
		if r.Kind != effect.KindDialplan || d.warned[r] || !(r.AnyName || len(r.Args) > 1 && (r.Args[1].HasBareWildcards() || r.Args[1].IsAnyNumber()) || r.Rest && len(r.Args) < 2) {
			return
		}
		for i := range rs.Limits {
			if l := &rs.Limits[i]; l.Measure != limit.AtOnce && (rule.Covers(l.Rule, r) || l.Rule.Kind == effect.KindDial || l.Rule.Kind == effect.KindAPI) {
				return
			}
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, `narrow it, or add "limits": { "dialplan": [ "2/s", "2000/day" ] }`,
			"%s: any extension may be reached, as often as the client likes, and the dialplan decides what that dials", words.Quote(r.Text))
	})
}
