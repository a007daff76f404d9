package policy

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/command"
)

const (
	// maxShapes is how many different texts of one group are told apart. More of them only count.
	maxShapes = 10_000
	// maxLeftOut is how many different effects are listed as left out.
	maxLeftOut = 100
)

// A Learner drafts a role from what a client really caused. Make it with [NewLearner].
type Learner struct {
	cat     *command.Catalog
	groups  map[groupKey]*group
	level   DraftRule // the most verbose log level
	leftOut map[string]*DraftRule
}

// A Draft is a role to begin from, for a person to read.
type Draft struct {
	// Rules are what allows all that was learnt, sorted.
	Rules []DraftRule
	// LeftOut are effects that no rule is proposed for, with the reason: they can do anything, or cannot
	// be written as a rule. At most maxLeftOut.
	LeftOut []DraftRule
}

// A DraftRule is a rule or an effect of a Draft, and how often it was caused.
type DraftRule struct {
	Text  string
	Count int
	// Why is empty for a rule.
	Why string
	// Unlisted says, of what is left out, that the Learner's catalogue has no API of that name: the
	// policy that describes it was not there.
	Unlisted bool
}

// A groupKey says which effects are generalised together. Their texts differ in tokens only.
type groupKey struct {
	kind      command.EffectKind
	repeating bool
	// leg is where a leg stands that is dialled.
	leg command.Leg
	// head are the tokens that every rule of the group begins with, as they are written in rules.
	head string
	// before and after stand around the first token of the rest, for a dial.
	before, after string
	tokens        int
	class         command.Class
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
	effect command.Effect
}

// types returns the types of token i of the shape.
func (s *shape) types(i int) command.TypeSet {
	form := command.FormOf(&s.effect)
	return form.Types(i + len(s.effect.Tokens) - len(s.tokens))
}

// NewLearner returns a Learner that has seen nothing. A nil catalogue is the built-in one.
func NewLearner(cat *command.Catalog) *Learner {
	if cat == nil {
		cat = command.Builtin()
	}
	return &Learner{cat: cat, groups: make(map[groupKey]*group), leftOut: make(map[string]*DraftRule)}
}

// Add learns the effects of one command. left are the names of the secrets that the audit left out of its
// record; nil: none, and what looks as if something had been left out is the client's own text.
func (l *Learner) Add(effects []command.Effect, left []string) {
	expanded := expandedIn(effects)
	for i := range effects {
		e := &effects[i]
		if e.Kind == command.KindOpaque && len(e.Expanded) > 0 {
			continue // the rules that are drafted for these spell what it stands for
		}
		spelled := expanded != nil && expanded[e.Path+"\x00"+e.String()]
		l.add(e, !spelled && holds(effects[i+1:], e), spelled, left)
	}
}

// expandedIn returns the effects, by their paths and texts, that hold what an opaque effect among
// effects stands for, and nil where there are none.
func expandedIn(effects []command.Effect) map[string]bool {
	i := slices.IndexFunc(effects, func(e command.Effect) bool { return len(e.Expanded) > 0 })
	if i < 0 {
		return nil
	}
	out := make(map[string]bool, len(effects[i].Expanded)) // all have the same
	for j := range effects[i].Expanded {
		x := &effects[i].Expanded[j]
		out[x.Path+"\x00"+x.String()] = true
	}
	return out
}

func (l *Learner) add(e *command.Effect, held, spelled bool, left []string) {
	if e.Kind == command.KindAPI && !l.cat.HasAPI(e.Name) {
		l.leave(DraftRule{Text: e.String(), Why: "there is no API " + quote(e.Name), Count: 1, Unlisted: true})
		return
	}
	if why := unlearnable(e, opens(e, held)); why != "" {
		l.leave(DraftRule{Text: e.String(), Why: why, Count: 1})
		return
	}
	if !opens(e, held) && l.swallowed(e, left) {
		l.leave(DraftRule{Text: e.String(), Why: whySwallowed, Count: 1})
		return
	}
	if e.Kind == command.KindLog {
		l.level.Count++
		if logLevel(e.Name) >= logLevel(l.level.Text) {
			l.level.Text = foldLevel(e.Name)
		}
		return
	}
	key, rest := groupOf(e, held, hides(e, left))
	if spelled {
		key, rest = spelledGroup(e), nil
	}
	g := l.groups[key]
	if g == nil {
		g = &group{shapes: make(map[string]*shape)}
		l.groups[key] = g
	}
	id := strings.Join(rest, "\x00")
	s := g.shapes[id]
	g.seen++
	switch {
	case s != nil:
		s.count++
		s.last = g.seen
	case len(g.shapes) >= maxShapes:
		g.more++
	default:
		g.shapes[id] = &shape{tokens: rest, count: 1, first: g.seen, last: g.seen, effect: *e}
	}
}

