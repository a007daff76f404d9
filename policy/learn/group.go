package learn

import (
	"maps"
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A groupKey says which effects are generalised together. Their texts differ in tokens only.
type groupKey struct {
	kind      effect.Kind
	repeating bool
	// leg is where a leg stands that is dialled.
	leg effect.Leg
	// head are the tokens that every rule of the group begins with, as they are written in rules.
	head string
	// before and after stand around the first token of the rest, for a dial.
	before, after string
	tokens        int
	class         effect.Class
}

// namedHead is the head of the group of events that every rule must name.
const namedHead = "\x00"

type group struct {
	shapes map[string]*shape
	more   int // effects whose shape is not there for want of room
	seen   int // effects so far
}

// A shape is a list of tokens, uuids taken out, and how often it was there.
type shape struct {
	tokens []string
	count  int
	// first and last say which effect of the group was the first and the last of that shape.
	first, last int
	// effect is the first of that shape.
	effect effect.Effect
}

// types returns the types of token i of the shape.
func (s *shape) types(i int) argument.TypeSet {
	form := catalog.FormOf(&s.effect)
	return form.Types(i + len(s.effect.Tokens) - len(s.tokens))
}

// groupOf says with which others e is generalised, and returns the tokens that may differ. wraps:
// it holds others; hidden: secrets were left out of it.
func groupOf(e *effect.Effect, wraps, hidden bool) (groupKey, []string) {
	key := groupKey{kind: e.Kind, repeating: e.Later == effect.Repeating, leg: e.Leg, class: e.Class}
	head, rest := []string{e.Name}, e.Tokens
	if key.isStatus() && !restIsHarmless(e) {
		key.class = effect.ClassNone // the rule for the class would not match it
	}
	switch e.Kind {
	case effect.KindAPI, effect.KindApp:
		if isPureWrapper(e, wraps) {
			key.head, head, rest = " "+pattern.Spell(shapeOf(e.Name, false))+" **", nil, nil
		}
	case effect.KindDial:
		head = nil
		at := strings.LastIndexByte(e.Name, '/') + 1
		number := e.Name[at:]
		if i := strings.IndexByte(number, '@'); i > 0 {
			key.after = number[i:]
			number = number[:i]
		}
		key.before, rest = e.Name[:at], []string{number}
	case effect.KindVar, effect.KindDialplan:
		if len(rest) > 0 { // the variable, the context
			head, rest = append(head, rest[0]), rest[1:]
		}
	case effect.KindSubscribe:
		if len(rest) == 0 {
			head, rest = nil, head
			if i := slices.Index(rule.NoWildcardEvents[:], words.Fold(e.Name)); i >= 0 || words.EqualFold(e.Name, rule.CustomEvent) {
				key.head = namedHead // no wildcard stands for it
			}
		}
	}
	for _, token := range head {
		key.head += " " + pattern.Spell(shapeOf(token, hidden))
	}
	shapes := make([]string, len(rest))
	for i, token := range rest {
		shapes[i] = shapeOf(token, hidden)
	}
	key.tokens = len(shapes)
	return key, shapes
}

// spelledGroup is groupOf for an effect that no wildcard may stand in.
func spelledGroup(e *effect.Effect) groupKey {
	key := groupKey{kind: e.Kind, repeating: e.Later == effect.Repeating, leg: e.Leg, class: e.Class}
	for _, token := range append([]string{e.Name}, e.Tokens...) {
		key.head += " " + pattern.Spell(shapeOf(token, false))
	}
	return key
}

// isStatus reports whether the group is of an API that is harmless to ask.
func (k groupKey) isStatus() bool {
	return k.kind == effect.KindAPI && k.class == effect.ClassStatus && !k.repeating
}

func (g *group) count() int {
	n := g.more
	for _, s := range g.shapes {
		n += s.count
	}
	return n
}

// String returns what every rule of the group begins with.
func (k groupKey) String() string {
	text := k.kind.String()
	if k.leg != effect.LegUnknown {
		text += " " + k.leg.String()
	}
	if k.head != namedHead {
		text += k.head
	}
	if k.repeating {
		text = rule.Repeating + " " + text
	}
	return text
}

// rules generalises the group.
func (g *group) rules(key groupKey) (out []Rule) {
	shapes := slices.Collect(maps.Values(g.shapes))
	slices.SortFunc(shapes, func(a, b *shape) int { return slices.Compare(a.tokens, b.tokens) })
	gen := generalizer{dial: key.kind == effect.KindDial, called: key.kind == effect.KindDial || key.kind == effect.KindDialplan, list: key.kind == effect.KindSubscribe && key.head == ""}
	for _, f := range gen.forms(shapes) {
		if gen.dial && key.tokens > 0 {
			f.tokens[0] = around(key.before, f.tokens[0], key.after)
		}
		out = append(out, Rule{Text: strings.Join(append([]string{key.String()}, f.tokens...), " "), Count: f.count})
	}
	return out
}

// around puts what stands around a number into each of its alternatives.
func around(before, token, after string) string {
	if before == "" && after == "" {
		return token
	}
	alts := pattern.SplitAlternatives(token)
	for i, alt := range alts {
		switch alt {
		case pattern.EmptyToken:
			alt = ""
		case pattern.QuotesToken:
			alt = `""` // within a token it is literal text
		}
		alts[i] = pattern.EscapeRegex(pattern.SpellPart(shapeOf(before, false)) + alt + pattern.SpellPart(shapeOf(after, false)))
	}
	return pattern.EscapeRegex(strings.Join(alts, "|"))
}
