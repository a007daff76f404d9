package catalog

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"eslguard/effect"
	"eslguard/fstext"
	"eslguard/fstext/ascii"
)

// A Module describes an API of a module that is not in FreeSWITCH's own tree, as a policy states
// it. For an API of the tree, a Module can only add Secret and Subcommands.
type Module struct {
	Name  string       // in any case
	Class effect.Class // ClassNone means no class
	// UUID lists the tokens that are uuids of channels, from 0. Nil means none.
	UUID []int
	// Split is how the argument is split: "space" at all spaces, "words N" at spaces into at most N
	// tokens, "char X N" likewise at the character X, "first" at the first space, "whole" not at
	// all. "" means "whole".
	Split string
	// Secret lists which tokens are secrets, from 0. Nil means none.
	Secret []int
	// Subcommands are those that a patched module has in addition to its own. Nil means none.
	Subcommands []Subcommand
}

// A Subcommand is a subcommand that the module in FreeSWITCH's tree does not have.
type Subcommand struct {
	Name string
	// Class is the class of the API with this subcommand. ClassNone means the API's own class.
	Class effect.Class
	// Secret lists which tokens of the whole argument are secrets, from 0. Nil means none.
	Secret []int
}

// A subcommandRule recognises the subcommands of an API of FreeSWITCH's tree.
type subcommandRule struct {
	at  int                   // the index of the token with the subcommand
	own func(sub string) bool // reports whether the API has the subcommand, in lower case
}

// extensible are the APIs of the tree for which an unknown subcommand makes the command opaque.
// Only for these does a policy have to describe further subcommands; for all others, a rule can
// name any subcommand.
var extensible = map[string]subcommandRule{"conference": {1, ownConferenceCommand}}

// maxToken is the highest index of a token that a Module or a table may name. effect.Effect.Fold
// has no more bits.
const maxToken = effect.FoldBits - 1

// With returns a catalogue that also contains mods, and c itself if there are none. The error names
// the API whose description is wrong.
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

// describe adds m to n, a copy of c to which other modules may have been added.
func (n *Catalog) describe(c *Catalog, m *Module) error {
	key := ascii.ToLower(m.Name)
	if !fstext.IsPlain(key) {
		return errors.New("not a plain name")
	}
	e := c.apis[key]
	switch {
	case e != nil:
		if m.Class != effect.ClassNone || m.Split != "" || len(m.UUID) > 0 || len(m.Secret)+len(m.Subcommands) == 0 {
			return errors.New(`FreeSWITCH's own tree has it, so that only "secret" and "subcommands" can be said of it`)
		}
		if n.apis[key] != e {
			return errors.New("described twice")
		}
		known := *e
		e = &known
	case n.apis[key] != nil:
		return errors.New("described twice")
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

// checkTokens returns an error if the argument of e cannot have a token with one of these indexes.
// what says in the error what the tokens are, such as "secret".
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

// addPlace marks tokens of e as secrets: those of the subcommand sub or, if that is "", those of
// every argument.
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

// addSubcommands adds subcommands to e, which no other catalogue shares. The subcommands of the
// tree cannot be described again.
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

// Added returns the class of the subcommand in tokens if a policy added it, and false if not.
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
