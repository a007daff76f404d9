package lint

import (
	"fmt"
	"net/netip"
	"slices"

	"eslguard/effect"
	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// untested adds one warning for all clients that no test is about.
func (d *linter) untested() {
	var missing []*Client
	for i := range d.policy.Clients {
		c := &d.policy.Clients[i]
		byRole := slices.ContainsFunc(c.Rights.Roles, func(r *role.Role) bool { return d.policy.TestedRoles[r] })
		if !c.Tested && !byRole {
			missing = append(missing, c)
		}
	}
	if len(missing) == 0 {
		return
	}
	who := words.Quote(missing[0].Name)
	if n := len(missing) - 1; n > 0 {
		who += fmt.Sprintf(" and %d more", n)
	}
	d.rep.Warnf(missing[0].At, `add one, such as "tests": [ { "client": …, "send": "api status", "expect": "allow" } ]`, "no test checks what %s may do, so nothing notices a change that breaks its rules", who)
}

// clients warns of clients in observe mode, of their passwords, and of clients that may change the
// switch's configuration from any address.
func (d *linter) clients() {
	for i := range d.policy.Clients {
		c := &d.policy.Clients[i]
		if c.Observe {
			d.rep.Warnf(c.At, `remove "mode" once its rules fit`, "%s is in observe mode: what its rules deny is forwarded all the same", words.Quote(c.Name))
		}
		d.passwords(c)
		if !fromAnywhere(c.Identity) {
			continue
		}
		for _, own := range c.Rights.Roles {
			i := slices.IndexFunc(own.Rules, func(r *rule.Rule) bool { return !r.Deny && changesConfiguration(r) })
			if i >= 0 {
				d.rep.Warnf(c.At, `name its networks in "from"`, "%s may connect from anywhere, and %s lets it change the switch's configuration",
					words.Quote(c.Name), words.Quote(own.Rules[i].Text))
				break
			}
		}
	}
}

// changesConfiguration reports whether a rule names a class of APIs or applications that change the
// switch or run programs, or names all of them.
func changesConfiguration(r *rule.Rule) bool {
	const classes = 1<<effect.ClassConfig | 1<<effect.ClassExec
	return (r.Kind == effect.KindAPI || r.Kind == effect.KindApp) && (r.Classes&classes != 0 || r.AnyName)
}

// fromAnywhere reports whether one of the client's networks contains every address of IPv4 or IPv6.
func fromAnywhere(id *credential.Identity) bool {
	return slices.ContainsFunc(id.From, func(p netip.Prefix) bool { return p.Bits() == 0 })
}
