package nested

import (
	"eslguard/catalog"
	"eslguard/effect"
)

// MayContain reports whether an API (KindAPI) or application (KindApp) of FreeSWITCH's own tree may
// contain other commands: by its class, by its row in the catalogue, or because its argument is
// analysed.
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

// isAnalyzed reports whether the argument of an API or application is analysed.
func isAnalyzed(k effect.Kind, name string) bool {
	if k == effect.KindApp {
		return builtinTraits().apps[catalog.Builtin().App(name).Number].nests()
	}
	return builtinTraits().apis[catalog.Builtin().API(name).Number].nests()
}
