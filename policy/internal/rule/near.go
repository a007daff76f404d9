package rule

import (
	"fmt"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// MaxNearest is how many allow rules are looked at, at most, for the one that is nearest to an
// effect that none allows.
const MaxNearest = 256

// A Nearest is the allow rule that comes nearest to an effect which no rule allows.
type Nearest struct {
	Rule *Rule
	// Distance counts the tokens that differ, are missing or are too many.
	Distance int
	// differs is the first token that differs; -1: none.
	differs int
	// later says that only the one of both repeats.
	later bool
}

// Near says how far the rule is from the effect. It returns false if it is about something else.
func (r *Rule) Near(s *Subject) (Nearest, bool) {
	e := s.Effect
	n := Nearest{Rule: r, differs: -1}
	switch {
	case e.Kind == effect.KindLog:
		n.Distance = len(LogLevels) - r.level
		return n, LogLevel(e.Name) > r.level
	case e.Kind == effect.KindDial, e.Kind == effect.KindHandover:
		return r.nearLeg(s)
	case !r.namesBroadly(s):
		return n, false
	}
	for i := range min(len(r.Args), len(e.Tokens)) {
		if r.Args[i].Match(e.Tokens[i], r.MatchOptions(s, i, true)) {
			continue
		}
		if i == 0 && e.Kind == effect.KindVar {
			return n, false // it is about another variable
		}
		if n.Distance++; n.differs < 0 {
			n.differs = i
		}
	}
	if more := len(e.Tokens) - len(r.Args); more < 0 || !r.Rest {
		n.Distance += max(more, -more)
	}
	if n.later = e.Later == effect.Repeating != r.Repeating; n.later {
		n.Distance++
	}
	return n, n.Distance > 0 && !s.Work.Over()
}

// namesBroadly reports whether the rule's name, with wildcards as broad as those of a deny, matches
// the effect's.
func (r *Rule) namesBroadly(s *Subject) bool {
	if len(r.Name.Globs) == 0 {
		return r.MatchName(nil, s, s.Effect.Name, true)
	}
	return r.Name.Match(s.Effect.Name, pattern.Options{Fold: FoldsKey(r.Kind, false), Broad: true, Work: &s.Work})
}

// nearLeg compares how what is dialled, or handed over to, begins: a rule is near that begins alike
// up to the type at least.
func (r *Rule) nearLeg(s *Subject) (Nearest, bool) {
	name := s.Effect.Name
	typ := strings.IndexAny(name, "/:") + 1
	alike := 0
	for i := range min(len(r.Name.Globs), MaxNearest) {
		prefix := r.Name.Globs[i].Prefix()
		if !s.Work.Spend(min(len(prefix), len(name))) {
			return Nearest{}, false
		}
		n := 0
		for n < len(prefix) && n < len(name) && prefix[n] == name[n] {
			n++
		}
		alike = max(alike, n)
	}
	return Nearest{Rule: r, Distance: pattern.MaxName - alike}, typ > 0 && alike >= typ
}

// Why says what differs. It tells nothing of what the rule spells, since a client may read it, and
// is empty where there is nothing to say but that.
func (n *Nearest) Why(e *effect.Effect) string {
	switch {
	case e.Kind == effect.KindLog:
		return "the nearest rule allows less of the log"
	case e.Kind == effect.KindDial, e.Kind == effect.KindHandover:
		return n.legWhy(e)
	case n.later:
		return n.laterWhy()
	case n.differs >= 0:
		return PlaceName(&Subject{Effect: e}, n.differs) + " is not one that the nearest rule allows"
	}
	allows := arguments(len(n.Rule.Args))
	if n.Rule.Rest {
		allows += " or more"
	}
	return fmt.Sprintf("the nearest rule allows %s, and this has %d", allows, len(e.Tokens))
}

// legWhy says how a leg, or what a handover names, differs from the nearest rule. Of what the rule
// spells it tells no more than whether there is an @ or a + in it.
func (n *Nearest) legWhy(e *effect.Effect) string {
	s := &Subject{Effect: e, Work: pattern.Meter{Left: pattern.MaxWork}}
	allows := func(name string) bool { return n.Rule.MatchAnyName(s, name) }
	user, _, hasDomain := strings.Cut(e.Name, "@")
	at := strings.LastIndexByte(user, '/') + 1
	typ, number := e.Name[:at], e.Name[at:]
	switch {
	case allows(e.Name):
		if e.Later == effect.Repeating != n.Rule.Repeating {
			return n.laterWhy()
		}
		return ""
	case e.Kind == effect.KindHandover:
		return "the nearest rule is for another host or port"
	case hasDomain && allows(user):
		return "the nearest rule allows it only without what follows the @, which is another leg"
	case hasDomain == n.Rule.wantsDomain():
	case hasDomain:
		return "the nearest rule has no @ and domain, and this has one"
	default:
		return "the nearest rule asks for an @ and a domain behind it, which makes another leg"
	}
	if plain, plus := strings.CutPrefix(number, "+"); plus && allows(typ+plain) {
		return "the nearest rule allows the number only without its +"
	}
	if !strings.HasPrefix(number, "+") && allows(typ+"+"+number) {
		return "the nearest rule allows the number only with a + before it"
	}
	return "what follows its type is not what the nearest rule allows"
}

// laterWhy says that only the one of rule and effect repeats.
func (n *Nearest) laterWhy() string {
	if n.Rule.Repeating {
		return "the nearest rule is for what is repeated only"
	}
	return "the nearest rule allows it without repetition only"
}

// wantsDomain reports whether each name that a rule for legs spells holds an @.
func (r *Rule) wantsDomain() bool {
	for i := range r.Name.Globs {
		if !r.Name.Globs[i].ContainsByte('@') {
			return false
		}
	}
	return len(r.Name.Globs) > 0
}

func arguments(n int) string {
	switch n {
	case 0:
		return "no arguments"
	case 1:
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// Harm says which of the effect's values the wildcards of an allow rule do not match, and why. It
// returns "" where they match all, or the rule does not fit at all.
func (r *Rule) Harm(e *effect.Effect) string {
	s := Unmetered(e)
	for i := range e.Tokens {
		wildcard, why := "**", ""
		if i < len(r.Args) {
			wildcard, why = r.Args[i].Harm(e.Tokens[i], r.MatchOptions(s, i, false))
		} else if r.Rest {
			why = RestHarm(s, i)
		}
		if why != "" {
			return PlaceName(s, i) + " is not matched by `" + wildcard + "`, since " + why
		}
	}
	switch {
	case r.Kind == effect.KindDial:
		return "in what is dialled, `*` matches letters, digits and + # . _ - only"
	case needsSpelledName(e):
		return "no wildcard covers this name, so it must be spelled"
	}
	return ""
}

// PlaceName names token i for people, with its types: "argument 3 (file)".
func PlaceName(s *Subject, i int) string {
	name := fmt.Sprintf("argument %d", i+1)
	switch {
	case s.Effect.Kind == effect.KindVar && i == 0:
		name = "the name of the variable"
	case s.Effect.Kind == effect.KindVar:
		name = "the value"
	case s.Effect.Kind == effect.KindDialplan && i < len(dialplanPlaces):
		name = dialplanPlaces[i]
	}
	var types []string
	for _, t := range s.form().Types(i).Types() {
		types = append(types, t.String())
	}
	return name + " (" + strings.Join(types, ", ") + ")"
}

var dialplanPlaces = [...]string{"the context", "the extension"}
