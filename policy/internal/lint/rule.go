package lint

import (
	"cmp"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// Rule returns the warnings about one rule that compiles but may not do what its author meant. It
// returns nil if there are none.
func Rule(v *rule.Vocabulary, r *rule.Rule) (out []*pattern.Fault) {
	if name, hint := unknownApp(v, r); name != "" {
		out = append(out, pattern.Faultf(hint, "FreeSWITCH's own modules have no application %s, so the rule may never match", words.Quote(name)))
	}
	hasArguments := r.Kind == effect.KindAPI || r.Kind == effect.KindApp
	if hasArguments && r.Deny && !r.Rest {
		out = append(out, denyWithoutRest(v.Catalog, r)...)
	}
	if name := runsPrograms(v, r); name != "" {
		hint := "name the APIs that are needed"
		if r.Kind == effect.KindApp {
			hint = "name the applications that are needed"
		}
		out = append(out, pattern.Faultf(hint, "it allows %s too, which runs programs or scripts on the switch's host", name))
	}
	if matchesAnyHost(r) {
		out = append(out, pattern.Faultf("for digits write [0-9]", "it matches an @ too, after which a client can name any host"))
	}
	if hasArguments && r.Deny {
		out = append(out, caseSensitiveDeny(v.Catalog, r)...)
	}
	out = append(out, deadWildcards(r)...)
	out = append(out, unlikely(v.Catalog, r)...)
	return append(out, misleading(v.Catalog, r)...)
}

// unknownApp returns the first application that r spells and the catalogue lacks, and a hint. It
// returns "" if there is none. The application may be in a module from elsewhere, so this is no
// error.
func unknownApp(v *rule.Vocabulary, r *rule.Rule) (name, hint string) {
	if r.Kind != effect.KindApp {
		return "", ""
	}
	for i := range r.Name.Globs {
		if name, ok := r.Name.Globs[i].Literal(); ok && !v.Catalog.HasApp(name) {
			return name, cmp.Or(words.OneEditAway(name, v.Catalog.HasApp), "keep it if a module from elsewhere has that application")
		}
	}
	return "", ""
}

// denyWithoutRest warns of a deny that a further argument evades.
func denyWithoutRest(cat *catalog.Catalog, r *rule.Rule) []*pattern.Fault {
	if len(r.Args) == 0 {
		return []*pattern.Fault{pattern.Faultf("write "+words.Clip(r.Text)+" ** to deny it with any arguments", "the deny applies only without arguments, so a command with one is not denied")}
	}
	for i := range r.Name.Globs {
		if name, ok := r.Name.Globs[i].Literal(); ok && cat.Slots(r.Kind, name) > len(r.Args) {
			arguments := "arguments"
			if len(r.Args) == 1 {
				arguments = "argument"
			}
			return []*pattern.Fault{pattern.Faultf("write "+words.Clip(r.Text)+" ** to deny it with more arguments too",
				"the deny applies only with exactly %d %s, and %s takes more, so a longer command is not denied", len(r.Args), arguments, words.Clip(name))}
		}
	}
	return nil
}

// runsPrograms returns the first API or application of the class exec that an allow rule covers
// without spelling it, and "" if there is none.
func runsPrograms(v *rule.Vocabulary, r *rule.Rule) string {
	if r.Deny || r.Kind != effect.KindAPI && r.Kind != effect.KindApp {
		return ""
	}
	for _, name := range v.Names[r.Kind] {
		e := v.Catalog.Describe(r.Kind, name, "")
		if e.Class == effect.ClassExec && r.Names(&e) && !r.Spells(name) {
			return name
		}
	}
	return ""
}

// caseSensitiveDeny warns of the first word in the arguments of a deny that is compared with case.
// Paths get no warning: in them the case matters.
func caseSensitiveDeny(cat *catalog.Catalog, r *rule.Rule) []*pattern.Fault {
	for i := range r.Name.Globs {
		name, _ := r.Name.Globs[i].Literal()
		for j := range min(len(r.Args), effect.FoldBits) {
			if cat.Describe(r.Kind, name, r.Args[0].FirstPrefix()).Fold&(1<<j) != 0 {
				continue
			}
			if word := r.Args[j].FirstCasedWord(); word != "" {
				hint := "spell it in each case"
				if text, ok := r.Args[j].CaseInsensitive(); ok {
					hint = "to deny it in any case write " + words.Clip(text)
				}
				return []*pattern.Fault{pattern.Faultf(hint,
					"only this spelling of %s is denied, and FreeSWITCH may take it in another case too", words.Quote(word))}
			}
		}
	}
	return nil
}
