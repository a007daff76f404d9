package policy

import (
	"eslguard/catalog"
	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/lint"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/role"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A builder compiles a document into a Policy and reports everything that is wrong with it.
type builder struct {
	doc    *document.Document
	rep    *document.Report
	folder string
	shared *sharedState
	// revision is that of the new policy.
	revision string

	cat            *catalog.Catalog
	protectionsOff []ProtectionOff
	vocab          *rule.Vocabulary
	sets           map[string][]pattern.Glob
	roles          map[string]*role.Role
	upstreams      map[string]*Upstream
	clients        map[string]*Client
	nets           *credential.Networks
}

// compile compiles the sources into a policy that uses sh. Its error is a Problems.
func compile(src document.Sources, sh *sharedState) (*Policy, error) {
	rep := &document.Report{}
	b := &builder{
		doc: document.Read(src.Files, rep), rep: rep, folder: src.Folder, shared: sh, revision: src.Revision(),
		sets:      make(map[string][]pattern.Glob),
		upstreams: make(map[string]*Upstream),
		clients:   make(map[string]*Client),
		nets:      credential.NewNetworks(),
	}
	b.compileAPIs()
	b.compileProtections()
	b.vocab = rule.NewVocabulary(b.cat)
	b.compileSets()
	rc := role.Compiler{
		Rules: &rule.Compiler{Vocab: b.vocab, Sets: b.sets},
		Lint:  func(r *rule.Rule) []*pattern.Fault { return lint.Rule(b.vocab, r) },
		Rep:   rep,
	}
	b.roles = rc.Compile(b.doc.Roles)
	b.compileUpstreams()
	b.compileClients()
	role.CheckRequirements(role.Combinations(roleSets(b.clients), b.roles), rep)
	tests := b.compileTests()
	if err := rep.Err(); err != nil {
		return nil, err
	}
	p := &Policy{
		revision: b.revision, shared: sh, sources: src,
		catalog: b.cat, upstreams: b.upstreams, clients: b.clients, roles: b.roles, networks: b.nets,
		protectionsOff: b.protectionsOff, tests: tests, warnings: rep.Warnings,
	}
	p.networks.SetFailureCosts()
	return p, nil
}

// maxSet is the most entries of one set.
const maxSet = 10_000

// compileSets compiles the sets' entries, each of which is a pattern of rules.
func (b *builder) compileSets() {
	for _, d := range b.doc.Sets {
		if !pattern.IsSetName(d.Name) {
			b.rep.Errorf(d.Pos, "", "the name of a set is made of letters, digits, - and _")
		}
		if len(d.Entries) > maxSet {
			b.rep.Errorf(d.Pos, "", "the set has more than %d entries", maxSet)
			continue
		}
		b.sets[d.Name] = []pattern.Glob{}
		seen := make(map[string]bool, len(d.Entries))
		for _, e := range d.Entries {
			if seen[e.Text] {
				b.rep.Errorf(e.Pos, "", "%s is listed twice in the set", words.Quote(e.Text))
				continue
			}
			seen[e.Text] = true
			if len(e.Text) > pattern.MaxPattern {
				b.rep.Errorf(e.Pos, "", "the entry is longer than %d bytes", pattern.MaxPattern)
				continue
			}
			if what := words.Unprintable(e.Text); what != "" {
				b.rep.Errorf(e.Pos, "", "%s contains %s", words.Quote(e.Text), what)
				continue
			}
			globs, err := pattern.ParseAlternative(e.Text, nil)
			if err != nil {
				b.rep.Errorf(e.Pos, err.Hint, "%s: %s", words.Quote(e.Text), err.Text)
				continue
			}
			b.sets[d.Name] = append(b.sets[d.Name], globs...)
		}
	}
}
