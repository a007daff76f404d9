package policy

import (
	"fmt"
	"slices"
	"strings"

	"eslguard/command"
)

// A holding is the roles that one client has, or a role that no client has: rules that work together.
type holding struct {
	roles  []*role
	limits []limit
}

// doubter collects what is doubtful about rules in the company that they keep.
type doubter struct {
	policy *Policy
	rep    report
	// compared are the pairs of roles of which the denies of the second have been looked at for the first.
	compared map[[2]*ownRules]bool
	told     map[*rule]bool
	// bridged are the rules of which a warning says that they connect trunks.
	bridged map[*rule]bool
}

// doubts returns what is doubtful in the policy as a whole. It may take a while, so no load does it.
func (p *Policy) doubts() Problems {
	d := doubter{policy: p, compared: make(map[[2]*ownRules]bool), told: make(map[*rule]bool), bridged: make(map[*rule]bool)}
	held := p.holdings()
	for i := range held {
		d.shadows(&held[i])
		d.unlimited(&held[i])
		d.directory(&held[i])
		d.extensions(&held[i])
		d.holes(&held[i])
		d.expansions(&held[i])
		d.trunks(&held[i])
		d.aroundDenies(&held[i])
		d.ownBgapi(&held[i])
	}
	d.unmetNeeds(held)
	d.idleLimits(held)
	d.idleRequires(held)
	d.idleDenies(held)
	d.clientDoubts()
	d.untested()
	return d.rep.warnings
}

// holdings returns every combination of roles once.
func (p *Policy) holdings() (out []holding) {
	seen := make(map[string]bool)
	inUse := make(map[*ownRules]bool)
	for _, name := range keys(p.clients) {
		c := p.clients[name]
		var names []string
		for _, r := range c.roles {
			names = append(names, r.name)
			for _, part := range r.parts {
				inUse[part] = true
			}
		}
		slices.Sort(names)
		id := strings.Join(names, "\x00")
		if !seen[id] {
			seen[id] = true
			out = append(out, holding{c.roles, c.limits})
		}
	}
	for _, name := range keys(p.roles) {
		if r := p.roles[name]; !inUse[r.parts[0]] {
			out = append(out, holding{[]*role{r}, smallest([]*role{r})})
		}
	}
	return out
}

// parts returns the roles' own rules, those of included roles among them.
func (h *holding) parts() (out []*ownRules) {
	for _, r := range h.roles {
		out = append(out, r.parts...)
	}
	return out
}

// allows calls f for every allow rule.
func (h *holding) allows(f func(r *rule)) {
	for _, part := range h.parts() {
		for _, r := range part.rules {
			if !r.deny {
				f(r)
			}
		}
	}
}

// shadows notes allow rules of which a deny leaves nothing.
func (d *doubter) shadows(h *holding) {
	parts := h.parts()
	for _, mine := range parts {
		for _, other := range parts {
			pair := [2]*ownRules{mine, other}
			if d.compared[pair] {
				continue
			}
			d.compared[pair] = true
			d.compare(mine, other)
		}
	}
}

func (d *doubter) compare(mine, other *ownRules) {
	for _, deny := range other.rules {
		if !deny.deny {
			continue
		}
		for _, allow := range mine.rules {
			if !allow.deny && !d.told[allow] && covers(deny, allow) {
				d.told[allow] = true
				d.rep.warnf(allow.at, "", "%s: it never allows anything, since %s of the role %s denies it all",
					quote(allow.text), quote(deny.text), quote(deny.role))
			}
		}
	}
}

// unlimited notes rules that let any number be dialled as often as the client likes.
func (d *doubter) unlimited(h *holding) {
	h.allows(func(r *rule) {
		if !r.dialsAnything() || d.told[r] {
			return
		}
		for i := range h.limits {
			if l := &h.limits[i]; l.measure != atOnce && covers(l.rule, r) {
				return
			}
		}
		d.told[r] = true
		d.rep.warnf(r.at, `narrow it, or add "limits": { "dial": [ "2/s", "2000/day" ] }`,
			"%s: any number may be dialled, as often as the client likes", quote(r.text))
	})
}

// names reports whether r is about effects of that name, whatever their arguments.
func (r *rule) names(e *command.Effect) bool {
	return r.matchAnyName(unmetered(e), e.Name)
}

// untested notes, all in one, the clients that no test is about.
func (d *doubter) untested() {
	tested := make(map[string]bool)
	roles := make(map[*role]bool)
	for i := range d.policy.tests {
		c := d.policy.tests[i].client
		if d.policy.clients[c.Name] == c {
			tested[c.Name] = true
			continue
		}
		roles[c.roles[0]] = true
	}
	var missing []*Client
	for _, name := range keys(d.policy.clients) {
		c := d.policy.clients[name]
		byRole := slices.ContainsFunc(c.roles, func(r *role) bool { return roles[r] })
		if !tested[name] && !byRole {
			missing = append(missing, c)
		}
	}
	if len(missing) == 0 {
		return
	}
	who := quote(missing[0].Name)
	if n := len(missing) - 1; n > 0 {
		who += fmt.Sprintf(" and %d more may", n)
	} else {
		who += " may"
	}
	d.rep.warnf(missing[0].at, `"tests": [ { "client": …, "send": "api status", "expect": "allow" } ]`, "no test says what %s and may not", who)
}
