package policy

import (
	"fmt"
	"strings"

	"eslguard/command"
)

// maxNearest is how many allow rules are looked at, at most, for the one that is nearest to an effect
// that none allows.
const maxNearest = 256

// A nearest is the allow rule that comes nearest to an effect which no rule allows.
type nearest struct {
	rule *rule
	// apart counts the tokens that differ, are missing or are too many.
	apart int
	// why says what differs. It tells nothing of what the rule spells: a client may read it. It is
	// empty where there is nothing to say but that.
	why string
}

// nearest returns the rule of the same name, or for a leg and a log level of the same kind, that comes
// nearest to e. Its rule is nil where there is none. It takes at most left steps.
func (c *Client) nearest(e *command.Effect, left int) (best nearest) {
	s := &subject{effect: e, work: meter{left: left}}
	looked := 0
	for _, role := range c.roles {
		for _, r := range role.allow.ofKind(e.Kind) {
			looked++
			if looked > maxNearest || !s.work.spend(stepsPerRule) {
				return best
			}
			if n, ok := r.near(s); ok && (best.rule == nil || n.apart < best.apart) {
				best = n
			}
		}
	}
	return best
}

// near says how far the rule is from the effect. It returns false if it is about something else.
func (r *rule) near(s *subject) (nearest, bool) {
	e := s.effect
	n := nearest{rule: r}
	switch {
	case e.Kind == command.KindLog:
		n.apart, n.why = len(logLevels)-r.level, "the nearest rule allows less of the log"
		return n, logLevel(e.Name) > r.level
	case e.Kind == command.KindDial, e.Kind == command.KindHandover:
		return r.nearLeg(s)
	case !r.namesBroadly(s):
		return n, false
	}
	for i := range min(len(r.args), len(e.Tokens)) {
		h := r.how(s, i, true)
		if r.args[i].match(e.Tokens[i], h) {
			continue
		}
		if i == 0 && e.Kind == command.KindVar {
			return n, false // it is about another variable
		}
		if n.apart++; n.why == "" {
			n.why = placeName(s, i) + " is not one that the nearest rule allows"
		}
	}
	n.countTokens(len(e.Tokens))
	if repeats := e.Later == command.Repeating; repeats != r.repeating {
		n.apart++
		n.why = "the nearest rule allows it without repetition only"
		if !repeats {
			n.why = "the nearest rule is for what is repeated only"
		}
	}
	return n, n.apart > 0 && !s.work.over()
}

// countTokens compares the number of the rule's tokens with that of the effect's.
func (n *nearest) countTokens(has int) {
	want := len(n.rule.args)
	if has == want || has > want && n.rule.rest {
		return
	}
	more := has - want
	n.apart += max(more, -more)
	if n.why != "" {
		return
	}
	allows := arguments(want)
	if n.rule.rest {
		allows += " or more"
	}
	if want == 0 {
		allows = "no arguments"
	}
	n.why = fmt.Sprintf("the nearest rule allows %s, and this has %d", allows, has)
}

func arguments(n int) string {
	if n == 1 {
		return "1 argument"
	}
	return fmt.Sprintf("%d arguments", n)
}

// namesBroadly reports whether the rule's name, with wildcards as broad as those of a deny, matches
// the effect's.
func (r *rule) namesBroadly(s *subject) bool {
	if len(r.name.globs) == 0 {
		return r.matchName(nil, s, s.effect.Name, true)
	}
	return r.name.match(s.effect.Name, how{fold: foldsKey(r.kind, false), broad: true, work: &s.work})
}

// nearLeg compares how what is dialled, or handed over to, begins: a rule is near that begins alike
// up to the type at least.
func (r *rule) nearLeg(s *subject) (nearest, bool) {
	name := s.effect.Name
	typ := strings.IndexAny(name, "/:") + 1
	alike := 0
	for i := range min(len(r.name.globs), maxNearest) {
		prefix := r.name.globs[i].prefix()
		if !s.work.spend(min(len(prefix), len(name))) {
			return nearest{}, false
		}
		n := 0
		for n < len(prefix) && n < len(name) && prefix[n] == name[n] {
			n++
		}
		alike = max(alike, n)
	}
	return nearest{rule: r, apart: maxEffectName - alike}, typ > 0 && alike >= typ
}
