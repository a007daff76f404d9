package lint

import (
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// Rule returns warnings about a rule that compiles but may not do what is meant.
func Rule(v *rule.Vocabulary, r *rule.Rule) (out []*pattern.Fault) {
	if name, hint := unknownApp(v, r); name != "" {
		out = append(out, pattern.Faultf(hint, "FreeSWITCH's own tree has no application %s", words.Quote(name)))
	}
	named := r.Kind == effect.KindAPI || r.Kind == effect.KindApp
	if named && r.Deny && !r.Rest {
		out = append(out, narrowDeny(v.Catalog, r)...)
	}
	if name := runsPrograms(v, r); name != "" {
		out = append(out, pattern.Faultf("name what is needed", "it allows %s too, which runs programs or scripts on the switch's host", name))
	}
	if matchesAnyHost(r) {
		out = append(out, pattern.Faultf("for digits write [0-9]", "it matches @, too, behind which another host may stand"))
	}
	if named && r.Deny {
		out = append(out, caseSensitiveDeny(v.Catalog, r)...)
	}
	out = append(out, deadWildcards(r)...)
	out = append(out, unlikely(v.Catalog, r)...)
	return append(out, misleading(v.Catalog, r)...)
}

// unknownApp returns the first application that r names and the catalogue lacks, and a hint. It may
// be one of a module outside FreeSWITCH's tree, so it is no error.
func unknownApp(l *rule.Vocabulary, r *rule.Rule) (name, hint string) {
	if r.Kind != effect.KindApp {
		return "", ""
	}
	for i := range r.Name.Globs {
		if name, ok := r.Name.Globs[i].Literal(); ok && !l.Catalog.HasApp(name) {
			return name, words.OneEditAway(name, l.Catalog.HasApp)
		}
	}
	return "", ""
}

// narrowDeny notes a deny that another argument would lead past.
func narrowDeny(cat *catalog.Catalog, r *rule.Rule) []*pattern.Fault {
	if len(r.Args) == 0 {
		return []*pattern.Fault{pattern.Faultf("write "+words.Clip(r.Text)+" ** to deny it with any arguments", "the deny holds only without arguments")}
	}
	for i := range r.Name.Globs {
		if name, ok := r.Name.Globs[i].Literal(); ok && cat.Slots(r.Kind, name) > len(r.Args) {
			arguments := "arguments"
			if len(r.Args) == 1 {
				arguments = "argument"
			}
			return []*pattern.Fault{pattern.Faultf("write "+words.Clip(r.Text)+" ** to deny it with more, too",
				"the deny holds only with exactly %d %s, and %s takes more", len(r.Args), arguments, words.Clip(name))}
		}
	}
	return nil
}

// runsPrograms returns a name of the class exec that an allow rule covers without spelling it, and
// "" without one.
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

// caseSensitiveDeny notes the first word in the arguments of a deny that is compared with case.
// Paths are meant so.
func caseSensitiveDeny(cat *catalog.Catalog, r *rule.Rule) []*pattern.Fault {
	for i := range r.Name.Globs {
		name, _ := r.Name.Globs[i].Literal()
		for j := range min(len(r.Args), rule.FoldBits) {
			if cat.Describe(r.Kind, name, r.Args[0].FirstPrefix()).Fold&(1<<j) != 0 {
				continue
			}
			if word := r.Args[j].FirstCasedWord(); word != "" {
				hint := "spell it in each case"
				if text, ok := r.Args[j].CaseInsensitive(); ok {
					hint = "to deny it in any case write " + words.Clip(text)
				}
				return []*pattern.Fault{pattern.Faultf(hint,
					"the catalogue does not say that FreeSWITCH compares %s without case, so only this spelling is denied", words.Quote(word))}
			}
		}
	}
	return nil
}
