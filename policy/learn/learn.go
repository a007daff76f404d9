package learn

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

const (
	// maxShapes is how many different texts of one group are told apart. More of them only count.
	maxShapes = 10_000
	// maxLeftOut is how many different effects are listed as left out.
	maxLeftOut = 100
)

// A Learner drafts a role from what a client really caused. Make it with [NewLearner].
type Learner struct {
	cat     *catalog.Catalog
	groups  map[groupKey]*group
	level   Rule // the most verbose log level
	leftOut map[string]*Rule
}

// A Draft is a role to begin from, for a person to read.
type Draft struct {
	// Rules are what allows all that was learnt, sorted.
	Rules []Rule
	// LeftOut are effects that no rule is proposed for, with the reason: they can do anything, or
	// cannot be written as a rule. At most maxLeftOut.
	LeftOut []Rule
}

// A Rule is a rule or an effect of a Draft, and how often it was caused.
type Rule struct {
	Text  string
	Count int
	// Why is empty for a rule.
	Why string
	// Unlisted says, of what is left out, that the Learner's catalogue has no API of that name: the
	// policy that describes it was not there.
	Unlisted bool
}

// New returns a Learner that has seen nothing. A nil catalogue is the built-in one.
func New(cat *catalog.Catalog) *Learner {
	if cat == nil {
		cat = catalog.Builtin()
	}
	return &Learner{cat: cat, groups: make(map[groupKey]*group), leftOut: make(map[string]*Rule)}
}

// Add learns the effects of one command. left are the names of the secrets that the audit left out
// of its record; nil: none, and what looks as if something had been left out is the client's own
// text.
func (l *Learner) Add(effects []effect.Effect, left []string) {
	expanded := expandedIn(effects)
	for i := range effects {
		e := &effects[i]
		if e.Kind == effect.KindOpaque && len(e.Expanded) > 0 {
			continue // the rules that are drafted for these spell what it stands for
		}
		spelled := expanded != nil && expanded[e.Path+"\x00"+e.String()]
		l.add(e, !spelled && hasLearnableChild(effects[i+1:], e), spelled, left)
	}
}

// expandedIn returns the effects, by their paths and texts, that hold what an opaque effect among
// effects stands for, and nil where there are none.
func expandedIn(effects []effect.Effect) map[string]bool {
	i := slices.IndexFunc(effects, func(e effect.Effect) bool { return len(e.Expanded) > 0 })
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

func (l *Learner) add(e *effect.Effect, wraps, spelled bool, left []string) {
	if e.Kind == effect.KindAPI && !l.cat.HasAPI(e.Name) {
		l.leaveOut(Rule{Text: e.String(), Why: "there is no API " + words.Quote(e.Name), Count: 1, Unlisted: true})
		return
	}
	if why := unlearnable(e, isPureWrapper(e, wraps)); why != "" {
		l.leaveOut(Rule{Text: e.String(), Why: why, Count: 1})
		return
	}
	if !isPureWrapper(e, wraps) && l.cutOff(e, left) {
		l.leaveOut(Rule{Text: e.String(), Why: whyCutOff, Count: 1})
		return
	}
	if e.Kind == effect.KindLog {
		l.level.Count++
		if rule.LogLevel(e.Name) >= rule.LogLevel(l.level.Text) {
			l.level.Text = foldLevel(e.Name)
		}
		return
	}
	key, rest := groupOf(e, wraps, hides(e, left))
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

// unlearnable says why no rule is proposed for e, and "" where one is. open: the rule would not
// spell its arguments.
func unlearnable(e *effect.Effect, open bool) string {
	switch {
	case e.Kind == effect.KindOpaque:
		return "nobody can tell what it does; a role that allows it must say that it is unguarded"
	case e.Kind == effect.KindHandover:
		return "it hands the switch to that host; a role that allows it must say that it is unguarded"
	case e.Kind == effect.KindInvalid || e.Kind > effect.KindOpaque:
		return "it is of no known kind"
	case e.Class == effect.ClassExec:
		return "it runs programs or scripts"
	}
	if !spellable(e.Name) || !open && slices.ContainsFunc(e.Tokens, unspellable) {
		return "a rule cannot spell it"
	}
	return ""
}

func (l *Learner) leaveOut(r Rule) {
	r.Text = words.Clip(r.Text)
	if was := l.leftOut[r.Text]; was != nil {
		was.Count += r.Count
		return
	}
	if len(l.leftOut) < maxLeftOut {
		l.leftOut[r.Text] = &r
	}
}

// hasLearnableChild reports whether any of the effects after e was found within it and is learnt by
// itself.
func hasLearnableChild(after []effect.Effect, e *effect.Effect) bool {
	return slices.ContainsFunc(after, func(o effect.Effect) bool {
		switch o.Kind {
		case effect.KindOpaque:
			return false
		case effect.KindAPI, effect.KindApp: // their paths end in themselves
			return strings.HasPrefix(o.Path, e.Path+" > ")
		default:
			return o.Path == e.Path || strings.HasPrefix(o.Path, e.Path+" > ")
		}
	})
}

// isPureWrapper reports whether all that e does is what it holds, so that its own arguments may be
// anything.
func isPureWrapper(e *effect.Effect, wraps bool) bool {
	return wraps && (e.Class == effect.ClassOriginate || e.Class == effect.ClassNested) &&
		!(e.Kind == effect.KindAPI && catalog.ActsBySubcommand(e.Name)) && restIsHarmless(e)
}

// restIsHarmless reports whether a ** matches all tokens of e.
func restIsHarmless(e *effect.Effect) bool {
	s := rule.Unmetered(e)
	for i := range e.Tokens {
		if rule.RestHarm(s, i) != "" {
			return false
		}
	}
	return true
}

// Draft returns the role.
func (l *Learner) Draft() Draft {
	rc := &rule.Compiler{Vocab: rule.NewVocabulary(l.cat)}
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
			if _, err := rc.Compile(r.Text, "", false); err != nil {
				l.leaveOut(Rule{Text: r.Text, Why: err.Text, Count: r.Count})
				continue
			}
			d.Rules = append(d.Rules, r)
		}
		if n := l.groups[key].more; n > 0 {
			l.leaveOut(Rule{Text: key.String(), Why: "there were too many different ones to look at", Count: n})
		}
	}
	if l.level.Count > 0 {
		d.Rules = append(d.Rules, Rule{Text: "log " + l.level.Text, Count: l.level.Count})
	}
	for _, text := range slices.Sorted(maps.Keys(l.leftOut)) {
		d.LeftOut = append(d.LeftOut, *l.leftOut[text])
	}
	return d
}

// status returns one rule for all APIs that are harmless to ask, if there are several.
func (l *Learner) status() (Rule, bool) {
	r := Rule{Text: "api @status"}
	names := make(map[string]bool)
	for key, g := range l.groups {
		if key.isStatus() {
			names[key.head] = true
			r.Count += g.count()
		}
	}
	return r, len(names) > fewTexts/2
}

// String returns the rule and how often, as a person reads it.
func (r Rule) String() string {
	times := fmt.Sprintf("%d times", r.Count)
	if r.Count == 1 {
		times = "once"
	}
	if r.Why != "" {
		return fmt.Sprintf("%s (%s: %s)", words.Printable(r.Text), times, r.Why)
	}
	return fmt.Sprintf("%s (%s)", r.Text, times)
}
