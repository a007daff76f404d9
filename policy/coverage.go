package policy

import (
	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A Rule is one line of a role, for people.
type Rule struct {
	// Role and Text are the rule as it stands in the file, Deny says in which list.
	Role, Text string
	Deny       bool
	// File, Line and Column say where, as those of a Problem.
	File         string
	Line, Column int
}

// Untouched returns the rules that match no effect of any of the policy's tests, in the order of
// the roles' names: nobody has tried what they do. It returns nil when there are none.
func (p *Policy) Untouched() (out []Rule) {
	covered := make(map[*rule.Rule]bool)
	for i := range p.tests {
		t := &p.tests[i]
		if cmd, _, err := p.parseTest(t); err == nil && cmd != nil {
			t.client.markCovered(cmd.Effects, covered)
		}
	}
	for _, name := range words.Keys(p.roles) {
		for _, r := range p.roles[name].Parts[0].Rules {
			if !covered[r] {
				at := document.NewProblem(r.Pos, "", "")
				out = append(out, Rule{Role: r.Role, Text: r.Text, Deny: r.Deny, File: at.File, Line: at.Line, Column: at.Column})
			}
		}
	}
	return out
}

// markCovered notes the client's rules that match any of the effects.
func (c *Client) markCovered(effects []effect.Effect, covered map[*rule.Rule]bool) {
	for _, role := range c.rights.Roles {
		for _, r := range role.Rules {
			for i := range effects {
				covered[r] = covered[r] || r.Matches(&effects[i])
			}
		}
	}
}
