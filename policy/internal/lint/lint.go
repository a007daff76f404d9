package lint

import (
	"time"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
)

// A Policy is what Warnings needs to know of a policy.
type Policy struct {
	Catalog *catalog.Catalog
	// Roles are all roles by name, those of clients and the others.
	Roles map[string]*role.Role
	// Clients are in the order of their names.
	Clients []Client
	// TestedRoles are the roles that a test names in place of a client.
	TestedRoles map[*role.Role]bool
	// Now is the time at which the passwords are checked.
	Now time.Time
	// Parse parses the one command in text with the policy's catalogue. It returns false if the
	// command cannot be parsed or is refused.
	Parse func(text string) ([]effect.Effect, bool)
}

// A Client is one client of the policy.
type Client struct {
	Name string
	// At is the position of the client's warnings.
	At document.Pos
	// Observe is true in observe mode. Tested is true if a test names the client.
	Observe, Tested bool
	// Identity and Rights are never nil.
	Identity *credential.Identity
	Rights   *role.Set
}

// A linter collects the warnings about one policy.
type linter struct {
	policy *Policy
	rep    document.Report
	// compared are the pairs of roles for which the allow rules of the first have been compared
	// with the deny rules of the second.
	compared map[[2]*role.Part]bool
	// warned are the rules that already have a warning, so that a rule gets one and not several.
	warned map[*rule.Rule]bool
	// trunkWarned are the rules with a warning that trunks can be connected.
	trunkWarned map[*rule.Rule]bool
}

// Warnings returns the warnings about the policy as a whole, in no particular order, and nil if
// there are none. It leaves out those of single rules, which [Rule] returns. It compares rules with
// each other and parses sample commands, so it is too slow for every load of a policy.
func (p *Policy) Warnings() document.Problems {
	d := linter{policy: p, compared: make(map[[2]*role.Part]bool), warned: make(map[*rule.Rule]bool), trunkWarned: make(map[*rule.Rule]bool)}
	rights := make([]*role.Set, len(p.Clients))
	for i := range p.Clients {
		rights[i] = p.Clients[i].Rights
	}
	sets := role.Combinations(rights, p.Roles)
	for i := range sets {
		d.cancelledRules(&sets[i])
		d.unlimited(&sets[i])
		d.directoryValues(&sets[i])
		d.extensions(&sets[i])
		d.openSubcommands(&sets[i])
		d.uncoveredExpansions(&sets[i])
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
