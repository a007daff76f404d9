package policy

import (
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
)

// covering returns the first of the rules that spell all of the expansions that an opaque effect
// stands for. It returns nil where they do not, where a deny may match what they become, and where
// the client may decide that.
func (rs *roleSet) covering(e *command.Effect, work *pattern.Meter) (first *rule) {
	if e.Kind != command.KindOpaque || rs.uncertain {
		return nil
	}
	for i := range e.Expanded {
		r := rs.spelling(&e.Expanded[i], work)
		if r == nil || rs.mayBeDenied(&e.Expanded[i], work) || work.Over() {
			return nil
		}
		if i == 0 {
			first = r
		}
	}
	return first
}

// spelling returns the first allow rule that matches e and spells its expansions, and nil without
// one.
func (rs *roleSet) spelling(e *command.Effect, work *pattern.Meter) *rule {
	s := subject{effect: e, work: *work}
	defer func() { *work = s.work }()
	for _, role := range rs.roles {
		for _, r := range role.rules {
			if !s.work.Spend(pattern.StepsPerRule) {
				return nil
			}
			if !r.deny && r.kind == e.Kind && r.matchRest(&s, false) && r.matchAnyName(&s, e.Name) && r.spellsOut(&s) {
				return r
			}
		}
	}
	return nil
}

// SpellsOut reports whether a rule that matches the effect spells all of its expansions: none
// stands in what a wildcard, a regular expression or a ** matches.
func (r *rule) spellsOut(s *subject) bool {
	e := s.effect
	if spans := command.Expansions(e.Name); len(spans) > 0 {
		h := pattern.Options{Fold: foldsKey(r.kind, false), Dial: r.kind == command.KindDial, Work: &s.work}
		if !r.name.SpellsOut(e.Name, spans, h) {
			return false
		}
	}
	for i, token := range e.Tokens {
		spans := command.Expansions(token)
		if len(spans) > 0 && (i >= len(r.args) || !r.args[i].SpellsOut(token, spans, r.matchOptions(s, i, false))) {
			return false
		}
	}
	return true
}

// mayBeDenied reports whether a deny could match e, whatever its expansions become.
func (rs *roleSet) mayBeDenied(e *command.Effect, work *pattern.Meter) bool {
	open := *e
	open.Name, open.Tokens = pattern.WithRuns(e.Name), make([]string, len(e.Tokens))
	for i, token := range e.Tokens {
		open.Tokens[i] = pattern.WithRuns(token)
	}
	s := subject{effect: &open, work: *work}
	defer func() { *work = s.work }()
	for _, role := range rs.roles {
		for _, r := range role.rules {
			if r.deny && r.kind == e.Kind && (!s.work.Spend(pattern.StepsPerRule) || r.couldMatch(&s)) {
				return true
			}
		}
	}
	return false
}

// CouldMatch reports whether a deny could match an effect that has AnyWord or AnyWords in the place
// of each expansion.
func (r *rule) couldMatch(s *subject) bool {
	e := s.effect
	if r.repeating && e.Later != command.Repeating || !r.couldMatchName(s) {
		return false
	}
	for i := range r.args {
		if i >= len(e.Tokens) {
			return false
		}
		token := e.Tokens[i]
		if words := strings.IndexByte(token, pattern.AnyWords); words >= 0 {
			// It may be a part of this token, with further tokens behind it.
			return r.args[i].CouldMatch(&s.work, token[:words+1])
		}
		matches := false
		if strings.IndexByte(token, pattern.AnyWord) >= 0 {
			matches = r.args[i].CouldMatch(&s.work, append(e.Spellings(i), token)...)
		} else {
			matches = r.matchToken(e, i, r.matchOptions(s, i, false))
		}
		if !matches {
			return false
		}
	}
	hasWords := func(token string) bool { return strings.IndexByte(token, pattern.AnyWords) >= 0 }
	return r.rest || len(r.args) == len(e.Tokens) || slices.ContainsFunc(e.Tokens, hasWords)
}

// couldMatchName is CouldMatch for the name alone.
func (r *rule) couldMatchName(s *subject) bool {
	name := s.effect.Name
	if strings.IndexByte(name, pattern.AnyWord) < 0 && strings.IndexByte(name, pattern.AnyWords) < 0 {
		matches := func(name string) bool { return r.matchAnyName(s, name) }
		return matches(name) || slices.ContainsFunc(s.effect.Spellings(-1), matches)
	}
	return len(r.name.Globs) == 0 || r.name.CouldMatch(&s.work, append(s.effect.Spellings(-1), name)...)
}