// unlearnable says why no rule is proposed for e, and "" where one is. open: the rule would not spell its arguments.
func unlearnable(e *command.Effect, open bool) string {
	switch {
	case e.Kind == command.KindOpaque:
		return "nobody can tell what it does; a role that allows it must say that it is unguarded"
	case e.Kind == command.KindHandover:
		return "it hands the switch to that host; a role that allows it must say that it is unguarded"
	case e.Kind == command.KindInvalid || e.Kind > command.KindOpaque:
		return "it is of no known kind"
	case e.Class == command.ClassExec:
		return "it runs programs or scripts"
	}
	if !spellable(e.Name) || !open && slices.ContainsFunc(e.Tokens, unspellable) {
		return "a rule cannot spell it"
	}
	return ""
}

func (l *Learner) leave(r DraftRule) {
	r.Text = clip(r.Text)
	if was := l.leftOut[r.Text]; was != nil {
		was.Count += r.Count
		return
	}
	if len(l.leftOut) < maxLeftOut {
		l.leftOut[r.Text] = &r
	}
}

// holds reports whether any of the effects after e was found within it and is learnt by itself.
func holds(after []command.Effect, e *command.Effect) bool {
	return slices.ContainsFunc(after, func(o command.Effect) bool {
		switch o.Kind {
		case command.KindOpaque:
			return false
		case command.KindAPI, command.KindApp: // their paths end in themselves
			return strings.HasPrefix(o.Path, e.Path+" > ")
		default:
			return o.Path == e.Path || strings.HasPrefix(o.Path, e.Path+" > ")
		}
	})
}

// opens reports whether all that e does is what it holds, so that its own arguments may be anything.
func opens(e *command.Effect, held bool) bool {
	return held && (e.Class == command.ClassOriginate || e.Class == command.ClassNested) &&
		!(e.Kind == command.KindAPI && catalog.ActsBySubcommand(e.Name)) && restIsHarmless(e)
}

// restIsHarmless reports whether a ** matches all tokens of e.
func restIsHarmless(e *command.Effect) bool {
	s := unmetered(e)
	for i := range e.Tokens {
		if restHarm(s, i) != "" {
			return false
		}
	}
	return true
}

// groupOf says with which others e is generalised, and returns the tokens that may differ. held: it holds others;
// hidden: secrets were left out of it.
func groupOf(e *command.Effect, held, hidden bool) (groupKey, []string) {
	key := groupKey{kind: e.Kind, repeating: e.Later == command.Repeating, leg: e.Leg, class: e.Class}
	head, rest := []string{e.Name}, e.Tokens
	if key.isStatus() && !restIsHarmless(e) {
		key.class = command.ClassNone // the rule for the class would not match it
	}
	switch e.Kind {
	case command.KindAPI, command.KindApp:
		if opens(e, held) {
			key.head, head, rest = " "+spell(shapeOf(e.Name, false))+" **", nil, nil
		}
	case command.KindDial:
		head = nil
		at := strings.LastIndexByte(e.Name, '/') + 1
		number := e.Name[at:]
		if i := strings.IndexByte(number, '@'); i > 0 {
			key.after = number[i:]
			number = number[:i]
		}
		key.before, rest = e.Name[:at], []string{number}
	case command.KindVar, command.KindDialplan:
		if len(rest) > 0 { // the variable, the context
			head, rest = append(head, rest[0]), rest[1:]
		}
	case command.KindSubscribe:
		if len(rest) == 0 {
			head, rest = nil, head
			if i := slices.Index(ownNameOnly[:], foldASCII(e.Name)); i >= 0 || equalFold(e.Name, custom) {
				key.head = namedHead // no wildcard stands for it
			}
		}
	}
	for _, token := range head {
		key.head += " " + spell(shapeOf(token, hidden))
	}
	shapes := make([]string, len(rest))
	for i, token := range rest {
		shapes[i] = shapeOf(token, hidden)
	}
	key.tokens = len(shapes)
	return key, shapes
}

