package rule

import (
	"math"
	"slices"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// FoldBits is how many tokens an Effect's Fold covers.
const FoldBits = 64

// A Subject is an effect that rules are matched against. Its form is looked up when the first rule
// wants to know it.
type Subject struct {
	Effect     *effect.Effect
	cachedForm catalog.Form
	hasForm    bool
	// Work counts the steps of matching.
	Work pattern.Meter
}

// Unmetered returns a subject whose matching may take any number of steps.
func Unmetered(e *effect.Effect) *Subject {
	return &Subject{Effect: e, Work: pattern.Meter{Left: math.MaxInt}}
}

func (s *Subject) form() *catalog.Form {
	if !s.hasForm {
		s.cachedForm, s.hasForm = catalog.FormOf(s.Effect), true
	}
	return &s.cachedForm
}

// Matches reports whether the rule matches the effect, by whichever alternative of its name.
func (r *Rule) Matches(e *effect.Effect) bool {
	s := Unmetered(e)
	if e.Kind != r.Kind || !r.MatchRest(s, false) {
		return false
	}
	if r.MatchAnyName(s, e.Name) {
		return true
	}
	if !r.Deny || r.Kind != effect.KindDial {
		return false
	}
	return slices.ContainsFunc(catalog.Spellings(e, -1), func(name string) bool { return r.MatchAnyName(s, name) })
}

// Names reports whether r is about effects of that name, whatever their arguments.
func (r *Rule) Names(e *effect.Effect) bool {
	return r.MatchAnyName(Unmetered(e), e.Name)
}

// MatchAnyName reports whether any alternative of the rule's name matches name, which is one of the
// effect's.
func (r *Rule) MatchAnyName(s *Subject, name string) bool {
	if len(r.Name.Globs) == 0 || r.Name.Index != nil || r.Kind == effect.KindLog {
		return r.MatchName(nil, s, name, false)
	}
	for i := range r.Name.Globs {
		if r.MatchName(&r.Name.Globs[i], s, name, false) {
			return true
		}
	}
	return false
}

// MatchName reports whether g, one alternative of the rule's name, matches name: the effect's, or
// another spelling of it. A nil g stands for a name that has no globs: a class, a regular
// expression, **.
func (r *Rule) MatchName(g *pattern.Glob, s *Subject, name string, broad bool) bool {
	e := s.Effect
	if !r.Deny && !broad && g.IsWild() && needsSpelledName(e) {
		return false
	}
	switch {
	case r.Kind == effect.KindLog && !r.AnyName:
		return r.matchLevel(e.Name)
	case r.AnyName:
		return true
	case r.Classes != 0:
		return e.Class != effect.ClassNone && r.Classes&(1<<e.Class) != 0
	}
	opts := pattern.Options{Fold: FoldsKey(r.Kind, r.Deny), Deny: r.Deny, Dial: r.Kind == effect.KindDial, Broad: broad, Work: &s.Work}
	if g == nil {
		return r.Name.Match(name, opts)
	}
	return opts.Work.Spend(len(name)) && g.Match(name, opts)
}

// MatchRest reports whether the rule, whose name matches, matches the rest of the effect. broad is
// [pattern.Options.Broad].
func (r *Rule) MatchRest(s *Subject, broad bool) bool {
	e := s.Effect
	if r.Leg != effect.LegUnknown && !r.MatchLeg(e.Leg) {
		return false
	}
	if e.Later == effect.Repeating != r.Repeating && (r.Repeating || !r.Deny) {
		return false
	}
	if len(e.Tokens) < len(r.Args) || len(e.Tokens) > len(r.Args) && !r.Rest {
		return false
	}
	for i := range r.Args {
		if !r.matchToken(e, i, r.MatchOptions(s, i, broad)) {
			return false
		}
	}
	if r.Deny || broad {
		return true
	}
	for i := len(r.Args); i < len(e.Tokens); i++ {
		if RestHarm(s, i) != "" {
			return false
		}
	}
	return true
}

// Options returns how the rule compares token i.
func (r *Rule) MatchOptions(s *Subject, i int, broad bool) pattern.Options {
	opts := pattern.Options{Fold: i < FoldBits && s.Effect.Fold&(1<<i) != 0, Deny: r.Deny, Broad: broad, Work: &s.Work}
	if r.Deny || broad || !r.Args[i].Wild {
		return opts
	}
	form := s.form()
	if s.Effect.Kind == effect.KindVar {
		opts.Types, opts.Acts = form.Types(i), form.Acts(i)
		return opts
	}
	opts.Types, opts.Offset, opts.Unknown = form.Types(i), form.Offset(i), !form.Known()
	return opts
}

func (r *Rule) matchToken(e *effect.Effect, i int, opts pattern.Options) bool {
	if r.Args[i].Match(e.Tokens[i], opts) {
		return true
	}
	if !r.Deny {
		return false
	}
	if i == 0 && e.Kind == effect.KindDialplan && e.Tokens[i] == "" {
		return true // the channel's own context, which may be any
	}
	for _, spelling := range catalog.Spellings(e, i) {
		if r.Args[i].Match(spelling, opts) {
			return true
		}
	}
	return false
}

// matchLevel reports whether the level named is at most as verbose as an allow rule's, or at
// least as verbose as a deny's. A level that is not known is at no rule's.
func (r *Rule) matchLevel(name string) bool {
	level := LogLevel(name)
	if r.Deny {
		return level < 0 || level >= r.level
	}
	return level >= 0 && level <= r.level
}

// RestHarm says why a ** does not match token i, and "" where it does.
func RestHarm(s *Subject, i int) string {
	if s.form().Acts(i) {
		return pattern.ActingName
	}
	token := s.Effect.Tokens[i]
	if !s.Work.Spend(len(token)) {
		return ReasonTooMuch
	}
	return pattern.HarmOf(s.form().Types(i), token, []argument.Span{{Start: 0, End: len(token)}}, s.form().Offset(i))
}

// ReasonTooMuch is why a command is denied that takes more than MaxWork.
const ReasonTooMuch = "it takes too much work to decide"

// FoldsName reports whether FreeSWITCH compares the names of that kind without case.
func FoldsName(k effect.Kind) bool {
	switch k {
	case effect.KindAPI, effect.KindApp, effect.KindSubscribe, effect.KindChannel, effect.KindLog,
		effect.KindInject, effect.KindDialplan:
		return true
	default:
		return false
	}
}

// FoldsKey reports whether a rule of that kind compares its name without case. A deny does so of a
// dial too: FreeSWITCH finds endpoints in any case (switch_loadable_module.c), and what comes
// behind them is for others to read.
func FoldsKey(k effect.Kind, deny bool) bool {
	return FoldsName(k) || deny && k == effect.KindDial
}

// needsSpelledName reports whether an allow rule must spell the effect's name: the events that show what
// other clients do, CUSTOM with all its subclasses, the injected events by which one would speak
// for the switch, and what nobody could take apart.
func needsSpelledName(e *effect.Effect) bool {
	switch e.Kind {
	case effect.KindSubscribe:
		if len(e.Tokens) == 0 && words.EqualFold(e.Name, CustomEvent) {
			return true
		}
		return isNamed(e, NoWildcardEvents[:])
	case effect.KindInject:
		return isNamed(e, NoWildcardEvents[:]) || isNamed(e, switchEvents[:])
	case effect.KindOpaque:
		return true
	default:
		return false
	}
}

func isNamed(e *effect.Effect, names []string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return words.EqualFold(e.Name, name) })
}

// CustomEvent is the event, folded, that has subclasses. Without one it stands for all of them.
const CustomEvent = "custom"

// NoWildcardEvents are the events, folded, that no wildcard of an allow rule matches.
var NoWildcardEvents = [...]string{"api", "background_job", "log"}

// switchEvents are further events, folded, that no wildcard of an allow rule lets a client inject:
// the switch tells with them what becomes of itself, its modules, its schedule and its sessions,
// and modules do what they say (they reload, rotate logs, bill, call, forget the schedule).
var switchEvents = [...]string{
	"startup", "shutdown", "shutdown_requested", "session_crash", "module_load", "module_unload", "reloadxml", "cert_reload",
	"trap", "nat", "add_schedule", "del_schedule", "exe_schedule", "re_schedule", "session_heartbeat", "call_setup_req",
}
