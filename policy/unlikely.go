package policy

import (
	"slices"
	"strings"

	"eslguard/command"
)

// unlikely notes what a rule spells that hardly any effect has. An effect that no client can cause
// is an error instead, see never.
func (rc *ruleCompiler) unlikely(r *rule) (out []*ruleError) {
	for _, err := range []*ruleError{
		r.noSlash(), r.unknownDialplan(), rc.unknownWord(r), rc.unparted(r), rc.needsArguments(r), r.signOfEquality(), r.noValue(),
	} {
		if err != nil {
			out = append(out, err)
		}
	}
	return out
}

// noSlash notes an alternative of an allow that matches no TYPE/DATA: no wildcard of a dial matches
// a slash.
func (r *rule) noSlash() *ruleError {
	if r.kind != command.KindDial || r.deny {
		return nil
	}
	for i := range r.name.globs {
		g := &r.name.globs[i]
		if g.wild && !g.hasSlash() && !g.isChannel() {
			return badRule("write the type, such as user/"+clip(g.text()), "%s matches no TYPE/DATA, since no wildcard here matches the slash", quote(g.text()))
		}
	}
	return nil
}

// hasSlash reports whether the glob spells a slash.
func (g *glob) hasSlash() bool {
	return slices.ContainsFunc(g.elems, func(el elem) bool { return strings.Contains(el.text, "/") })
}

// dialplans are those of FreeSWITCH's own tree that have effects of their own.
var dialplans = [...]string{"XML", "LUA", "asterisk", "directory", "enum", "lcr", "signalwire", "translate"}

// unknownDialplan notes a dialplan that may be one of a module outside FreeSWITCH's tree, or none.
func (r *rule) unknownDialplan() *ruleError {
	if r.kind != command.KindDialplan {
		return nil
	}
	for i := range r.name.globs {
		g := &r.name.globs[i]
		if !slices.ContainsFunc(dialplans[:], func(name string) bool { return g.match(name, how{fold: true, deny: r.deny}) }) {
			hint := didYouMean(g.text(), dialplans[:])
			if hint == "" {
				hint = "a rule is dialplan NAME CONTEXT EXTENSION, such as dialplan XML default 1000"
			}
			return badRule(hint, "FreeSWITCH's own tree has no dialplan %s", quote(g.text()))
		}
	}
	return nil
}

// unknownWord notes a keyword of an API that is no known one, and nearly a known one.
func (rc *ruleCompiler) unknownWord(r *rule) *ruleError {
	if r.kind != command.KindAPI && r.kind != command.KindApp {
		return nil
	}
	for i := range r.name.globs {
		name, literal := r.name.globs[i].literal()
		if !literal || len(r.args) == 0 {
			continue
		}
		words := command.Keywords(r.kind, foldASCII(name))
		for j := range r.args[0].globs {
			word, literal := r.args[0].globs[j].literal()
			begins := func(known string) bool { return strings.HasPrefix(foldASCII(word), known) }
			if !literal || slices.ContainsFunc(words, begins) {
				continue // of some, such as show modules, FreeSWITCH compares the beginning only
			}
			if hint := didYouMean(word, words); hint != "" {
				return badRule(hint, "%s has no subcommand %s that is known", clip(name), quote(word))
			}
		}
	}
	return nil
}

// unparted notes a token with the very character at which FreeSWITCH parts the argument.
func (rc *ruleCompiler) unparted(r *rule) *ruleError {
	if r.kind != command.KindAPI && r.kind != command.KindApp {
		return nil
	}
	for i := range r.name.globs {
		name, literal := r.name.globs[i].literal()
		if !literal {
			continue
		}
		sep, slots := rc.lex.cat.Separator(r.kind, name)
		if sep == 0 || sep == ' ' {
			continue
		}
		for j := range r.args[:min(len(r.args), max(slots-1, 0))] {
			if !r.args[j].spellsAll(string(sep)) {
				continue
			}
			text := strings.ReplaceAll(r.args[j].globs[0].text(), string(sep), " ")
			return badRule("write "+clip(name+" "+text), "%s parts its argument at %s, so what stands around it is two tokens", clip(name), quote(string(sep)))
		}
	}
	return nil
}

// spellsAll reports whether each of the pattern's alternatives spells text. It returns false for a
// regular expression.
func (p *pattern) spellsAll(text string) bool {
	return len(p.globs) > 0 && !slices.ContainsFunc(p.globs, func(g glob) bool {
		return !slices.ContainsFunc(g.elems, func(el elem) bool { return strings.Contains(el.text, text) })
	})
}

// needsArguments notes an allow of an API or an application without the arguments that it takes.
func (rc *ruleCompiler) needsArguments(r *rule) *ruleError {
	if r.deny || r.kind != command.KindAPI && r.kind != command.KindApp || r.rest || len(r.args) > 0 || r.classes != 0 {
		return nil
	}
	for i := range r.name.globs {
		name, literal := r.name.globs[i].literal()
		if !literal {
			continue
		}
		if first := command.Argument(r.kind, foldASCII(name)); first != "" {
			example := " *"
			if first == command.TypeChannel.String() {
				example = " <uuid>"
			}
			return badRule("write "+clip(r.text)+example+", or "+clip(r.text)+" ** for any arguments",
				"it allows %s without arguments only, and %s takes some", clip(name), clip(name))
		}
	}
	return nil
}

// signOfEquality notes the name of a variable with a sign of equality: a rule parts name and value
// by a space.
func (r *rule) signOfEquality() *ruleError {
	if r.kind != command.KindVar || len(r.args) == 0 || !r.args[0].spellsAll("=") {
		return nil
	}
	return badRule("write var SCOPE NAME VALUE", "the name %s holds a sign of equality", quote(r.args[0].globs[0].text()))
}

// noValue notes a literal where FreeSWITCH takes a number or the uuid of a channel, and that is
// none.
func (r *rule) noValue() *ruleError {
	for _, e := range r.likely() {
		form := command.FormOf(&e)
		for i := range r.args {
			for j := range r.args[i].globs {
				text, literal := r.args[i].globs[j].literal()
				switch types := form.Types(i); {
				case !literal:
				case types.Has(command.TypeNumber) && strings.Trim(text, "+-.0123456789") != "":
					return badRule("write <1-60>, <digits> or the number", "FreeSWITCH takes a number there, and %s is none", quote(text))
				case types.Has(command.TypeChannel) && !(len(text) == uuidLen && isUUID(text)):
					return badRule("write <uuid> for any channel", "FreeSWITCH takes a channel's uuid there, and %s is none that it makes", quote(text))
				}
			}
		}
	}
	return nil
}
