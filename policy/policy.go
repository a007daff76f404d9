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

// A Policy says which effects each client may cause. It never changes after it is compiled, and is
// safe for concurrent use.
type Policy struct {
	revision       string
	shared         *sharedState
	sources        document.Sources
	catalog        *catalog.Catalog
	protectionsOff []ProtectionOff
	upstreams      map[string]*Upstream
	clients        map[string]*Client
	roles          map[string]*role.Role
	networks       *credential.Networks
	tests          []test
	warnings       Problems
}

// sharedState is the state that a Store passes on from one policy to the next.
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

// retain forgets the state that only policies before p needed.
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

// limits returns the limits of every client by its name.
func (p *Policy) limits() map[string][]limit.Limit {
	out := make(map[string][]limit.Limit, len(p.clients))
	for name, c := range p.clients {
		out[name] = c.rights.Limits
	}
	return out
}

// Load reads the policy at path, a file or a folder of *.json files, and compiles it. It does not
// run the policy's tests. Its error is a Problems with everything that is wrong, or an error that
// says why the files cannot be read.
func Load(path string) (*Policy, error) {
	src, err := document.ReadSources(path)
	if err != nil {
		return nil, err
	}
	return compile(src, newSharedState())
}

// Parse compiles a policy of one file, as Load does. name is the file's name in problems. Relative
// paths in the policy start from the working directory. Its error is a Problems.
func Parse(name string, data []byte) (*Policy, error) {
	if len(data) > document.MaxFile {
		return nil, Problems{{File: name, Text: "the file is too large"}}
	}
	return compile(document.Sources{Folder: ".", Files: []*document.Source{{Name: name, Data: data}}}, newSharedState())
}

// Revision returns a short hash of the policy's content: 12 hexadecimal digits.
func (p *Policy) Revision() string { return p.revision }

// Catalog returns the catalogue to parse commands with: the built-in one with the policy's "apis"
// and without the protections that the policy switches off. It is never nil.
func (p *Policy) Catalog() *catalog.Catalog { return p.catalog }

// Warnings returns what is probably a mistake in the policy, although it can be used. It returns
// nil if there is nothing.
func (p *Policy) Warnings() []Problem {
	return slices.Concat(p.warnings, p.lintPolicy().Warnings()).Sorted()
}

// Knows reports whether any client may connect from addr.
func (p *Policy) Knows(addr netip.Addr) bool { return p.networks.Contains(addr) }

// KnowsDomain reports whether the user of any client has that domain, compared exactly. It returns
// false for "".
func (p *Policy) KnowsDomain(domain string) bool {
	for _, c := range p.clients {
		if _, of, _ := strings.Cut(c.id.User, "@"); of == domain && domain != "" {
			return true
		}
	}
	return false
}

// FilesWithHashes returns the names of the policy's files that contain hashes of clients'
// passwords, sorted and as in Summary.Files. It returns nil if there are none.
func (p *Policy) FilesWithHashes() (names []string) {
	for _, c := range p.clients {
		if len(c.id.Secrets) > 0 && c.at.Source != nil {
			names = append(names, c.at.Source.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Client returns the client of that name, or nil if there is none.
func (p *Policy) Client(name string) *Client { return p.clients[name] }

// Upstreams returns a new map with the upstreams by name.
func (p *Policy) Upstreams() map[string]*Upstream { return maps.Clone(p.upstreams) }

// Suggester returns a Suggester for c, which must be a client of the policy. For a nil client it
// suggests nothing.
func (p *Policy) Suggester(c *Client) *learn.Suggester {
	if c == nil {
		return learn.NewSuggester(p.catalog, nil)
	}
	return learn.NewSuggester(p.catalog, &c.rights)
}
