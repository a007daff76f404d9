package policy

import (
	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A Rule is one rule of a role, as a report shows it.
type Rule struct {
	// Role is the name of the role. Text is the rule as it is written in the file. Deny is true if
	// it is in the role's "deny".
	Role, Text string
	Deny       bool
	// File, Line and Column are its position, as in a Problem.
	File         string
	Line, Column int
}

// UncoveredRules returns the rules that match no effect of any of the policy's tests, sorted by
// role. It returns nil if there are none.
func (p *Policy) UncoveredRules() (out []Rule) {
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

// markCovered adds the client's rules that match any of the effects to covered.
func (c *Client) markCovered(effects []effect.Effect, covered map[*rule.Rule]bool) {
	for _, role := range c.rights.Roles {
		for _, r := range role.Rules {
			for i := range effects {
				covered[r] = covered[r] || r.Matches(&effects[i])
			}
		}
	}
}
