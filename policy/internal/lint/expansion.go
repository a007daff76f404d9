package lint

import (
	"slices"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// uncoveredExpansions warns of rules that spell an expansion that no rule can cover, unless the
// client may use anything that is opaque.
func (d *linter) uncoveredExpansions(rs *role.Set) {
	anything := false
	rs.EachAllow(func(r *rule.Rule) { anything = anything || r.Kind == effect.KindOpaque })
	if anything {
		return
	}
	rs.EachAllow(func(r *rule.Rule) {
		if d.warned[r] || r.Kind != effect.KindApp || slices.ContainsFunc(copyingApps[:], r.Spells) {
			return
		}
		r.SpelledExpansions(func(text string) {
			if _, ok := argument.ExpansionVariable(text); ok || d.warned[r] {
				return
			}
			d.warned[r] = true
			d.rep.Warnf(r.Pos, `write \${uuid}, \${strftime(%Y-%m-%d)} with no other signs than % - and _ in it, or \$${NAME} of the configuration`,
				"%s: no rule covers %s, since its value may be anything, so a command with it is denied as opaque expansion", words.Quote(r.Text), words.Quote(text))
		})
	})
}

// copyingApps are the applications, folded, in which any expansion is allowed: they show its value
// or store it in a variable unchanged.
var copyingApps = [...]string{"set", "export", "bridge_export", "set_global", "log", "eval", "stop"}
