package lint

import (
	"slices"

	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// bgapiRules warns of a rule for the API bgapi that was most likely meant for the API that bgapi
// runs: a client's command bgapi has the effects of that API. Two kinds of rules get no warning,
// since they are meant for a bgapi inside another command: a rule that spells a command in its
// argument, such as originate\s*, and a rule for APIs that are allowed by their own names too.
func (d *linter) bgapiRules(rs *role.Set) {
	rs.EachAllow(func(r *rule.Rule) {
		if d.warned[r] || r.Kind != effect.KindAPI || len(r.Name.Globs) != 1 || !r.Spells("bgapi") || len(r.Args) > 0 && r.Args[0].SpellsAll(" ") {
			return
		}
		if len(r.Args) > 0 && !r.Args[0].Wild && r.Args[0].Regex == nil && allowsAPIs(rs, r.Args[0].Globs) {
			return
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, `name the API that bgapi runs, and add api bgapi originate\s* for clients that send "api bgapi originate …", as fs_cli does`,
			"%s: it does not match what a client sends as bgapi, which is decided as the API that it runs; it matches only a bgapi inside another command", words.Quote(r.Text))
	})
}

// allowsAPIs reports whether there is an allow rule for each API that the globs spell.
func allowsAPIs(rs *role.Set, globs []pattern.Glob) bool {
	return !slices.ContainsFunc(globs, func(g pattern.Glob) bool {
		name, _ := g.Literal()
		found := false
		e := effect.Effect{Kind: effect.KindAPI, Name: ascii.ToLower(name), Class: classOf(effect.KindAPI, name)}
		rs.EachAllow(func(r *rule.Rule) { found = found || r.Kind == effect.KindAPI && r.Names(&e) })
		return !found
	})
}
