package nested

import (
	"strings"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/fstext"
)

// expandable appends the effects of every ${…} in a text that FreeSWITCH expands, and returns the
// expanded text. known is false if the text depends on values that only the switch knows.
func (a *Analyzer) expandable(at Origin, text string) (expanded string, known bool) {
	expanded, k := a.expandOnChannel(at, text)
	return expanded, k == knownAll
}

// expandOnChannel is like expandable, for a text that FreeSWITCH expands on the channel that runs
// it. In such a text a rule can name some expansions.
func (a *Analyzer) expandOnChannel(at Origin, text string) (expanded string, k knowledge) {
	if !fstext.NeedsExpansion(text) {
		return text, knownAll
	}
	a.expanded = true
	if !a.withinWork(at, text) {
		return strings.ReplaceAll(text, "$", fstext.UnknownDollar), knownNot
	}
	x := fstext.Expander{
		Variable: func(string) (string, bool) { return "", false },
		CanName:  canName,
		Call: func(name, args string, sure bool) (string, bool) {
			if strings.Contains(name, fstext.UnknownDollar) {
				a.Opaque(at, effect.OpaqueExpansion)
				return "", false
			}
			in := at
			in.unknown, in.named = !sure, false
			a.api(in, name, args)
			if sure && a.traits.apis[a.cat.API(fstext.TrimBlanks(name)).Number].echoes {
				return fstext.TrimBlanks(args), true
			}
			return "", false
		},
	}
	expanded, known := x.Expand(text, 0)
	if x.Deep {
		a.Opaque(at, effect.OpaqueDepth)
	}
	switch {
	case known:
		return expanded, knownAll
	case x.Unnamed || x.Deep:
		return expanded, knownNot
	}
	return expanded, knownNamed
}

// stored appends the effects of a value that FreeSWITCH keeps where an expansion can mention it.
// They are appended at once, since anything may mention it later. The result may be kept and
// mentioned again, so it is expanded until nothing changes.
func (a *Analyzer) stored(at Origin, text string) {
	for fstext.NeedsExpansion(text) && a.mayDescend(at) {
		at.depth++
		again, _ := a.expandable(at, text)
		if again == text {
			return
		}
		text = again
	}
}

// canName reports whether a rule can name that expansion.
func canName(expansion string) bool {
	_, ok := argument.ExpansionVariable(expansion)
	return ok
}

// A knowledge says how much of an expanded text is known. The zero knowledge means that some of it
// is not.
type knowledge uint8

const (
	knownNot   knowledge = iota // contains values that only the switch knows
	knownNamed                  // only for expansions that a rule can name
	knownAll                    // contains none
)
