package command

import (
	"strings"

	"eslguard/argument"
	"eslguard/effect"
	"eslguard/internal/ascii"
	"eslguard/internal/fstext"
)

// expandable appends the effects of every ${…} in a text that FreeSWITCH expands, and returns what it makes of
// it. known is false where that rests on what the switch holds or answers.
func (p *parser) expandable(at trail, text string) (expanded string, known bool) {
	expanded, k := p.expandOnChannel(at, text)
	return expanded, k == knownAll
}

// expandOnChannel is expandable for a text that FreeSWITCH expands on the channel that runs it: it
// says besides whether what is not known are expansions that a rule can name.
func (p *parser) expandOnChannel(at trail, text string) (expanded string, k knowledge) {
	if !fstext.NeedsExpansion(text) {
		return text, knownAll
	}
	p.holes = true
	if !p.afford(at, text) {
		return strings.ReplaceAll(text, "$", fstext.UnknownDollar), knownNot
	}
	x := fstext.Expander{
		Variable: func(string) (string, bool) { return "", false },
		CanName:  canName,
		Call: func(name, args string, sure bool) (string, bool) {
			if strings.Contains(name, fstext.UnknownDollar) {
				p.opaque(at, effect.OpaqueExpansion)
				return "", false
			}
			in := at
			in.unknown, in.named = !sure, false
			p.api(in, name, args)
			if sure && ascii.EqualFold(strings.Trim(name, fstext.Blanks), "echo") {
				return strings.Trim(args, fstext.Blanks), true
			}
			return "", false
		},
	}
	expanded, known := x.Expand(text, 0)
	if x.Deep {
		p.opaque(at, effect.OpaqueDepth)
	}
	switch {
	case known:
		return expanded, knownAll
	case x.Unnamed || x.Deep:
		return expanded, knownNot
	}
	return expanded, knownNamed
}

// stored appends the effects of a value that FreeSWITCH keeps where an expansion can mention it:
// they happen whenever anything does. What is mentioned can be kept, and mentioned, again.
func (p *parser) stored(at trail, text string) {
	for fstext.NeedsExpansion(text) && p.mayDescend(at) {
		at.depth++
		again, _ := p.expandable(at, text)
		if again == text {
			return
		}
		text = again
	}
}

// CanName reports whether a rule can name an expansion.
func canName(expansion string) bool {
	_, ok := argument.ExpansionVariable(expansion)
	return ok
}

// A knowledge says what is known of a text that was expanded. The zero knowledge is nothing.
type knowledge uint8

const (
	knownNot   knowledge = iota // only the switch knows what some of it says
	knownNamed                  // that holds only for expansions that a rule can name
	knownAll
)

// linkExpansions tells the opaque effects that stand for expansions which a rule can name which
// effects these are in.
func (p *parser) linkExpansions() {
	if !p.holes {
		return
	}
	var expanded []effect.Effect
	opaque := false
	for i := range p.cmd.Effects {
		e := &p.cmd.Effects[i]
		opaque = opaque || e.Kind == effect.KindOpaque && e.Named
		if e.Kind != effect.KindOpaque && e.Named {
			expanded = append(expanded, *e)
		}
	}
	if !opaque || len(expanded) == 0 {
		return
	}
	for i := range p.cmd.Effects {
		if e := &p.cmd.Effects[i]; e.Kind == effect.KindOpaque && e.Named {
			e.Expanded = expanded
		}
	}
}
