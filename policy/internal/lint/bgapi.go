package lint

import (
	"slices"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// bgapiRules notes a rule on the API bgapi that is most likely meant for the API behind it: what a
// client sends as bgapi is that API. A rule that spells a command within, such as originate\s*,
// means a bgapi within another command, and so does one beside a rule for the API that it spells.
func (d *linter) bgapiRules(rs *role.Set) {
	rs.EachAllow(func(r *rule.Rule) {
		if d.warned[r] || r.Kind != effect.KindAPI || len(r.Name.Globs) != 1 || !r.Spells("bgapi") || len(r.Args) > 0 && r.Args[0].SpellsAll(" ") {
			return
		}
		if len(r.Args) > 0 && !r.Args[0].Wild && r.Args[0].Regex == nil && allowsAPIs(rs, r.Args[0].Globs) {
			return
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, `write the rule for the API that is run, or api bgapi originate\s* besides for what sends "api bgapi originate …", as fs_cli does`,
			"%s: what a client sends as bgapi is no effect of that name, but the API behind it; only a bgapi within another command is", words.Quote(r.Text))
	})
}

// allowsAPIs reports whether there is a rule for each of the APIs that the globs spell.
func allowsAPIs(rs *role.Set, globs []pattern.Glob) bool {
	return !slices.ContainsFunc(globs, func(g pattern.Glob) bool {
		name, _ := g.Literal()
		found := false
		e := effect.Effect{Kind: effect.KindAPI, Name: words.Fold(name), Class: classOf(effect.KindAPI, name)}
		rs.EachAllow(func(r *rule.Rule) { found = found || r.Kind == effect.KindAPI && r.Names(&e) })
		return !found
	})
}
