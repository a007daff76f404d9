package lint

import (
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// cancelledRules warns of allow rules that a deny rule of the same client covers completely.
func (d *linter) cancelledRules(rs *role.Set) {
	parts := rs.Parts()
	for _, mine := range parts {
		for _, other := range parts {
			pair := [2]*role.Part{mine, other}
			if d.compared[pair] {
				continue
			}
			d.compared[pair] = true
			d.compare(mine, other)
		}
	}
}

// compare warns of the allow rules of mine that a deny rule of other covers.
func (d *linter) compare(mine, other *role.Part) {
	for _, deny := range other.Rules {
		if !deny.Deny {
			continue
		}
		for _, allow := range mine.Rules {
			if !allow.Deny && !d.warned[allow] && rule.Covers(deny, allow) {
				d.warned[allow] = true
				d.rep.Warnf(allow.Pos, "remove one of them, or narrow the deny", "%s: it never allows anything, since %s of the role %s denies it all",
					words.Quote(allow.Text), words.Quote(deny.Text), words.Quote(deny.Role))
			}
		}
	}
}
