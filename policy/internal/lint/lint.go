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
