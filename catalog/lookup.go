package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"eslguard/effect"
)

// APINames returns the names of all APIs that the catalogue knows, in lower case and sorted.
func (c *Catalog) APINames() []string { return slices.Sorted(maps.Keys(c.apis)) }

// AppNames returns the names of all applications that the catalogue knows, in lower case and
// sorted.
func (c *Catalog) AppNames() []string { return slices.Sorted(maps.Keys(c.apps)) }

// Slots returns how many tokens the argument of an API (KindAPI) or application (KindApp) of that
// name has at most. It is 1 for a name that the catalogue does not know, and 0 for any other kind.
func (c *Catalog) Slots(k effect.Kind, name string) int {
	e := c.entry(k, name)
	if e == nil {
		return 0
	}
	return e.Split.SlotCount()
}

// Describe returns the effect of running an API (KindAPI) or application (KindApp) of that name
// with that argument, or of a channel verb (KindChannel), for those who know of it from elsewhere
// than a frame. What the argument holds is not looked at, and there is no path. Of any other kind
// it returns the effect as it stands, without tokens.
func (c *Catalog) Describe(k effect.Kind, name, args string) effect.Effect {
	if k == effect.KindChannel {
		tokens := strings.Split(args, " ") // none of them holds a space
		return effect.OnChannel(name, tokens[0], "", tokens[1:]...)
	}
	e := c.entry(k, name)
	if e == nil {
		return effect.Effect{Kind: k, Name: name, Args: args}
	}
	tokens, sure := e.Split.Split(args)
	eff := effect.Effect{
		Kind: k, Name: e.Name, Args: args, Tokens: tokens,
		Fold: e.fold.of(tokens), Class: e.Class, UUIDs: e.uuid.of(args, tokens),
		Unlisted: k == effect.KindAPI && e.Unlisted,
	}
	if k == effect.KindAPI {
		eff.Class, _ = e.ClassOf(tokens, eff.Fold, sure)
	}
	return eff
}

// actsBySubcommand are the APIs of the classes originate and nested of which the first tokens say
// what they do, besides what they contain.
var actsBySubcommand = [...]string{"callcenter_config", "conference", "rtmp"}

// ActsBySubcommand reports whether an API of the class originate or nested, given its name in lower
// case, does more than run what its argument contains: its first tokens say what.
func ActsBySubcommand(name string) bool { return slices.Contains(actsBySubcommand[:], name) }

// Class returns the class of an API (KindAPI) or application (KindApp) of that name; always says
// that no argument puts it into another one, as a subcommand that only reads does. Of a name that
// the catalogue does not know, and any other kind, it is ClassNone and always.
func (c *Catalog) Class(k effect.Kind, name string) (class effect.Class, always bool) {
	e := c.entry(k, name)
	if e == nil {
		return effect.ClassNone, true
	}
	return e.Class, k != effect.KindAPI || len(e.reads) == 0
}

// entry returns what is known of an API or application, and nil for other kinds.
func (c *Catalog) entry(k effect.Kind, name string) *Entry {
	switch k {
	case effect.KindAPI:
		return lookup(c.apis, "api", name)
	case effect.KindApp:
		return lookup(c.apps, "app", name)
	default:
		return nil
	}
}

// ClassOf returns the class of an API with an argument of these tokens; reads says that it is a
// subcommand that only reads. sure is false where the tokens are not known for sure.
func (e *Entry) ClassOf(tokens []string, fold uint64, sure bool) (class effect.Class, reads bool) {
	if !sure || e.reads == nil && e.more == nil {
		return e.Class, false
	}
	return e.classBySubcommand(tokens, fold)
}

func (e *Entry) classBySubcommand(tokens []string, fold uint64) (class effect.Class, reads bool) {
	reads = len(e.reads) > 0 && e.onlyReads(tokens, fold)
	if reads && e.Class != effect.ClassStatus && e.Class != effect.ClassSecret {
		return effect.ClassRead, true
	}
	if class, added := e.Added(tokens); added {
		return cmp.Or(class, e.Class), reads
	}
	return e.Class, reads
}
