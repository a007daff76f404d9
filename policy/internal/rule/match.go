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

// A Subject is an effect that rules are matched against. Its form is looked up when a rule first
// needs it. Effect must not be nil.
type Subject struct {
	Effect     *effect.Effect
	cachedForm catalog.Form
	hasForm    bool
	// Work counts the steps of matching. The zero Work has no steps left.
	Work pattern.Meter
}

// Unmetered returns a Subject whose matching may take any number of steps.
func Unmetered(e *effect.Effect) *Subject {
	return &Subject{Effect: e, Work: pattern.Meter{Left: math.MaxInt}}
}

func (s *Subject) form() *catalog.Form {
	if !s.hasForm {
		s.cachedForm, s.hasForm = catalog.FormOf(s.Effect), true
	}
	return &s.cachedForm
}

// Matches reports whether the rule matches the effect, by any alternative of its name and with any
// number of steps.
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

// Names reports whether the rule matches the name of the effect. It ignores the arguments.
func (r *Rule) Names(e *effect.Effect) bool {
	return r.MatchAnyName(Unmetered(e), e.Name)
}

// MatchAnyName reports whether any alternative of the rule's name matches name: the name of the
// effect, or another spelling of it.
func (r *Rule) MatchAnyName(s *Subject, name string) bool {
	if len(r.Name.Globs) == 0 || r.Name.IsIndexed() || r.Kind == effect.KindLog {
		return r.MatchName(nil, s, name, false)
	}
	for i := range r.Name.Globs {
		if r.MatchName(&r.Name.Globs[i], s, name, false) {
			return true
		}
	}
	return false
}

// MatchName reports whether g, one alternative of the rule's name, matches name: the name of the
// effect, or another spelling of it. g is nil for a name without globs, which is a class, a regular
// expression or **. broad is [pattern.Options.Broad].
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

// MatchRest reports whether the rule matches everything of the effect but its kind and its name:
// the place of a leg, repetition and the arguments. broad is [pattern.Options.Broad].
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

// MatchOptions returns how the rule compares token i, which must be one of Args. broad is
// [pattern.Options.Broad].
func (r *Rule) MatchOptions(s *Subject, i int, broad bool) pattern.Options {
	opts := pattern.Options{Fold: i < effect.FoldBits && s.Effect.Fold&(1<<i) != 0, Deny: r.Deny, Broad: broad, Work: &s.Work}
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
		return true // it means the channel's own context, which is unknown
	}
	for _, spelling := range catalog.Spellings(e, i) {
		if r.Args[i].Match(spelling, opts) {
			return true
		}
	}
	return false
}

// matchLevel reports whether the named level is at most as verbose as that of an allow rule, or at
// least as verbose as that of a deny rule. An unknown level matches every deny rule and no allow
// rule.
func (r *Rule) matchLevel(name string) bool {
	level := LogLevel(name)
	if r.Deny {
		return level < 0 || level >= r.level
	}
	return level >= 0 && level <= r.level
}

// RestHarm says why a ** does not match token i. It returns "" if it does.
func RestHarm(s *Subject, i int) string {
	if s.form().Acts(i) {
		return pattern.ActingName
	}
	token := s.Effect.Tokens[i]
	if !s.Work.Spend(len(token)) {
		return ReasonTooMuch
	}
	return pattern.HarmOf(s.form().Types(i), token, argument.Whole(token), s.form().Offset(i))
}

// ReasonTooMuch is the reason for denying a command whose decision takes more steps than allowed.
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

// FoldsKey reports whether a rule of that kind compares its name without case. A deny rule also
// does so for a leg: FreeSWITCH finds endpoints in any case (switch_loadable_module.c), and other
// systems interpret the rest.
func FoldsKey(k effect.Kind, deny bool) bool {
	return FoldsName(k) || deny && k == effect.KindDial
}

// needsSpelledName reports whether an allow rule must spell the effect's name. This applies to the
// events that show what other clients do, CUSTOM with all its subclasses, the injected events by
// which a client would speak for the switch, and to what cannot be analysed.
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

// CustomEvent is the event, in lower case, that has subclasses. Without a subclass it means all of
// them.
const CustomEvent = "custom"

// NoWildcardEvents are the events, in lower case, that no wildcard of an allow rule matches.
var NoWildcardEvents = [...]string{"api", "background_job", "log"}

// switchEvents are further events, in lower case, that no wildcard of an allow rule lets a client
// inject. The switch reports with them about itself, its modules, its schedule and its sessions,
// and modules act on them: they reload, rotate logs, bill, call, or drop the schedule.
var switchEvents = [...]string{
	"startup", "shutdown", "shutdown_requested", "session_crash", "module_load", "module_unload", "reloadxml", "cert_reload",
	"trap", "nat", "add_schedule", "del_schedule", "exe_schedule", "re_schedule", "session_heartbeat", "call_setup_req",
}
