package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/words"
)

// compileProtections switches off what the policy does without, and warns of each.
func (b *builder) compileProtections() {
	for _, d := range b.doc.ProtectionsOff {
		cat, err := b.cat.Without(d.Name)
		if err != nil {
			b.rep.Errorf(d.Pos, words.DidYouMean(d.Name, protectionNames()), "there is no protection %s", words.Quote(d.Name))
			continue
		}
		b.cat = cat
		b.off = append(b.off, ProtectionOff{Name: d.Name, Note: d.Note.Text})
		b.rep.Warnf(d.Pos, words.Clip(d.Note.Text), "the protection %s is off", d.Name)
	}
}

func protectionNames() []string {
	var names []string
	for _, p := range command.Protections() {
		names = append(names, p.Name)
	}
	return names
}
