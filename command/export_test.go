package command

import (
	"eslguard/catalog"
	"eslguard/effect"
)

// Nests reports whether an API (KindAPI) or application (KindApp) of that name may contain other
// commands: by its class, by what the catalogue says of it, or because its argument is taken apart.
func Nests(k effect.Kind, name string) bool {
	e := catalog.Builtin().API(name)
	if k == effect.KindApp {
		e = catalog.Builtin().App(name)
	}
	switch e.Class {
	case effect.ClassExec, effect.ClassNested, effect.ClassOriginate:
		return true
	}
	return takesApart(k, name) || e.OpaqueReason() != ""
}

// takesApart reports whether the argument of an API or application is taken apart.
func takesApart(k effect.Kind, name string) bool {
	if k == effect.KindApp {
		return builtinTraits().apps[catalog.Builtin().App(name).Number].nests()
	}
	return builtinTraits().apis[catalog.Builtin().API(name).Number].nests()
}
