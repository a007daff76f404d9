package policy

import (
	"cmp"
	"strings"

	"eslguard/command"
)

// An apiDef is one entry of "apis": an API outside FreeSWITCH's own tree, or what is to be added to
// one of the tree.
type apiDef struct {
	name         string
	pos          pos
	class, split spot
	uuid, secret []int
	subs         []subcommandDef
}

type subcommandDef struct {
	name   string
	class  spot
	secret []int
}

// maxSlot is the last token of an API that "uuid" and "secret" may name: effects fold and mark no
// more than 64.
const maxSlot = 63

func (doc *document) api(r *fileReader) nameReader {
	return func(name string, p pos, n *node, at *place) {
		d := apiDef{name: name, pos: p}
		r.object(n, at,
			field{"note", r.note},
			field{"class", func(n *node, at *place) { d.class, _ = r.text(n, at) }},
			field{"split", func(n *node, at *place) { d.split, _ = r.text(n, at) }},
			field{"uuid", func(n *node, at *place) { d.uuid = r.slots(n, at) }},
			field{"secret", func(n *node, at *place) { d.secret = r.slots(n, at) }},
			field{"subcommands", func(n *node, at *place) {
				r.names(n, at, func(name string, _ pos, n *node, at *place) { d.subs = append(d.subs, r.subcommand(name, n, at)) })
			}},
		)
		doc.apis = append(doc.apis, d)
	}
}

func (r *fileReader) subcommand(name string, n *node, at *place) subcommandDef {
	d := subcommandDef{name: name}
	r.object(n, at,
		field{"note", r.note},
		field{"class", func(n *node, at *place) { d.class, _ = r.text(n, at) }},
		field{"secret", func(n *node, at *place) { d.secret = r.slots(n, at) }},
	)
	return d
}

// slots reads a list of indexes of tokens.
func (r *fileReader) slots(n *node, at *place) (list []int) {
	r.array(n, at, 0, func(n *node, at *place) { list = append(list, r.number(n, at, 0, maxSlot)) })
	return list
}

// compileAPIs adds the policy's own APIs to the catalogue.
func (b *builder) compileAPIs() {
	b.cat = command.Builtin()
	var mods []command.Module
	for i := range b.doc.apis {
		d := &b.doc.apis[i]
		m := command.Module{Name: d.name, UUID: d.uuid, Split: d.split.text, Class: b.class(d.class), Secret: d.secret}
		for _, s := range d.subs {
			m.Subcommands = append(m.Subcommands, command.Subcommand{Name: s.name, Class: b.class(s.class), Secret: s.secret})
		}
		// One at a time, so that the problem can be put in its place. What is wrong is known by its
		// name at least, so that the rules that name it are no problem, too.
		if _, err := b.cat.With([]command.Module{m}); err != nil {
			b.rep.errorf(d.pos, "", "%s", strings.TrimPrefix(err.Error(), "catalog: "))
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

// class returns the class of that name, and ClassNone where none is stated. It reports a name that
// is none.
func (b *builder) class(name spot) command.Class {
	if name.text == "" {
		return command.ClassNone
	}
	c, ok := command.ParseClass(name.text)
	if !ok {
		words := classWords("")
		b.rep.errorf(name.pos, cmp.Or(didYouMean(name.text, words), known(words)), "there is no class %s", quote(name.text))
	}
	return c
}
