package policy

import (
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/words"
)

// An offDef switches off one protection.
type offDef struct {
	name string
	pos  pos
	note located
}

const offHint = `say why, as in "expr-depth": "our build has the fix"`

// protectionsOff reads the names of protections that are off, each with the reason for it.
func (doc *document) protectionsOff(r *fileReader) nameReader {
	return func(name string, p pos, n *node, at *path) {
		d := offDef{name: name, pos: p, note: located{n.text, r.pos(n, at)}}
		if r.is(n, at, '"') && strings.TrimSpace(n.text) == "" {
			r.errorf(n, at, offHint, "the reason is empty")
		}
		doc.off = append(doc.off, d)
	}
}

// compileProtections switches off what the policy does without, and warns of each.
func (b *builder) compileProtections() {
	for _, d := range b.doc.off {
		cat, err := b.cat.Without(d.name)
		if err != nil {
			b.rep.errorf(d.pos, words.DidYouMean(d.name, protectionNames()), "there is no protection %s", words.Quote(d.name))
			continue
		}
		b.cat = cat
		b.off = append(b.off, ProtectionOff{Name: d.name, Note: d.note.text})
		b.rep.warnf(d.pos, words.Clip(d.note.text), "the protection %s is off", d.name)
	}
}

func protectionNames() []string {
	var names []string
	for _, p := range command.Protections() {
		names = append(names, p.Name)
	}
	return names
}
