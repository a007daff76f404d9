package policy

import (
	"fmt"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
)

// maxNearest is how many allow rules are looked at, at most, for the one that is nearest to an
// effect that none allows.
const maxNearest = 256

// A nearest is the allow rule that comes nearest to an effect which no rule allows.
type nearest struct {
	rule *rule
	// distance counts the tokens that differ, are missing or are too many.
	distance int
	// differs is the first token that differs; -1: none.
	differs int
	// later says that only the one of both repeats.
	later bool
}

// nearest returns the rule of the same name, or for a leg and a log level of the same kind, that
// comes nearest to e. Its rule is nil where there is none. It takes at most left steps.
func (rs *roleSet) nearest(e *command.Effect, left int) (best nearest) {
	s := &subject{effect: e, work: pattern.Meter{Left: left}}
	looked := 0
	for _, role := range rs.roles {
		for _, r := range role.allow.ofKind(e.Kind) {
			looked++
			if looked > maxNearest || !s.work.Spend(pattern.StepsPerRule) {
				return best
			}
			if n, ok := r.near(s); ok && (best.rule == nil || n.distance < best.distance) {
				best = n
			}
		}
	}
	return best
}

// near says how far the rule is from the effect. It returns false if it is about something else.
func (r *rule) near(s *subject) (nearest, bool) {
	e := s.effect
	n := nearest{rule: r, differs: -1}
	switch {
	case e.Kind == command.KindLog:
		n.distance = len(logLevels) - r.level
		return n, logLevel(e.Name) > r.level
	case e.Kind == command.KindDial, e.Kind == command.KindHandover:
		return r.nearLeg(s)
	case !r.namesBroadly(s):
		return n, false
	}
	for i := range min(len(r.args), len(e.Tokens)) {
		if r.args[i].Match(e.Tokens[i], r.matchOptions(s, i, true)) {
			continue
		}
		if i == 0 && e.Kind == command.KindVar {
			return n, false // it is about another variable
		}
		if n.distance++; n.differs < 0 {
			n.differs = i
		}
	}
	if more := len(e.Tokens) - len(r.args); more < 0 || !r.rest {
		n.distance += max(more, -more)
	}
	if n.later = e.Later == command.Repeating != r.repeating; n.later {
		n.distance++
	}
	return n, n.distance > 0 && !s.work.Over()
}

// why says what differs. It tells nothing of what the rule spells, since a client may read it, and
// is empty where there is nothing to say but that.
func (n *nearest) why(e *command.Effect) string {
	switch {
	case e.Kind == command.KindLog:
		return "the nearest rule allows less of the log"
	case e.Kind == command.KindDial, e.Kind == command.KindHandover:
		return n.legWhy(e)
	case n.later:
		return n.laterWhy()
	case n.differs >= 0:
		return placeName(&subject{effect: e}, n.differs) + " is not one that the nearest rule allows"
	}
	allows := arguments(len(n.rule.args))
	if n.rule.rest {
		allows += " or more"
	}
	return fmt.Sprintf("the nearest rule allows %s, and this has %d", allows, len(e.Tokens))
}

// laterWhy says that only the one of rule and effect repeats.
func (n *nearest) laterWhy() string {
	if n.rule.repeating {
		return "the nearest rule is for what is repeated only"
	}
	return "the nearest rule allows it without repetition only"
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

// namesBroadly reports whether the rule's name, with wildcards as broad as those of a deny, matches
// the effect's.
func (r *rule) namesBroadly(s *subject) bool {
	if len(r.name.Globs) == 0 {
		return r.matchName(nil, s, s.effect.Name, true)
	}
	return r.name.Match(s.effect.Name, pattern.Options{Fold: foldsKey(r.kind, false), Broad: true, Work: &s.work})
}

// nearLeg compares how what is dialled, or handed over to, begins: a rule is near that begins alike
// up to the type at least.
func (r *rule) nearLeg(s *subject) (nearest, bool) {
	name := s.effect.Name
	typ := strings.IndexAny(name, "/:") + 1
	alike := 0
	for i := range min(len(r.name.Globs), maxNearest) {
		prefix := r.name.Globs[i].Prefix()
		if !s.work.Spend(min(len(prefix), len(name))) {
			return nearest{}, false
		}
		n := 0
		for n < len(prefix) && n < len(name) && prefix[n] == name[n] {
			n++
		}
		alike = max(alike, n)
	}
	return nearest{rule: r, distance: pattern.MaxName - alike}, typ > 0 && alike >= typ
}
