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
	// maxShapes is how many different shapes of one group are kept. Effects of further shapes are
	// only counted.
	maxShapes = 10_000
	// maxLeftOut is how many different effects a Draft lists as left out.
	maxLeftOut = 100
)

// A Learner drafts a role from the effects that a client caused. Use [New] to make one.
type Learner struct {
	cat     *catalog.Catalog
	groups  map[groupKey]*group
	level   Rule // the most verbose log level; Count is zero if there was none
	leftOut map[string]*Rule
}

// A Draft is a first version of a role, for a person to review.
type Draft struct {
	// Rules allow all effects that were learnt, except those in LeftOut. They are sorted by kind
	// and name.
	Rules []Rule
	// LeftOut are the effects for which no rule is proposed, with the reason: they could do
	// anything, or no rule can spell them. At most 100 different ones are listed.
	LeftOut []Rule
}

// A Rule is a rule of a Draft, or an effect that is left out, and how many learnt effects it stands
// for.
type Rule struct {
	Text  string
	Count int
	// Why is the reason why an effect is left out. It is empty for a rule.
	Why string
	// Unlisted is true if the effect is left out because the Learner's catalogue has no API of that
	// name. The policy that describes the API was then probably not used.
	Unlisted bool
}

// New returns a Learner without any effects. A nil cat means the built-in catalogue.
func New(cat *catalog.Catalog) *Learner {
	if cat == nil {
		cat = catalog.Builtin()
	}
	return &Learner{cat: cat, groups: make(map[groupKey]*group), leftOut: make(map[string]*Rule)}
}

// Add learns the effects of one command. redacted are the names of the secrets that the audit left
// out of the command's record. If it is nil, the audit left nothing out, and a text that looks like
// a redaction is the client's own.
func (l *Learner) Add(effects []effect.Effect, redacted []string) {
	expanded := expandedIn(effects)
	for i := range effects {
		e := &effects[i]
		if e.Kind == effect.KindOpaque && len(e.Expanded) > 0 {
			continue // the effects that contain the expansions get rules that spell them
		}
		spelled := expanded != nil && expanded[e.Path+"\x00"+e.String()]
		l.add(e, !spelled && hasLearnableChild(effects[i+1:], e), spelled, redacted)
	}
}

// expandedIn returns the effects, as path, NUL and text, whose expansions an opaque effect among
// effects stands for. It returns nil if there are none.
func expandedIn(effects []effect.Effect) map[string]bool {
	i := slices.IndexFunc(effects, func(e effect.Effect) bool { return len(e.Expanded) > 0 })
	if i < 0 {
		return nil
	}
	out := make(map[string]bool, len(effects[i].Expanded)) // the same for each such effect
	for j := range effects[i].Expanded {
		x := &effects[i].Expanded[j]
		out[x.Path+"\x00"+x.String()] = true
	}
	return out
}

// add learns one effect. wraps is true if another learnt effect is nested in e, spelled if the rule
// must spell all of e.
func (l *Learner) add(e *effect.Effect, wraps, spelled bool, redacted []string) {
	if e.Kind == effect.KindAPI && !l.cat.HasAPI(e.Name) {
		l.leaveOut(Rule{Text: e.String(), Why: "there is no API " + words.Quote(e.Name), Count: 1, Unlisted: true})
		return
	}
	if why := unlearnable(e, isPureWrapper(e, wraps)); why != "" {
		l.leaveOut(Rule{Text: e.String(), Why: why, Count: 1})
		return
	}
	if !isPureWrapper(e, wraps) && l.mayBeTruncated(e, redacted) {
		l.leaveOut(Rule{Text: e.String(), Why: whyTruncated, Count: 1})
		return
	}
	if e.Kind == effect.KindLog {
		l.level.Count++
		if rule.LogLevel(e.Name) >= rule.LogLevel(l.level.Text) {
			l.level.Text = foldLevel(e.Name)
		}
		return
	}
	key, rest := groupOf(e, wraps, isRedacted(e, redacted))
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
		g.dropped++
	default:
		g.shapes[id] = &shape{tokens: rest, count: 1, first: g.seen, last: g.seen, effect: *e}
	}
}

// unlearnable says why no rule is proposed for e, or returns "" if one is. open is true if the rule
// would accept any arguments.
func unlearnable(e *effect.Effect, open bool) string {
	switch {
	case e.Kind == effect.KindOpaque:
		return `its effects are unknown, so only a role that says "unguarded": true may allow it`
	case e.Kind == effect.KindHandover:
		return `it hands the switch to that host, so only a role that says "unguarded": true may allow it`
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

// leaveOut lists r as left out, or adds its count to an equal one.
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

// hasLearnableChild reports whether one of the effects after e is nested in e and gets a rule of
// its own.
func hasLearnableChild(after []effect.Effect, e *effect.Effect) bool {
	return slices.ContainsFunc(after, func(o effect.Effect) bool {
		switch o.Kind {
		case effect.KindOpaque:
			return false
		case effect.KindAPI, effect.KindApp: // the path of such an effect ends in its own name
			return strings.HasPrefix(o.Path, e.Path+effect.PathSeparator)
		default:
			return o.Path == e.Path || strings.HasPrefix(o.Path, e.Path+effect.PathSeparator)
		}
	})
}

// isPureWrapper reports whether e does nothing but run the effects that are nested in it. A drafted
// rule may then accept any arguments. wraps is what hasLearnableChild returned for e.
func isPureWrapper(e *effect.Effect, wraps bool) bool {
	return wraps && (e.Class == effect.ClassOriginate || e.Class == effect.ClassNested) &&
		!(e.Kind == effect.KindAPI && catalog.ActsBySubcommand(e.Name)) && restIsHarmless(e)
}

// restIsHarmless reports whether ** matches all tokens of e.
func restIsHarmless(e *effect.Effect) bool {
	s := rule.Unmetered(e)
	for i := range e.Tokens {
		if rule.RestHarm(s, i) != "" {
			return false
		}
	}
	return true
}

// Draft returns the role that allows what was learnt.
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
		if n := l.groups[key].dropped; n > 0 {
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

// status returns the rule api @status with the count of all effects that it matches. It returns
// true if there are so many different ones that this rule should replace theirs.
func (l *Learner) status() (Rule, bool) {
	r := Rule{Text: "api @status"}
	names := make(map[string]bool)
	for key, g := range l.groups {
		if key.isStatus() {
			names[key.head] = true
			r.Count += g.count()
		}
	}
	return r, len(names) > maxTexts/2
}

// String returns the rule or effect, its count and the reason, printable, such as "api status (2
// times)".
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
