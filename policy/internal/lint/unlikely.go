package lint

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// unlikely returns the warnings about a rule that hardly any effect matches. Package rule refuses a
// rule that no effect can match.
func unlikely(cat *catalog.Catalog, r *rule.Rule) (out []*pattern.Fault) {
	for _, fault := range []*pattern.Fault{
		noSlash(r), unknownDialplan(r), unknownSubcommand(r), unsplitToken(cat, r), needsArguments(r), equalsSign(r), impossibleValue(r),
	} {
		if fault != nil {
			out = append(out, fault)
		}
	}
	return out
}

// noSlash warns of an alternative of an allow rule that has a wildcard and no slash. It matches no
// TYPE/DATA, since no wildcard of a dial rule matches a slash.
func noSlash(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDial || r.Deny {
		return nil
	}
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		if g.Wild && !g.HasSlash() && !g.IsChannel() {
			return pattern.Faultf("write the type, such as user/"+words.Clip(g.Text()), "%s matches no TYPE/DATA, since no wildcard of an allow matches the slash", words.Quote(g.Text()))
		}
	}
	return nil
}

// unknownDialplan warns of a dialplan that FreeSWITCH's own modules lack. It may be in a module
// from elsewhere.
func unknownDialplan(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindDialplan {
		return nil
	}
	dialplans := catalog.Dialplans()
	for i := range r.Name.Globs {
		g := &r.Name.Globs[i]
		if !slices.ContainsFunc(dialplans, func(name string) bool { return g.Match(name, pattern.Options{Fold: true, Deny: r.Deny}) }) {
			hint := words.DidYouMean(g.Text(), dialplans)
			if hint == "" {
				hint = "write dialplan NAME CONTEXT EXTENSION, such as dialplan XML default 1000"
			}
			return pattern.Faultf(hint, "FreeSWITCH's own modules have no dialplan %s, so the rule may never match", words.Quote(g.Text()))
		}
	}
	return nil
}

// unknownSubcommand warns of a first argument that is nearly a known subcommand and is none.
func unknownSubcommand(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindAPI && r.Kind != effect.KindApp {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal || len(r.Args) == 0 {
			continue
		}
		names := catalog.Keywords(r.Kind, ascii.ToLower(name))
		for j := range r.Args[0].Globs {
			word, literal := r.Args[0].Globs[j].Literal()
			begins := func(known string) bool { return strings.HasPrefix(ascii.ToLower(word), known) }
			if !literal || slices.ContainsFunc(names, begins) {
				continue // FreeSWITCH compares only the beginning of some, such as show modules
			}
			if hint := words.DidYouMean(word, names); hint != "" {
				return pattern.Faultf(hint, "%s has no known subcommand %s, so the rule may never match", words.Clip(name), words.Quote(word))
			}
		}
	}
	return nil
}

// unsplitToken warns of a token that contains the separator at which FreeSWITCH splits the
// argument.
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
			return pattern.Faultf("write "+words.Clip(name+" "+text), "FreeSWITCH splits the argument of %s at %s, so write what is before and after it as two tokens", words.Clip(name), words.Quote(string(sep)))
		}
	}
	return nil
}

// needsArguments warns of an allow rule without arguments for an API or application that takes
// some.
func needsArguments(r *rule.Rule) *pattern.Fault {
	if r.Deny || r.Kind != effect.KindAPI && r.Kind != effect.KindApp || r.Rest || len(r.Args) > 0 || r.Classes != 0 {
		return nil
	}
	for i := range r.Name.Globs {
		name, literal := r.Name.Globs[i].Literal()
		if !literal {
			continue
		}
		if first := catalog.NeededArgument(r.Kind, ascii.ToLower(name)); first != "" {
			example := " *"
			if first == argument.TypeChannel.String() {
				example = " <uuid>"
			}
			return pattern.Faultf("write "+words.Clip(r.Text)+example+", or "+words.Clip(r.Text)+" ** for any arguments",
				"it allows %s only without arguments, and %s takes some, so it hardly ever matches", words.Clip(name), words.Clip(name))
		}
	}
	return nil
}

// equalsSign warns of the name of a variable that contains an equals sign: in a rule a space
// separates name and value.
func equalsSign(r *rule.Rule) *pattern.Fault {
	if r.Kind != effect.KindVar || len(r.Args) == 0 || !r.Args[0].SpellsAll("=") {
		return nil
	}
	return pattern.Faultf("write var SCOPE NAME VALUE", "the name %s contains an equals sign, and in a rule a space separates name and value", words.Quote(r.Args[0].Globs[0].Text()))
}

// impossibleValue warns of a literal that is not a number or a channel's uuid where FreeSWITCH
// takes one.
func impossibleValue(r *rule.Rule) *pattern.Fault {
	for _, e := range sampleEffects(r) {
		form := catalog.FormOf(&e)
		for i := range r.Args {
			for j := range r.Args[i].Globs {
				text, literal := r.Args[i].Globs[j].Literal()
				switch types := form.Types(i); {
				case !literal:
				case types.Has(argument.TypeNumber) && strings.Trim(text, "+-.0123456789") != "":
					return pattern.Faultf("write <1-60>, <digits> or the number", "FreeSWITCH takes a number there, and %s is not a number", words.Quote(text))
				case types.Has(argument.TypeChannel) && !(len(text) == pattern.UUIDLen && pattern.IsUUID(text)):
					return pattern.Faultf("write <uuid> for any channel", "FreeSWITCH takes a channel's uuid there, and %s is not one that it makes", words.Quote(text))
				}
			}
		}
	}
	return nil
}
