package catalog

import (
	"fmt"
	"maps"
	"slices"

	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// A Module describes an API of a module that is not in FreeSWITCH's own tree, as a policy states
// it. Of an API that the tree has, it only adds to what is known: Secret and Subcommands.
type Module struct {
	Name  string
	Class effect.Class
	// UUID lists which tokens hold channel uuids, from 0.
	UUID []int
	// Split is "space", "words N", "char X N", "first" or "whole". Empty: whole. "space" is
	// "words N" with as many slots as there are words.
	Split string
	// Secret lists which tokens are secrets, from 0. Nil: none.
	Secret []int
	// Subcommands are those that a patched module has besides its own. Nil: none.
	Subcommands []Subcommand
}

// A Subcommand is one that the tree's own module does not have.
type Subcommand struct {
	Name string
	// Class is that of the API with this subcommand. ClassNone: the API's own.
	Class effect.Class
	// Secret lists which tokens of the whole argument are secrets, from 0. Nil: none.
	Secret []int
}

// A subcommandRule says of an API of the tree how to tell whether a subcommand is one of its own.
type subcommandRule struct {
	at  int                   // which token it is
	own func(sub string) bool // sub is in lower case
}

// extensible are the APIs of the tree of which a subcommand that is not known makes the command
// opaque. Only these need to be told of others: of all other APIs a rule can name any subcommand.
var extensible = map[string]subcommandRule{"conference": {1, ownConferenceCommand}}

// maxToken is the highest token index that a Module may name: effects fold and mark no more.
const maxToken = 63

// With returns a catalogue that also knows mods. Its error names the entry that is wrong.
func (c *Catalog) With(mods []Module) (*Catalog, error) {
	if len(mods) == 0 {
		return c, nil
	}
	n := &Catalog{apis: maps.Clone(c.apis), apps: c.apps, off: c.off, places: slices.Clone(c.SecretPlaces())}
	for i := range mods {
		if err := n.describe(c, &mods[i]); err != nil {
			return nil, fmt.Errorf("catalog: API %.64q: %w", mods[i].Name, err)
		}
	}
	return n, nil
}

// describe adds what m says to n, which begins as a copy of c.
func (n *Catalog) describe(c *Catalog, m *Module) error {
	key := ascii.ToLower(m.Name)
	if !fstext.IsPlain(key) {
		return fmt.Errorf("not a plain name")
	}
	e := c.apis[key]
	switch {
	case e != nil:
		if m.Class != effect.ClassNone || m.Split != "" || len(m.UUID) > 0 || len(m.Secret)+len(m.Subcommands) == 0 {
			return fmt.Errorf(`FreeSWITCH's own tree has it, so that only "secret" and "subcommands" can be said of it`)
		}
		if n.apis[key] != e {
			return fmt.Errorf("described twice")
		}
		known := *e
		e = &known
	case n.apis[key] != nil:
		return fmt.Errorf("described twice")
	default:
		e = &Entry{Name: key, Path: "api " + key, Class: m.Class, uuid: uuidRule{index: m.UUID}}
		var err error
		if e.Split, err = fstext.ParseSplitter(m.Split); err != nil {
			return err
		}
		if err := e.checkTokens("uuid", m.UUID); err != nil {
			return err
		}
	}
	n.apis[key] = e
	if err := n.addPlace(e, "", m.Secret); err != nil {
		return err
	}
	return n.addSubcommands(e, m.Subcommands)
}

// checkTokens refuses indexes of tokens that the argument of e cannot have.
func (e *Entry) checkTokens(what string, list []int) error {
	slots := e.Split.SlotCount()
	for _, i := range list {
		switch {
		case i < 0 || i > maxToken:
			return fmt.Errorf("%s token %d is not within 0 to %d", what, i, maxToken)
		case slots == 1 && i > 0:
			return fmt.Errorf(`%s token %d cannot be: the argument is not split and is token 0 as a whole; say how it is with "split"`, what, i)
		case i >= slots:
			return fmt.Errorf("%s token %d cannot be: the argument has %d tokens at most, 0 to %d", what, i, slots, slots-1)
		}
	}
	return nil
}

// addPlace marks tokens of e as secrets, of a subcommand or, without one, always.
func (n *Catalog) addPlace(e *Entry, sub string, tokens []int) error {
	if len(tokens) == 0 {
		return nil
	}
	if err := e.checkTokens("secret", tokens); err != nil {
		return err
	}
	p := SecretPlace{Name: e.Name, After: sub, Tokens: slices.Sorted(slices.Values(tokens)), Last: e.Split.SlotCount() - 1}
	switch e.Split.Kind {
	case fstext.SplitFirst, fstext.SplitWords:
		p.Sep, p.Fixed = ' ', e.Split.Kind == fstext.SplitFirst
	case fstext.SplitChar:
		p.Sep = e.Split.Sep
	}
	if sub != "" {
		behind := extensible[e.Name].at + 1
		for i := range p.Tokens {
			if p.Tokens[i] -= behind; p.Tokens[i] < 0 {
				return fmt.Errorf("secret token %d cannot be: it stands before the end of the subcommand %q", p.Tokens[i]+behind, sub)
			}
		}
		p.Last -= behind
	}
	n.places = append(n.places, p)
	return nil
}

// addSubcommands tells e, which is an entry of n alone, of further subcommands. None of the tree's
// own can be described again: those keep their meaning.
func (n *Catalog) addSubcommands(e *Entry, subs []Subcommand) error {
	if len(subs) == 0 {
		return nil
	}
	rule, ok := extensible[e.Name]
	if !ok {
		return fmt.Errorf(`it cannot have "subcommands": a rule can name any that it has, as in "api %s NAME **"`, e.Name)
	}
	e.more = make(map[string]effect.Class, len(subs))
	for _, s := range subs {
		name := ascii.ToLower(s.Name)
		_, twice := e.more[name]
		switch {
		case !fstext.IsPlain(name):
			return fmt.Errorf("subcommand %.64q: not a plain name", s.Name)
		case rule.own(name):
			return fmt.Errorf("subcommand %q: FreeSWITCH's own tree has it", s.Name)
		case twice:
			return fmt.Errorf("subcommand %q: described twice", s.Name)
		}
		e.more[name] = s.Class
		if err := n.addPlace(e, name, s.Secret); err != nil {
			return fmt.Errorf("subcommand %q: %w", s.Name, err)
		}
	}
	return nil
}

// Added returns the class of a subcommand that a policy added, and false where tokens have none of
// those.
func (e *Entry) Added(tokens []string) (effect.Class, bool) {
	if e.more == nil {
		return effect.ClassNone, false
	}
	at := extensible[e.Name].at
	if at >= len(tokens) {
		return effect.ClassNone, false
	}
	class, ok := e.more[ascii.ToLower(tokens[at])]
	return class, ok
}
