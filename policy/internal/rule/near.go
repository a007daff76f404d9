package rule

import (
	"fmt"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// MaxNearest is the most allow rules that are compared with a denied effect to find the nearest
// one.
const MaxNearest = 256

// A Nearest is the allow rule that is nearest to an effect which no rule allows. The zero Nearest
// has no rule.
type Nearest struct {
	Rule *Rule
	// Distance is the number of tokens that differ, are missing or are too many. For a log level or
	// a leg it is another measure, which is comparable only within the kind.
	Distance int
	// differs is the index of the first token that differs, -1 if there is none.
	differs int
	// later is true if only one of the rule and the effect repeats.
	later bool
}

// Near returns how far the rule is from the effect. It returns false if the rule is for something
// else or, except for legs and handovers, if it matches.
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

// namesBroadly is like MatchAnyName, with [pattern.Options.Broad].
func (r *Rule) namesBroadly(s *Subject) bool {
	if len(r.Name.Globs) == 0 {
		return r.MatchName(nil, s, s.Effect.Name, true)
	}
	return r.Name.Match(s.Effect.Name, pattern.Options{Fold: FoldsKey(r.Kind, false), Broad: true, Work: &s.Work})
}

// nearLeg is like Near, for legs and handovers. It compares how the names begin: a rule is near if
// the first characters are the same up to the end of the type at least.
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

// Why says what differs between the rule and the effect. A client may read it, so it reveals
// nothing that the rule spells. It is "" if there is nothing to say without that.
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

// legWhy is like Why, for legs and handovers. It reveals nothing that the rule spells except
// whether that contains an @ or a +.
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

// laterWhy says which of the rule and the effect repeats.
func (n *Nearest) laterWhy() string {
	if n.Rule.Repeating {
		return "the nearest rule is for what is repeated only"
	}
	return "the nearest rule allows it without repetition only"
}

// wantsDomain reports whether each alternative of the name contains an @. It returns false for a
// name without globs.
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

// Harm says which value of the effect the wildcards of an allow rule do not match, and why. It
// returns "" if they match all values, or if the rule does not match for another reason.
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

// PlaceName returns a description of token i with its types, such as "argument 3 (file)".
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