// spelledGroup is groupOf for an effect that no wildcard may stand in.
func spelledGroup(e *command.Effect) groupKey {
	key := groupKey{kind: e.Kind, repeating: e.Later == command.Repeating, leg: e.Leg, class: e.Class}
	for _, token := range append([]string{e.Name}, e.Tokens...) {
		key.head += " " + spell(shapeOf(token, false))
	}
	return key
}

// Draft returns the role.
func (l *Learner) Draft() Draft {
	rc := &ruleCompiler{lex: newLexicon(l.cat)}
	var d Draft
	keys := slices.SortedFunc(maps.Keys(l.groups), func(a, b groupKey) int {
		return cmp.Or(cmp.Compare(a.kind, b.kind), cmp.Compare(a.leg, b.leg), cmp.Compare(a.head, b.head), cmp.Compare(a.before, b.before),
			cmp.Compare(a.after, b.after), cmp.Compare(a.tokens, b.tokens))
	})
	status, harmless := l.status()
	if harmless {
		d.Rules = append(d.Rules, status)
	}
	for _, key := range keys {
		if harmless && key.isStatus() {
			continue
		}
		for _, r := range l.groups[key].rules(key) {
			if _, err := rc.compile(r.Text, "", false); err != nil {
				l.leave(DraftRule{Text: r.Text, Why: err.text, Count: r.Count})
				continue
			}
			d.Rules = append(d.Rules, r)
		}
		if n := l.groups[key].more; n > 0 {
			l.leave(DraftRule{Text: key.String(), Why: "there were too many different ones to look at", Count: n})
		}
	}
	if l.level.Count > 0 {
		d.Rules = append(d.Rules, DraftRule{Text: "log " + l.level.Text, Count: l.level.Count})
	}
	for _, text := range slices.Sorted(maps.Keys(l.leftOut)) {
		d.LeftOut = append(d.LeftOut, *l.leftOut[text])
	}
	return d
}

// isStatus reports whether the group is of an API that is harmless to ask.
func (k groupKey) isStatus() bool {
	return k.kind == command.KindAPI && k.class == command.ClassStatus && !k.repeating
}

// status returns one rule for all APIs that are harmless to ask, if there are several.
func (l *Learner) status() (DraftRule, bool) {
	r := DraftRule{Text: "api @status"}
	names := make(map[string]bool)
	for key, g := range l.groups {
		if key.isStatus() {
			names[key.head] = true
			r.Count += g.count()
		}
	}
	return r, len(names) > fewTexts/2
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
	if k.leg != command.LegUnknown {
		text += " " + k.leg.String()
	}
	if k.head != namedHead {
		text += k.head
	}
	if k.repeating {
		text = repeatingWord + " " + text
	}
	return text
}

// rules generalises the group.
func (g *group) rules(key groupKey) (out []DraftRule) {
	shapes := slices.Collect(maps.Values(g.shapes))
	slices.SortFunc(shapes, func(a, b *shape) int { return slices.Compare(a.tokens, b.tokens) })
	gen := generalizer{dial: key.kind == command.KindDial, called: key.kind == command.KindDial || key.kind == command.KindDialplan, list: key.kind == command.KindSubscribe && key.head == ""}
	for _, f := range gen.forms(shapes) {
		if gen.dial && key.tokens > 0 {
			f.tokens[0] = around(key.before, f.tokens[0], key.after)
		}
		out = append(out, DraftRule{Text: strings.Join(append([]string{key.String()}, f.tokens...), " "), Count: f.count})
	}
	return out
}

// around puts what stands around a number into each of its alternatives.
func around(before, token, after string) string {
	alts := splitAlternatives(token)
	for i, alt := range alts {
		if alt == noText {
			alt = ""
		}
		alts[i] = noRegex(spellPart(shapeOf(before, false)) + alt + spellPart(shapeOf(after, false)))
	}
	return noRegex(strings.Join(alts, "|"))
}

// String returns the rule and how often, as a person reads it.
func (r DraftRule) String() string {
	times := fmt.Sprintf("%d times", r.Count)
	if r.Count == 1 {
		times = "once"
	}
	if r.Why != "" {
		return fmt.Sprintf("%s (%s: %s)", printable(r.Text), times, r.Why)
	}
	return fmt.Sprintf("%s (%s)", r.Text, times)
}
