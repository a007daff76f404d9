package lint

import (
	"eslguard/effect"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// unlimited notes rules that let any number be dialled as often as the client likes.
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

// extensions notes rules by which any extension of the dialplan may be reached, as often as the
// client likes.
func (d *linter) extensions(rs *role.Set) {
	rs.EachAllow(func(r *rule.Rule) {
		if r.Kind != effect.KindDialplan || d.warned[r] || !(r.AnyName || len(r.Args) > 1 && (r.Args[1].LeavesOpen() || r.Args[1].IsAnyNumber()) || r.Rest && len(r.Args) < 2) {
			return
		}
		for i := range rs.Limits {
			if l := &rs.Limits[i]; l.Measure != limit.AtOnce && (rule.Covers(l.Rule, r) || l.Rule.Kind == effect.KindDial || l.Rule.Kind == effect.KindAPI) {
				return
			}
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, `narrow it, or add "limits": { "dialplan": [ "2/s", "2000/day" ] }`,
			"%s: any extension may be reached, as often as the client likes, and what it dials is the dialplan's", words.Quote(r.Text))
	})
}
