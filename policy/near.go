package policy

import (
	"fmt"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
)

// near returns, for an effect that no rule allows, the rule that would allow it if every value were
// harmless, and which value is not; or else the rule that comes nearest to it, and what differs.
// Both are empty where there is no such rule. why is for the client, too: it tells no more of the
// rule than one of its wildcards, and how many arguments it allows.
func (rs *roleSet) near(e *command.Effect, left int) (rule, why string) {
	for _, role := range rs.roles {
		r := role.allow.findNear(&subject{effect: e, work: pattern.Meter{Left: left}})
		if r == nil {
			continue
		}
		if why := r.harm(e); why != "" {
			return r.text, why
		}
	}
	if rule, why := rs.nearPlace(e, left); rule != "" {
		return rule, why
	}
	if n := rs.nearest(e, left); n.rule != nil {
		return n.rule.text, n.why(e)
	}
	return "", ""
}

// nearPlace returns, for a leg that no rule allows at its place, the rule that allows it at
// another, and says so. Both are empty where there is no such rule.
func (rs *roleSet) nearPlace(e *command.Effect, left int) (rule, why string) {
	if e.Kind != command.KindDial {
		return "", ""
	}
	elsewhere := *e
	for elsewhere.Leg = command.LegA; elsewhere.Leg <= command.LegOther; elsewhere.Leg++ {
		for _, role := range rs.roles {
			if r := role.allow.find(&subject{effect: &elsewhere, work: pattern.Meter{Left: left}}); r != nil {
				return r.text, "a rule allows it as " + withArticle(elsewhere.Leg) + ", and this is " + withArticle(e.Leg)
			}
		}
	}
	return "", ""
}

// Harm says which of the effect's values the wildcards of an allow rule do not match, and why. It
// returns "" where they match all, or the rule does not fit at all.
func (r *rule) harm(e *command.Effect) string {
	s := unmetered(e)
	for i := range e.Tokens {
		wildcard, why := "**", ""
		if i < len(r.args) {
			wildcard, why = r.args[i].Harm(e.Tokens[i], r.matchOptions(s, i, false))
		} else if r.rest {
			why = restHarm(s, i)
		}
		if why != "" {
			return placeName(s, i) + " is not matched by `" + wildcard + "`, since " + why
		}
	}
	switch {
	case r.kind == command.KindDial:
		return "in what is dialled, `*` matches letters, digits and + # . _ - only"
	case namedOnly(e):
		return "no wildcard covers this name, so it must be spelled"
	}
	return ""
}

// placeName names token i for people, with its types: "argument 3 (file)".
func placeName(s *subject, i int) string {
	name := fmt.Sprintf("argument %d", i+1)
	switch {
	case s.effect.Kind == command.KindVar && i == 0:
		name = "the name of the variable"
	case s.effect.Kind == command.KindVar:
		name = "the value"
	case s.effect.Kind == command.KindDialplan && i < len(dialplanPlaces):
		name = dialplanPlaces[i]
	}
	var types []string
	for _, t := range s.formed().Types(i).Types() {
		types = append(types, t.String())
	}
	return name + " (" + strings.Join(types, ", ") + ")"
}

var dialplanPlaces = [...]string{"the context", "the extension"}
