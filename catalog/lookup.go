package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/fstext/ascii"
)

// APINames returns the names of all APIs in the catalogue, in lower case and sorted.
func (c *Catalog) APINames() []string { return slices.Sorted(maps.Keys(c.apis)) }

// AppNames returns the names of all applications in the catalogue, in lower case and sorted.
func (c *Catalog) AppNames() []string { return slices.Sorted(maps.Keys(c.apps)) }

// dialplans are the dialplans of FreeSWITCH's own tree, in the usual spelling, without inline.
var dialplans = [...]string{"XML", "LUA", "asterisk", "directory", "enum", "lcr", "signalwire", "translate"}

// Dialplans returns the names of the dialplans of FreeSWITCH's own tree, in the usual spelling.
// inline is not among them: it has no effect of the kind dialplan, since it runs applications.
func Dialplans() []string { return slices.Clone(dialplans[:]) }

// DialplanName returns the usual spelling of the name of a dialplan, including inline. FreeSWITCH
// compares these names without case. It returns an unknown name unchanged.
func DialplanName(name string) string {
	const inline = "inline"
	if ascii.EqualFold(name, inline) {
		return inline
	}
	for _, known := range dialplans {
		if ascii.EqualFold(name, known) {
			return known
		}
	}
	return name
}

// Slots returns the maximum number of tokens in the argument of an API (KindAPI) or application
// (KindApp). It is 1 for an unknown name, and 0 for any other kind.
func (c *Catalog) Slots(k effect.Kind, name string) int {
	e := c.entry(k, name)
	if e == nil {
		return 0
	}
	return e.Split.SlotCount()
}

// Describe returns the effect of an API (KindAPI) or application (KindApp) with that argument, or
// of a channel verb (KindChannel) with the uuid and its other tokens in args. It is for callers
// that do not have a frame, such as those that read the audit. The effect has no path, and the
// effects of what the argument contains are not found. For any other kind it returns an effect with
// that name and argument, without tokens.
func (c *Catalog) Describe(k effect.Kind, name, args string) effect.Effect {
	if k == effect.KindChannel {
		tokens := strings.Split(args, " ") // no token of a channel effect contains a space
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

// actsBySubcommand are the APIs of the classes originate and nested that do more than run what
// their argument contains. Their first tokens say what.
var actsBySubcommand = [...]string{"callcenter_config", "conference", "rtmp"}

// ActsBySubcommand reports whether the first tokens of an API of the class originate or nested,
// given its name in lower case, can make it do more than run what its argument contains.
func ActsBySubcommand(name string) bool { return slices.Contains(actsBySubcommand[:], name) }

// Class returns the class of an API (KindAPI) or application (KindApp). always is false if some
// arguments have another class, such as subcommands that only read. For an unknown name and any
// other kind, it returns ClassNone and true.
func (c *Catalog) Class(k effect.Kind, name string) (class effect.Class, always bool) {
	e := c.entry(k, name)
	if e == nil {
		return effect.ClassNone, true
	}
	return e.Class, k != effect.KindAPI || len(e.reads) == 0
}

// entry returns the entry of an API or application, and nil for other kinds.
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

// ClassOf returns the class of an API with these tokens, and reports whether they are a subcommand
// that only reads. fold is that of Folds. If sure is false, because the argument could be split in
// another way, ClassOf ignores the tokens.
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
