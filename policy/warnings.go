package policy

import (
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy/internal/lint"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/words"
)

// lintPolicy returns the policy in the form that package lint checks.
func (p *Policy) lintPolicy() *lint.Policy {
	out := &lint.Policy{Catalog: p.catalog, Roles: p.roles, TestedRoles: make(map[*role.Role]bool), Now: p.shared.now()}
	out.Parse = func(text string) ([]effect.Effect, bool) {
		cmd, refusal, err := p.parse(&command.State{}, text)
		if err != nil || refusal != nil {
			return nil, false // for example because of a protection
		}
		return cmd.Effects, true
	}
	tested := make(map[*Client]bool)
	for i := range p.tests {
		c := p.tests[i].client
		if p.clients[c.Name] == c {
			tested[c] = true
			continue
		}
		out.TestedRoles[c.rights.Roles[0]] = true
	}
	for _, name := range words.Keys(p.clients) {
		c := p.clients[name]
		out.Clients = append(out.Clients, lint.Client{
			Name: name, At: c.at, Observe: c.observe, Tested: tested[c], Identity: c.id, Rights: &c.rights,
		})
	}
	return out
}

// roleSets returns the role sets of clients, sorted by the clients' names.
func roleSets(clients map[string]*Client) (out []*role.Set) {
	for _, name := range words.Keys(clients) {
		out = append(out, &clients[name].rights)
	}
	return out
}
