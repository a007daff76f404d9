package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/words"
)

// A builder compiles a document into a Policy and notes everything that is wrong with it.
type builder struct {
	doc     *document
	rep     *report
	folder  string
	runtime *sharedState
	// revision is the policy's to be.
	revision string

	cat       *command.Catalog
	off       []ProtectionOff
	vocab     *vocabulary
	sets      map[string][]glob
	roles     map[string]*role
	upstreams map[string]*Upstream
	clients   map[string]*Client
	nets      *networks
}

// compile compiles the sources. Its error is a Problems.
func compile(src sources, sh *sharedState) (*Policy, error) {
	rep := &report{}
	b := &builder{
		doc: readDocument(src.files, rep), rep: rep, folder: src.folder, runtime: sh, revision: src.revision(),
		sets:      make(map[string][]glob),
		upstreams: make(map[string]*Upstream),
		clients:   make(map[string]*Client),
		nets:      newNetworks(),
	}
	b.compileAPIs()
	b.compileProtections()
	b.vocab = newVocabulary(b.cat)
	b.compileSets()
	rc := roleCompiler{
		rules: &ruleCompiler{vocab: b.vocab, sets: b.sets},
		lint:  func(r *rule) []*fault { return lintRule(b.vocab, r) },
		rep:   rep,
	}
	b.roles = rc.compile(b.doc.roles)
	b.compileUpstreams()
	b.compileClients()
	checkRequirements(combinations(roleSets(b.clients), b.roles), rep)
	tests := b.compileTests()
	if err := rep.err(); err != nil {
		return nil, err
	}
	p := &Policy{
		revision: b.revision, runtime: sh, sources: src,
		catalog: b.cat, upstreams: b.upstreams, clients: b.clients, roles: b.roles, networks: b.nets,
		off: b.off, tests: tests, warnings: rep.warnings,
	}
	p.networks.setFailureCosts()
	return p, nil
}

// maxSet is the most entries of one set.
const maxSet = 10_000

func (b *builder) compileSets() {
	for _, d := range b.doc.sets {
		if !isSetName(d.name) {
			b.rep.errorf(d.pos, "", "the name of a set is made of letters, digits, - and _")
		}
		if len(d.entries) > maxSet {
			b.rep.errorf(d.pos, "", "the set has more than %d entries", maxSet)
			continue
		}
		b.sets[d.name] = []glob{}
		seen := make(map[string]bool, len(d.entries))
		for _, e := range d.entries {
			if seen[e.text] {
				b.rep.errorf(e.pos, "", "%s stands twice in the set", words.Quote(e.text))
				continue
			}
			seen[e.text] = true
			if len(e.text) > maxPattern {
				b.rep.errorf(e.pos, "", "the entry is longer than %d bytes", maxPattern)
				continue
			}
			if what := words.Unprintable(e.text); what != "" {
				b.rep.errorf(e.pos, "", "%s holds %s", words.Quote(e.text), what)
				continue
			}
			globs, err := parseAlternative(e.text, nil)
			if err != nil {
				b.rep.errorf(e.pos, err.hint, "%s: %s", words.Quote(e.text), err.text)
				continue
			}
			b.sets[d.name] = append(b.sets[d.name], globs...)
		}
	}
}
