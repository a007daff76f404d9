package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/words"
)

// checked returns the policy as it is checked for what is doubtful in it.
func (p *Policy) checked() *checked {
	out := &checked{catalog: p.catalog, roles: p.roles, testedRoles: make(map[*role.Role]bool), now: p.runtime.now()}
	out.parse = func(text string) ([]command.Effect, bool) {
		cmd, refusal, err := p.parse(&command.State{}, text)
		if err != nil || refusal != nil {
			return nil, false // because of a protection, perhaps
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
		out.testedRoles[c.rights.Roles[0]] = true
	}
	for _, name := range words.Keys(p.clients) {
		c := p.clients[name]
		out.clients = append(out.clients, checkedClient{
			name: name, at: c.at, observe: c.observe, tested: tested[c], identity: c.id, rights: &c.rights,
		})
	}
	return out
}

// roleSets returns the role sets of clients, in the order of the clients' names.
func roleSets(clients map[string]*Client) (out []*role.Set) {
	for _, name := range words.Keys(clients) {
		out = append(out, &clients[name].rights)
	}
	return out
}
