package lint

import (
	"slices"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// expansions notes rules that spell an expansion which no rule covers.
func (d *linter) expansions(h *role.Set) {
	anything := false
	h.EachAllow(func(r *rule.Rule) { anything = anything || r.Kind == effect.KindOpaque })
	if anything {
		return
	}
	h.EachAllow(func(r *rule.Rule) {
		if d.warned[r] || r.Kind != effect.KindApp || slices.ContainsFunc(copying[:], r.Spells) {
			return
		}
		r.SpelledExpansions(func(text string) {
			if _, ok := argument.ExpansionVariable(text); ok || d.warned[r] {
				return
			}
			d.warned[r] = true
			d.rep.Warnf(r.Pos, `covered are \${uuid}, \${strftime(%Y%m%d)} and the like without any other sign than - and _, and \$${NAME} of the configuration`,
				"%s: no rule covers %s, since its value may be anything: such a command is denied as opaque expansion", words.Quote(r.Text), words.Quote(text))
		})
	})
}

// copying are the applications, folded, in which any expansion is allowed: they show it, or set a
// variable to exactly what it says.
var copying = [...]string{"set", "export", "bridge_export", "set_global", "log", "eval", "stop"}
