package policy

import (
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"

	"eslguard/catalog"
	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/limit"
	"eslguard/policy/internal/role"
	"eslguard/policy/learn"
)

// A Policy says who may cause which effect. It is a value: compiled once, never changed, safe for
// use by many goroutines.
type Policy struct {
	revision  string
	runtime   *sharedState
	sources   document.Sources
	catalog   *catalog.Catalog
	off       []ProtectionOff
	upstreams map[string]*Upstream
	clients   map[string]*Client
	roles     map[string]*role.Role
	networks  *credential.Networks
	tests     []test
	warnings  Problems
}

// sharedState is what outlives a policy: a Store hands it on from one to the next.
type sharedState struct {
	verifier *credential.Verifier
	buckets  *limit.Buckets
	now      func() time.Time
}

func newSharedState() *sharedState {
	return &sharedState{
		verifier: credential.NewVerifier(),
		buckets:  limit.NewBuckets(),
		now:      time.Now,
	}
}

// retain forgets what only policies before p needed.
func (s *sharedState) retain(p *Policy) {
	keep := make(map[string]bool)
	for _, c := range p.clients {
		for i := range c.id.Secrets {
			keep[c.id.Secrets[i].Text] = true
		}
	}
	s.verifier.Retain(keep)
	s.buckets.Retain(p.limits(), s.now())
}

// limits returns the limits of every client, by its name.
func (p *Policy) limits() map[string][]limit.Limit {
	out := make(map[string][]limit.Limit, len(p.clients))
	for name, c := range p.clients {
		out[name] = c.rights.Limits
	}
	return out
}

// Load reads the policy file, or the folder of *.json files, at path, and compiles it. It does not
// run the policy's tests. Its error is a Problems with everything that is wrong, or says why the
// files cannot be read.
func Load(path string) (*Policy, error) {
	src, err := document.ReadSources(path)
	if err != nil {
		return nil, err
	}
	return compile(src, newSharedState())
}

// Parse compiles data as the one policy file of that name, as Load does. Relative paths in it start
// from the working directory.
func Parse(name string, data []byte) (*Policy, error) {
	if len(data) > document.MaxFile {
		return nil, Problems{{File: name, Text: "the file is too large"}}
	}
	return compile(document.Sources{Folder: ".", Files: []*document.Source{{Name: name, Data: data}}}, newSharedState())
}

// Revision returns a short hash of the policy's content: 12 hexadecimal digits.
func (p *Policy) Revision() string { return p.revision }

// Catalog returns the catalogue that commands are to be parsed with: the built-in one, the policy's
// own "apis", and without the protections that it switches off.
func (p *Policy) Catalog() *catalog.Catalog { return p.catalog }

// Warnings returns what is doubtful in the policy though it can be used, nil for nothing.
func (p *Policy) Warnings() []Problem {
	return slices.Concat(p.warnings, p.checked().Warnings()).Sorted()
}

// Knows reports whether any client may connect from addr.
func (p *Policy) Knows(addr netip.Addr) bool { return p.networks.Contains(addr) }

// KnowsDomain reports whether any client's user is of that domain, which is compared as it is. The
// empty one is nobody's.
func (p *Policy) KnowsDomain(domain string) bool {
	for _, c := range p.clients {
		if _, of, _ := strings.Cut(c.id.User, "@"); of == domain && domain != "" {
			return true
		}
	}
	return false
}

// FilesWithHashes returns the names, as in the Summary's Files, of those of the policy's files that
// hold hashes of clients' passwords, sorted. It is nil where there is none.
func (p *Policy) FilesWithHashes() (names []string) {
	for _, c := range p.clients {
		if len(c.id.Secrets) > 0 && c.at.Source != nil {
			names = append(names, c.at.Source.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Client returns the client of that name, and nil without one.
func (p *Policy) Client(name string) *Client { return p.clients[name] }

// Upstreams returns the upstreams by name.
func (p *Policy) Upstreams() map[string]*Upstream { return maps.Clone(p.upstreams) }

// Enclosed returns the networks that lie within wider ones of other clients, sorted by address.
// Each stands once, with the narrowest of the networks around it. It returns nil when there are
// none.
func (p *Policy) Enclosed() []Enclosed { return p.networks.Enclosed() }

// Suggester returns a Suggester for one of the policy's clients. A nil client is allowed nothing,
// and nothing is suggested for it.
func (p *Policy) Suggester(c *Client) *learn.Suggester {
	if c == nil {
		return learn.NewSuggester(p.catalog, nil)
	}
	return learn.NewSuggester(p.catalog, &c.rights)
}
