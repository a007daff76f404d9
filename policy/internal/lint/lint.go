package lint

import (
	"fmt"
	"slices"
	"time"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A Policy is the policy that is checked.
type Policy struct {
	Catalog *catalog.Catalog
	Roles   map[string]*role.Role
	// Clients are in the order of their names.
	Clients []Client
	// TestedRoles are the roles that a test is about.
	TestedRoles map[*role.Role]bool
	Now         time.Time
	// Parse parses the one command in text, with the policy's catalogue. It returns false if the
	// command cannot be parsed, or is refused.
	Parse func(text string) ([]effect.Effect, bool)
}

// A Client is one client of the policy.
type Client struct {
	Name string
	At   document.Pos
	// Observe says that it is in observe mode, tested that a test is about it.
	Observe, Tested bool
	Identity        *credential.Identity
	Rights          *role.Set
}

// A linter collects warnings about rules that work together.
type linter struct {
	policy *Policy
	rep    document.Report
	// compared are the pairs of roles of which the denies of the second have been looked at for the
	// first.
	compared map[[2]*role.Own]bool
	warned   map[*rule.Rule]bool
	// bridgeWarned are the rules of which a warning says that they connect trunks.
	bridgeWarned map[*rule.Rule]bool
}

// Warnings returns what is doubtful in the policy as a whole. It may take a while, so no load does
// it.
func (p *Policy) Warnings() document.Problems {
	d := linter{policy: p, compared: make(map[[2]*role.Own]bool), warned: make(map[*rule.Rule]bool), bridgeWarned: make(map[*rule.Rule]bool)}
	rights := make([]*role.Set, len(p.Clients))
	for i := range p.Clients {
		rights[i] = p.Clients[i].Rights
	}
	sets := role.Combinations(rights, p.Roles)
	for i := range sets {
		d.cancelledRules(&sets[i])
		d.unlimited(&sets[i])
		d.directory(&sets[i])
		d.extensions(&sets[i])
		d.openAPIs(&sets[i])
		d.expansions(&sets[i])
		d.trunks(&sets[i])
		d.bypassedDenies(&sets[i])
		d.bgapiRules(&sets[i])
	}
	d.unmetNeeds(sets)
	d.idleLimits(sets)
	d.idleRequires(sets)
	d.idleDenies(sets)
	d.clients()
	d.untested()
	return d.rep.Warnings
}

// cancelledRules notes allow rules of which a deny leaves nothing.
func (d *linter) cancelledRules(h *role.Set) {
	parts := h.Parts()
	for _, mine := range parts {
		for _, other := range parts {
			pair := [2]*role.Own{mine, other}
			if d.compared[pair] {
				continue
			}
			d.compared[pair] = true
			d.compare(mine, other)
		}
	}
}

func (d *linter) compare(mine, other *role.Own) {
	for _, deny := range other.Rules {
		if !deny.Deny {
			continue
		}
		for _, allow := range mine.Rules {
			if !allow.Deny && !d.warned[allow] && rule.Covers(deny, allow) {
				d.warned[allow] = true
				d.rep.Warnf(allow.Pos, "", "%s: it never allows anything, since %s of the role %s denies it all",
					words.Quote(allow.Text), words.Quote(deny.Text), words.Quote(deny.Role))
			}
		}
	}
}

// unlimited notes rules that let any number be dialled as often as the client likes.
func (d *linter) unlimited(h *role.Set) {
	h.EachAllow(func(r *rule.Rule) {
		if !dialsAnything(r) || d.warned[r] {
			return
		}
		for i := range h.Limits {
			if l := &h.Limits[i]; l.Measure != limit.AtOnce && rule.Covers(l.Rule, r) {
				return
			}
		}
		d.warned[r] = true
		d.rep.Warnf(r.Pos, `narrow it, or add "limits": { "dial": [ "2/s", "2000/day" ] }`,
			"%s: any number may be dialled, as often as the client likes", words.Quote(r.Text))
	})
}

// untested notes, all in one, the clients that no test is about.
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
		who += fmt.Sprintf(" and %d more may", n)
	} else {
		who += " may"
	}
	d.rep.Warnf(missing[0].At, `"tests": [ { "client": …, "send": "api status", "expect": "allow" } ]`, "no test says what %s and may not", who)
}
