package nested

import (
	"sync"

	"eslguard/catalog"
	"eslguard/command/internal/protect"
	"eslguard/effect"
	"eslguard/internal/fstext"
)

// traits are all that is special about one API or application: how its argument is taken apart, how
// it is written canonically, when it is opaque or refused. The zero traits are those of one about
// which its row in the catalogue says all.
type traits struct {
	// analyze appends the effects of what the argument contains, the expansion of an application's
	// argument apart. Nil: nothing can be told of what it contains, or it contains nothing, as
	// Entry.OpaqueReason says.
	analyze analyzeFunc
	// rewrite is an analyze that also returns how the argument is written canonically and its
	// tokens then. It returns no tokens where that is not known.
	rewrite func(a *Analyzer, at Origin, c *call) (canonical string, tokens []string)
	// canonical returns the argument as it goes up, if it is that of the outermost API. It returns
	// false where there is no way to write it that means the same for sure. Nil: it is written from
	// its tokens.
	canonical func(split fstext.Splitter, args string, tokens []string) (text string, sure bool)
	// opaqueIf returns the reason for which an argument is opaque, "" for none. Nil: it never is
	// for a reason of its own.
	opaqueIf func(args string, tokens []string) string
	// checks look for what protections refuse.
	checks checks
	// text says that the argument is only shown or sent back.
	text bool
	// echoes says that the API answers with its argument.
	echoes bool
	// assigns says that the application only sets a variable to the rest of its argument.
	assigns bool
	// keepsLeg says that the application leaves the channel alone with what it dials, so that the
	// next application of the same channel dials at the same place again.
	keepsLeg bool
	// playsFiles says that the argument names files that are played, whatever the class is.
	playsFiles bool
}

// checks are the checks of one API or application, in order.
type checks []protect.Check

// An analyzeFunc appends the effects of what an API or application contains in its argument. at
// ends in the API or application.
type analyzeFunc func(a *Analyzer, at Origin, c *call)

// nests reports whether the argument is taken apart.
func (t *traits) nests() bool { return t.analyze != nil || t.rewrite != nil }

// traitTables have the traits of APIs and of applications, by the number of their entry, and those
// of variables. The first of each are those of entries without a number.
type traitTables struct {
	apis, apps []traits
	hooks      []hookFunc // by kind
}

// MayContain reports whether an API (KindAPI) or application (KindApp) of FreeSWITCH's own tree may
// contain other commands: by its class, by what the catalogue says of it, or because its argument
// is taken apart.
func MayContain(k effect.Kind, name string) bool {
	e := catalog.Builtin().API(name)
	if k == effect.KindApp {
		e = catalog.Builtin().App(name)
	}
	switch e.Class {
	case effect.ClassExec, effect.ClassNested, effect.ClassOriginate:
		return true
	}
	return isAnalyzed(k, name) || e.OpaqueReason() != ""
}

// isAnalyzed reports whether the argument of an API or application is taken apart.
func isAnalyzed(k effect.Kind, name string) bool {
	if k == effect.KindApp {
		return builtinTraits().apps[catalog.Builtin().App(name).Number].nests()
	}
	return builtinTraits().apis[catalog.Builtin().API(name).Number].nests()
}

// builtin are the traits of FreeSWITCH's own tree. They are read by builtinTraits alone.
var builtin struct {
	once   sync.Once
	tables traitTables
}

// builtinTraits returns the traits of FreeSWITCH's own tree. Each frame asks for them, so it is
// small enough to be inlined, which a sync.OnceValue is not.
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

// byNumber orders traits by the number of the entry of that name.
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
