package command

import (
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// variable appends the effects of setting a variable: its own, those of what it would run, and
// those of expansions that value holds. scope is "channel", "originate" or "global".
func (a *analyzer) variable(at trail, scope, name, value string) {
	a.settings(at, scope, []fstext.Variable{{Name: name, Value: value}})
}

// settings appends the effects of setting several variables at once.
func (a *analyzer) settings(at trail, scope string, vars []fstext.Variable) {
	if len(vars) == 0 {
		return
	}
	a.makeRoom(len(vars), fstext.SizeOf(vars))
	for i := range vars {
		if a.isFull() {
			return
		}
		name, value := catalog.VariableName(vars[i].Name), fstext.StoredValue(vars[i].Value)
		known := !strings.Contains(name, fstext.UnknownDollar)
		if !known {
			name = strings.ReplaceAll(name, fstext.UnknownDollar, "$")
		}
		args, tokens := a.pair(name, value)
		a.add(effect.Effect{
			Kind: effect.KindVar, Name: scope, Args: args, Tokens: tokens, Fold: 1,
			UUIDs: at.uuids, Path: at.path, Later: at.later,
			Directory: at.directory && scope == catalog.ScopeOriginate, Block: blockOf(at.block, &vars[i], name),
		})
		if strings.IndexByte(value, '$') >= 0 {
			a.stored(at, value)
		}
		if !known {
			a.opaque(at, effect.OpaqueExpansion) // it may be any variable
			continue
		}
		name = ascii.ToLower(name)
		a.guard.Variable(name, value)
		if name == singleReject && fstext.IsTrue(value) && !sets(vars, failReject) {
			a.guard.Refuse(catalog.ProtectSingleReject, value)
			a.guard.Locate("var " + name)
		}
		if strings.IndexByte(value, '$') >= 0 && ascii.IndexFold(value, "{"+name) >= 0 {
			a.opaque(at, effect.OpaqueDepth) // whatever mentions it would go round in it
		}
		if kind := catalog.HookOf(name); kind != catalog.HookNone && (value != "" || kind == catalog.HookSafeguard) {
			if strings.IndexByte(vars[i].Name, '[') >= 0 {
				joins(a, at, kind)
			}
			h := hook{analyzer: a, at: at, name: name, among: vars}
			h.at.path = at.join("var " + name)
			h.at.leg, h.at.block = effect.LegUnknown, effect.Block{} // a variable may be exported to another leg, and run there
			h.fire(kind, value)
		}
	}
}

// FreeSWITCH reads the second variable where the first is true (switch_ivr_originate.c:2503 and
// 4181).
const (
	singleReject = "hangup_on_single_reject"
	failReject   = "fail_on_single_reject"
)

// sets reports whether vars set a variable of that name to anything.
func sets(vars []fstext.Variable, name string) bool {
	for _, v := range vars {
		if v.Value != "" && ascii.EqualFold(catalog.VariableName(v.Name), name) {
			return true
		}
	}
	return false
}

// blockOf returns the block of a variable that is set at b, given the name that FreeSWITCH sets.
func blockOf(b effect.Block, v *fstext.Variable, name string) effect.Block {
	b.Plain = b.Dial != 0 && v.Name == name && !strings.HasPrefix(v.Value, fstext.ArrayMark) && !strings.Contains(v.Value, fstext.ArrayBetween) &&
		!strings.Contains(v.Name, fstext.UnknownDollar) && !strings.Contains(v.Value, fstext.UnknownDollar)
	return b
}
