package policy

import (
	"cmp"
	"strings"

	"eslguard/command"
)

// A builder compiles a document into a Policy and notes everything that is wrong with it.
type builder struct {
	doc    *document
	rep    *report
	folder string
	shared *shared
	// revision is the policy's to be.
	revision string

	cat       *command.Catalog
	off       []ProtectionOff
	lex       *lexicon
	sets      map[string][]glob
	roles     map[string]*role
	upstreams map[string]*Upstream
	clients   map[string]*Client
	nets      *networks
}

// compile compiles the sources. Its error is a Problems.
func compile(src sources, sh *shared) (*Policy, error) {
	rep := &report{}
	b := &builder{
		doc: readDocument(src.files, rep), rep: rep, folder: src.folder, shared: sh, revision: src.revision(),
		sets:      make(map[string][]glob),
		roles:     make(map[string]*role),
		upstreams: make(map[string]*Upstream),
		clients:   make(map[string]*Client),
		nets:      newNetworks(),
	}
	b.compileAPIs()
	b.compileProtections()
	b.lex = newLexicon(b.cat)
	b.compileSets()
	b.compileRoles()
	b.compileUpstreams()
	b.compileClients()
	b.checkRequirements()
	tests := b.compileTests()
	if err := rep.err(); err != nil {
		return nil, err
	}
	p := &Policy{
		revision: b.revision, shared: sh, sources: src,
		catalog: b.cat, upstreams: b.upstreams, clients: b.clients, roles: b.roles, networks: b.nets,
		off: b.off, tests: tests, warnings: rep.warnings,
	}
	p.networks.setTolls()
	return p, nil
}

// compileAPIs adds the policy's own APIs to the catalogue.
func (b *builder) compileAPIs() {
	b.cat = command.Builtin()
	var mods []command.Module
	for _, d := range b.doc.apis {
		m := command.Module{Name: d.name, UUID: d.uuid, Split: d.split.text}
		if d.class.text != "" {
			c, ok := command.ParseClass(d.class.text)
			if !ok {
				words := classWords("")
				b.rep.errorf(d.class.pos, cmp.Or(didYouMean(d.class.text, words), known(words)), "there is no class %s", quote(d.class.text))
			}
			m.Class = c
		}
		// One at a time, so that the problem can be put in its place. What is wrong is known by its name at least, so that
		// the rules that name it are no problem, too.
		if _, err := b.cat.With([]command.Module{m}); err != nil {
			b.rep.errorf(d.pos, "", "%s", strings.TrimPrefix(err.Error(), "command: "))
			m = command.Module{Name: d.name}
			if _, err := b.cat.With([]command.Module{m}); err != nil {
				continue
			}
		}
		mods = append(mods, m)
	}
	if len(mods) == 0 {
		return
	}
	cat, err := b.cat.With(mods)
	if err != nil {
		b.rep.errorf(b.doc.apis[0].pos, "", "%s", clip(err.Error()))
		return
	}
	b.cat = cat
}

// maxSet is the most entries of one set.
const maxSet = 10_000

func (b *builder) compileSets() {
	for _, d := range b.doc.sets {
		if len(d.entries) > maxSet {
			b.rep.errorf(d.pos, "", "the set has more than %d entries", maxSet)
			continue
		}
		b.sets[d.name] = []glob{}
		seen := make(map[string]bool, len(d.entries))
		for _, e := range d.entries {
			if seen[e.text] {
				b.rep.errorf(e.pos, "", "%s stands twice in the set", quote(e.text))
				continue
			}
			seen[e.text] = true
			if len(e.text) > maxPattern {
				b.rep.errorf(e.pos, "", "the entry is longer than %d bytes", maxPattern)
				continue
			}
			if what := unprinted(e.text); what != "" {
				b.rep.errorf(e.pos, "", "%s holds %s", quote(e.text), what)
				continue
			}
			globs, err := parseAlternative(e.text, nil)
			if err != nil {
				b.rep.errorf(e.pos, err.hint, "%s: %s", quote(e.text), err.text)
				continue
			}
			b.sets[d.name] = append(b.sets[d.name], globs...)
		}
	}
}
