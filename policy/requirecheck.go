package policy

import (
	"slices"

	"eslguard/command"
)

// requirements gathers those of several roles. All of them hold.
func requirements(roles []*role) (out []requirement) {
	seen := make(map[*rule]bool)
	for _, r := range roles {
		for _, part := range r.parts {
			for _, q := range part.requires {
				if !seen[q.need] {
					seen[q.need] = true
					out = append(out, q)
				}
			}
		}
	}
	return out
}

// checkRequirements notes the requirements of clients, and of roles that no client has, which can
// never be met.
func (b *builder) checkRequirements() {
	told := make(map[*rule]bool)
	p := &Policy{clients: b.clients, roles: b.roles}
	for _, h := range p.holdings() {
		c := &Client{roles: h.roles, requires: requirements(h.roles)}
		if !slices.ContainsFunc(h.parts(), (*ownRules).dials) {
			continue // nobody is dialled, so nothing is required
		}
		for i := range c.requires {
			q := &c.requires[i]
			if told[q.need] {
				continue
			}
			switch other := c.contradicts(i); {
			case !c.admits(q):
				b.rep.errorf(q.at, "allow it, too", "%s: no rule allows it, so it can never be there", quote(q.need.text))
			case other != nil:
				b.rep.errorf(q.at, "", "%s: %s of the role %s is required as well, so both can never be met",
					quote(q.need.text), quote(other.need.text), quote(other.role))
			default:
				continue
			}
			told[q.need] = true
		}
	}
}

// dials reports whether a rule of its own lets anything be dialled.
func (o *ownRules) dials() bool {
	return slices.ContainsFunc(o.rules, func(r *rule) bool { return !r.deny && r.kind == command.KindDial })
}

// admits reports whether a rule may allow what q needs. Of values that are spelled one must be
// allowed.
func (c *Client) admits(q *requirement) bool {
	values := q.values()
	for _, value := range values {
		e := command.Effect{Kind: command.KindVar, Name: "originate", Tokens: []string{q.name, value}, Args: q.name + " " + value, Fold: 1}
		if _, ok, _ := c.verdict(&e, maxDecideWork); ok {
			return true
		}
	}
	if values != nil {
		return false
	}
	found := false
	(&holding{roles: c.roles}).allows(func(r *rule) {
		if r.kind != command.KindVar || !r.setsOriginate() {
			return
		}
		found = found || len(r.args) == 0 || r.args[0].match(q.name, how{fold: true, broad: true, work: &meter{left: maxDecideWork}})
	})
	return found
}

// contradicts returns another requirement for the same legs and the same variable of which no value
// is one of the i-th, and nil without one.
func (c *Client) contradicts(i int) *requirement {
	q := &c.requires[i]
	for k := range c.requires[:i] {
		o := &c.requires[k]
		if o.key != q.key || !equalFold(o.name, q.name) || q.values() == nil || o.values() == nil {
			continue
		}
		if !slices.ContainsFunc(q.values(), func(v string) bool { return slices.Contains(o.values(), v) }) {
			return o
		}
	}
	return nil
}

// values returns the values that q spells, and nil where one of them is a pattern.
func (q *requirement) values() (out []string) {
	value := &q.need.args[1]
	for i := range value.globs {
		text, literal := value.globs[i].literal()
		if !literal {
			return nil
		}
		out = append(out, text)
	}
	return out
}
