package policy

import (
	"cmp"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/document"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// compileAPIs adds the policy's own APIs to the catalogue.
func (b *builder) compileAPIs() {
	b.cat = catalog.Builtin()
	var mods []catalog.Module
	for i := range b.doc.APIs {
		d := &b.doc.APIs[i]
		m := catalog.Module{Name: d.Name, UUID: d.UUID, Split: d.Split.Text, Class: b.class(d.Class), Secret: d.Secret}
		for _, s := range d.Subcommands {
			m.Subcommands = append(m.Subcommands, catalog.Subcommand{Name: s.Name, Class: b.class(s.Class), Secret: s.Secret})
		}
		// Add them one at a time, so that a problem gets the position of its API. An API with a
		// problem is added by its name alone, so that rules that name it are not reported as well.
		if _, err := b.cat.With([]catalog.Module{m}); err != nil {
			b.rep.Errorf(d.Pos, "", "%s", strings.TrimPrefix(err.Error(), "catalog: "))
			m = catalog.Module{Name: d.Name}
			if _, err := b.cat.With([]catalog.Module{m}); err != nil {
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
		b.rep.Errorf(b.doc.APIs[0].Pos, "", "%s", words.Clip(err.Error()))
		return
	}
	b.cat = cat
}

// class returns the class of that name, or ClassNone if the name is empty. It reports an unknown
// name.
func (b *builder) class(name document.Text) effect.Class {
	if name.Text == "" {
		return effect.ClassNone
	}
	c, ok := effect.ParseClass(name.Text)
	if !ok {
		names := rule.ClassNames("")
		b.rep.Errorf(name.Pos, cmp.Or(words.DidYouMean(name.Text, names), words.KnownAre(names)), "there is no class %s", words.Quote(name.Text))
	}
	return c
}

// compileProtections switches off the protections in "protections_off" and adds a warning for each.
func (b *builder) compileProtections() {
	for _, d := range b.doc.ProtectionsOff {
		cat, err := b.cat.Without(d.Name)
		if err != nil {
			b.rep.Errorf(d.Pos, words.DidYouMean(d.Name, protectionNames()), "there is no protection %s", words.Quote(d.Name))
			continue
		}
		b.cat = cat
		b.protectionsOff = append(b.protectionsOff, ProtectionOff{Name: d.Name, Note: d.Note.Text})
		b.rep.Warnf(d.Pos, words.Clip(d.Note.Text), "the protection %s is off", d.Name)
	}
}

func protectionNames() []string {
	var names []string
	for _, p := range catalog.Protections() {
		names = append(names, p.Name)
	}
	return names
}
