package nested

import (
	"sync"

	"eslguard/catalog"
	"eslguard/command/internal/protect"
	"eslguard/fstext"
)

// traits is all that is special about one API or application: how its argument is analysed and
// written in canonical form, when it is opaque, and when it is refused. The zero traits are those
// of an API or application whose row in the catalogue says all.
type traits struct {
	// analyze appends the effects of what the argument contains. Nil means that the argument is not
	// analysed: it either contains nothing or is opaque, as Entry.OpaqueReason says. An
	// application's argument has been expanded, and its expansions are already effects.
	analyze analyzeFunc
	// rewrite is used instead of analyze. It also returns the canonical form of the argument and
	// its tokens. It returns nil tokens if there is no such form; the argument then stays as it is.
	rewrite func(a *Analyzer, at Origin, c *call) (canonical string, tokens []string)
	// canonical returns the canonical form of the argument of an API that the frame itself runs.
	// sure is false if no spelling is sure to mean the same. Nil means that the argument is written
	// from its tokens.
	canonical func(split fstext.Splitter, args string, tokens []string) (text string, sure bool)
	// opaqueIf returns the reason for which this argument is opaque, "" if it is not. It is not
	// called for an empty argument. Nil means that only the reasons of argReason apply.
	opaqueIf func(args string, tokens []string) string
	// checks look for inputs that protections refuse.
	checks checks
	// text reports whether the argument is only shown or sent back. Unknown values in it then do no
	// harm.
	text bool
	// echoes reports whether the API answers with its argument. Its answer is then known.
	echoes bool
	// assigns reports whether the application only sets a variable to the rest of its argument.
	assigns bool
	// keepsLeg reports whether the application does nothing with the channel except for dialling.
	// The legs that it dials are then b-legs if the channel is the a-leg of an originate.
	keepsLeg bool
	// playsFiles reports whether the argument names files that are played, whatever the class is.
	playsFiles bool
}

// checks are the checks of one API or application, in the order in which they run.
type checks []protect.Check

// An analyzeFunc appends the effects of what the argument of c contains. The path of at ends in the
// API or application.
type analyzeFunc func(a *Analyzer, at Origin, c *call)

// nests reports whether the argument is analysed.
func (t *traits) nests() bool { return t.analyze != nil || t.rewrite != nil }

// traitTables has the traits of APIs and of applications, indexed by Entry.Number. Index 0 has the
// zero traits, for APIs and applications that are not in FreeSWITCH's own tree.
type traitTables struct {
	apis, apps []traits
	hooks      []hookFunc // by catalog.HookKind
}

// builtin has the tables of FreeSWITCH's own tree. Only builtinTraits reads them.
var builtin struct {
	once   sync.Once
	tables traitTables
}

// builtinTraits returns the tables of FreeSWITCH's own tree, which are built once. It is called for
// each frame, so it is small enough to be inlined, unlike a function of sync.OnceValue.
func builtinTraits() *traitTables {
	builtin.once.Do(loadTraits)
	return &builtin.tables
}

func loadTraits() {
	c := catalog.Builtin()
	builtin.tables = traitTables{
		apis:  byNumber(apiTraits, c.API, len(c.APINames())),
		apps:  byNumber(appTraits, c.App, len(c.AppNames())),
		hooks: hookFuncs[:],
	}
}

// byNumber returns the n+1 traits of a table indexed by Entry.Number. find returns the entry of a
// name.
func byNumber(table map[string]traits, find func(name string) *catalog.Entry, n int) []traits {
	list := make([]traits, n+1)
	for name, t := range table {
		e := find(name)
		if e.Number == 0 {
			panic("command: internal error: the catalogue does not have " + name)
		}
		list[e.Number] = t
	}
	return list
}
