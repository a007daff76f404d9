package lint

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// unlikely returns warnings about what a rule spells and hardly any effect has. Package rule
// refuses a rule that no effect at all can match.
func unlikely(cat *catalog.Catalog, r *rule.Rule) (out []*pattern.Fault) {
	for _, err := range []*pattern.Fault{
		noSlash(r), unknownDialplan(r), unknownSubcommand(r), unsplitToken(cat, r), needsArguments(r), equalsSign(r), impossibleValue(r),
	} {
		if err != nil {
			out = append(out, err)
		}
	}
	return out
}

// noSlash notes an alternative of an allow that matches no TYPE/DATA: no wildcard of a dial matches
// a slash.
func noSlash(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDial || r.Deny {
		return nil
	}
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		if g.Wild && !g.HasSlash() && !g.IsChannel() {
			return pattern.Faultf("write the type, such as user/"+words.Clip(g.Text()), "%s matches no TYPE/DATA, since no wildcard here matches the slash", words.Quote(g.Text()))
		}
	}
	return nil
}

// dialplans are those of FreeSWITCH's own tree that have effects of their own.
var dialplans = [...]string{"XML", "LUA", "asterisk", "directory", "enum", "lcr", "signalwire", "translate"}

// unknownDialplan notes a dialplan that may be one of a module outside FreeSWITCH's tree, or none.
func unknownDialplan(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDialplan {
		return nil
	}
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		if !slices.ContainsFunc(dialplans[:], func(name string) bool { return g.Match(name, pattern.Options{Fold: true, Deny: r.Deny}) }) {
			hint := words.DidYouMean(g.Text(), dialplans[:])
			if hint == "" {
				hint = "a rule is dialplan NAME CONTEXT EXTENSION, such as dialplan XML default 1000"
			}
			return pattern.Faultf(hint, "FreeSWITCH's own tree has no dialplan %s", words.Quote(g.Text()))
		}
	}
	return nil
}

// unknownSubcommand notes a keyword of an API that is no known one, and nearly a known one.
func unknownSubcommand(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindAPI && r.Kind != effect.KindApp {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal || len(r.Args) == 0 {
			continue
		}
		names := catalog.Keywords(r.Kind, words.Fold(name))
		for j := range r.Args[0].Globs {
			word, literal := r.Args[0].Globs[j].Literal()
			begins := func(known string) bool { return strings.HasPrefix(words.Fold(word), known) }
			if !literal || slices.ContainsFunc(names, begins) {
				continue // of some, such as show modules, FreeSWITCH compares the beginning only
			}
			if hint := words.DidYouMean(word, names); hint != "" {
				return pattern.Faultf(hint, "%s has no subcommand %s that is known", words.Clip(name), words.Quote(word))
			}
		}
	}
	return nil
}

// unsplitToken notes a token with the very character at which FreeSWITCH parts the argument.
func unsplitToken(cat *catalog.Catalog, r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindAPI && r.Kind != effect.KindApp {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			continue
		}
		sep, slots := cat.Separator(r.Kind, name)
		if sep == 0 || sep == ' ' {
			continue
		}
		for j := range r.Args[:min(len(r.Args), max(slots-1, 0))] {
			if !r.Args[j].SpellsAll(string(sep)) {
				continue
			}
			text := strings.ReplaceAll(r.Args[j].Globs[0].Text(), string(sep), " ")
			return pattern.Faultf("write "+words.Clip(name+" "+text), "%s parts its argument at %s, so what stands around it is two tokens", words.Clip(name), words.Quote(string(sep)))
		}
	}
	return nil
}

// needsArguments notes an allow of an API or an application without the arguments that it takes.
func needsArguments(r *rule.Rule) *pattern.Fault {
	if r.Deny || r.Kind != effect.KindAPI && r.Kind != effect.KindApp || r.Rest || len(r.Args) > 0 || r.Classes != 0 {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			continue
		}
		if first := catalog.NeededArgument(r.Kind, words.Fold(name)); first != "" {
			example := " *"
			if first == argument.TypeChannel.String() {
				example = " <uuid>"
			}
			return pattern.Faultf("write "+words.Clip(r.Text)+example+", or "+words.Clip(r.Text)+" ** for any arguments",
				"it allows %s without arguments only, and %s takes some", words.Clip(name), words.Clip(name))
		}
	}
	return nil
}

// equalsSign notes the name of a variable with a sign of equality: a rule parts name and value
// by a space.
func equalsSign(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindVar || len(r.Args) == 0 || !r.Args[0].SpellsAll("=") {
		return nil
	}
	return pattern.Faultf("write var SCOPE NAME VALUE", "the name %s holds a sign of equality", words.Quote(r.Args[0].Globs[0].Text()))
}

// impossibleValue notes a literal where FreeSWITCH takes a number or the uuid of a channel, and
// that is none.
func impossibleValue(r *rule.Rule) *pattern.Fault {
	for _, e := range likelyEffects(r) {
		form := catalog.FormOf(&e)
		for i := range r.Args {
			for j := range r.Args[i].Globs {
				text, literal := r.Args[i].Globs[j].Literal()
				switch types := form.Types(i); {
				case !literal:
				case types.Has(argument.TypeNumber) && strings.Trim(text, "+-.0123456789") != "":
					return pattern.Faultf("write <1-60>, <digits> or the number", "FreeSWITCH takes a number there, and %s is none", words.Quote(text))
				case types.Has(argument.TypeChannel) && !(len(text) == pattern.UUIDLen && pattern.IsUUID(text)):
					return pattern.Faultf("write <uuid> for any channel", "FreeSWITCH takes a channel's uuid there, and %s is none that it makes", words.Quote(text))
				}
			}
		}
	}
	return nil
}
