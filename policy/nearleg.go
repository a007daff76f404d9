package policy

import (
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
)

// legWhy says how a leg, or what a handover names, differs from the nearest rule. Of what the rule
// spells it tells no more than whether there is an @ or a + in it.
func (n *nearest) legWhy(e *command.Effect) string {
	s := &subject{effect: e, work: pattern.Meter{Left: pattern.MaxWork}}
	allows := func(name string) bool { return n.rule.matchAnyName(s, name) }
	user, _, hasDomain := strings.Cut(e.Name, "@")
	at := strings.LastIndexByte(user, '/') + 1
	typ, number := e.Name[:at], e.Name[at:]
	switch {
	case allows(e.Name):
		if e.Later == command.Repeating != n.rule.repeating {
			return n.laterWhy()
		}
		return ""
	case e.Kind == command.KindHandover:
		return "the nearest rule is for another host or port"
	case hasDomain && allows(user):
		return "the nearest rule allows it only without what follows the @, which is another leg"
	case hasDomain == n.rule.wantsDomain():
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

// wantsDomain reports whether each name that a rule for legs spells holds an @.
func (r *rule) wantsDomain() bool {
	for i := range r.name.Globs {
		if !r.name.Globs[i].ContainsByte('@') {
			return false
		}
	}
	return len(r.name.Globs) > 0
}
