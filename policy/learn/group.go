package learn

import (
	"maps"
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

// A groupKey identifies the effects that are generalised together. They differ in the remaining
// tokens only.
type groupKey struct {
	kind      effect.Kind
	repeating bool
	// leg is the position of the leg that is dialled.
	leg effect.Leg
	// head has the tokens with which every rule of the group begins, as a rule spells them, each
	// after a space.
	head string
	// before and after surround the number that is dialled, which is the only remaining token of a
	// dial.
	before, after string
	tokens        int // how many tokens remain
	class         effect.Class
}

// namedHead is the head of the group of events that no wildcard matches, so that rules must spell
// their names.
const namedHead = "\x00"

// A group is the effects with one key.
type group struct {
	shapes  map[string]*shape
	dropped int // effects whose shape was not kept because there were maxShapes already
	seen    int // effects so far
}

// A shape is a list of tokens as shapeOf returns them.
type shape struct {
	tokens []string
	count  int // how many effects had this shape
	// first and last are the numbers, within the group, of the first and the last effect of that
	// shape.
	first, last int
	// effect is the first effect of that shape.
	effect effect.Effect
}

// types returns the types of token i of the shape.
func (s *shape) types(i int) argument.TypeSet {
	form := catalog.FormOf(&s.effect)
	return form.Types(i + len(s.effect.Tokens) - len(s.tokens))
}

// groupOf returns the key of the group in which e is generalised, and the shapes of the tokens that
// may differ within it. wraps is true if another learnt effect is nested in e, hidden if the audit
// left secrets out of e.
func groupOf(e *effect.Effect, wraps, hidden bool) (groupKey, []string) {
	key := groupKey{kind: e.Kind, repeating: e.Later == effect.Repeating, leg: e.Leg, class: e.Class}
	head, rest := []string{e.Name}, e.Tokens
	if key.isStatus() && !restIsHarmless(e) {
		key.class = effect.ClassNone // the rule api @status would not match it
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
			if i := slices.Index(rule.NoWildcardEvents[:], ascii.ToLower(e.Name)); i >= 0 || words.EqualFold(e.Name, rule.CustomEvent) {
				key.head = namedHead
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

// spelledGroup returns the key of the group of effects with exactly the tokens of e. All tokens are
// spelled, and none remain.
func spelledGroup(e *effect.Effect) groupKey {
	key := groupKey{kind: e.Kind, repeating: e.Later == effect.Repeating, leg: e.Leg, class: e.Class}
	for _, token := range append([]string{e.Name}, e.Tokens...) {
		key.head += " " + pattern.Spell(shapeOf(token, false))
	}
	return key
}

// isStatus reports whether the rule api @status matches the effects of the group.
func (k groupKey) isStatus() bool {
	return k.kind == effect.KindAPI && k.class == effect.ClassStatus && !k.repeating
}

// count returns how many effects the group has.
func (g *group) count() int {
	n := g.dropped
	for _, s := range g.shapes {
		n += s.count
	}
	return n
}

// String returns the text with which every rule of the group begins.
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

// rules returns the rules that allow the effects of the group with that key, with their counts.
func (g *group) rules(key groupKey) (out []Rule) {
	shapes := slices.Collect(maps.Values(g.shapes))
	slices.SortFunc(shapes, func(a, b *shape) int { return slices.Compare(a.tokens, b.tokens) })
	gen := generalizer{dial: key.kind == effect.KindDial, telephone: key.kind == effect.KindDial || key.kind == effect.KindDialplan, spellsMany: key.kind == effect.KindSubscribe && key.head == ""}
	for _, f := range gen.forms(shapes) {
		if gen.dial && key.tokens > 0 {
			f.tokens[0] = surround(key.before, f.tokens[0], key.after)
		}
		out = append(out, Rule{Text: strings.Join(append([]string{key.String()}, f.tokens...), " "), Count: f.count})
	}
	return out
}

// surround adds before and after to each alternative of token, as a rule spells them.
func surround(before, token, after string) string {
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
