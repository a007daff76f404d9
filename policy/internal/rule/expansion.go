package rule

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/catalog"
	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
)

// spelledVariables returns the variables, in lower case, of the expansions that an allow rule
// spells. It returns nil for a deny rule.
func (r *Rule) spelledVariables() (variables []string) {
	if r.Deny {
		return nil
	}
	r.SpelledExpansions(func(text string) {
		name, ok := argument.ExpansionVariable(text)
		if name = ascii.ToLower(name); ok && name != "" && !slices.Contains(variables, name) {
			variables = append(variables, name)
		}
	})
	return variables
}

// SpelledExpansions calls f with each expansion in the literal text of the rule.
func (r *Rule) SpelledExpansions(f func(text string)) {
	for _, p := range append([]pattern.Pattern{r.Name}, r.Args...) {
		for i := range p.Globs {
			for _, el := range p.Globs[i].Elements {
				for _, span := range argument.Expansions(el.Text) {
					f(el.Text[span.Start:span.End])
				}
			}
		}
	}
}

// SpellsOut reports whether a rule, which matches the effect, spells all its expansions. None may
// be in text that a wildcard, a regular expression or a ** matches.
func (r *Rule) SpellsOut(s *Subject) bool {
	e := s.Effect
	if spans := argument.Expansions(e.Name); len(spans) > 0 {
		opts := pattern.Options{Fold: FoldsKey(r.Kind, false), Dial: r.Kind == effect.KindDial, Work: &s.Work}
		if !r.Name.SpellsOut(e.Name, spans, opts) {
			return false
		}
	}
	for i, token := range e.Tokens {
		spans := argument.Expansions(token)
		if len(spans) > 0 && (i >= len(r.Args) || !r.Args[i].SpellsOut(token, spans, r.MatchOptions(s, i, false))) {
			return false
		}
	}
	return true
}

// CouldMatch reports whether a deny rule could match an effect, in which
// [pattern.ReplaceExpansions] has replaced the expansions.
func (r *Rule) CouldMatch(s *Subject) bool {
	e := s.Effect
	if r.Repeating && e.Later != effect.Repeating || !r.couldMatchName(s) {
		return false
	}
	for i := range r.Args {
		if i >= len(e.Tokens) {
			return false
		}
		token := e.Tokens[i]
		if words := strings.IndexByte(token, pattern.AnyWords); words >= 0 {
			// The value may end within this token and add further tokens.
			return r.Args[i].CouldMatch(&s.Work, token[:words+1])
		}
		matches := false
		if strings.IndexByte(token, pattern.AnyWord) >= 0 {
			matches = r.Args[i].CouldMatch(&s.Work, append(catalog.Spellings(e, i), token)...)
		} else {
			matches = r.matchToken(e, i, r.MatchOptions(s, i, false))
		}
		if !matches {
			return false
		}
	}
	hasWords := func(token string) bool { return strings.IndexByte(token, pattern.AnyWords) >= 0 }
	return r.Rest || len(r.Args) == len(e.Tokens) || slices.ContainsFunc(e.Tokens, hasWords)
}

// couldMatchName is like CouldMatch, for the name alone.
func (r *Rule) couldMatchName(s *Subject) bool {
	name := s.Effect.Name
	if strings.IndexByte(name, pattern.AnyWord) < 0 && strings.IndexByte(name, pattern.AnyWords) < 0 {
		matches := func(name string) bool { return r.MatchAnyName(s, name) }
		return matches(name) || slices.ContainsFunc(catalog.Spellings(s.Effect, -1), matches)
	}
	return len(r.Name.Globs) == 0 || r.Name.CouldMatch(&s.Work, append(catalog.Spellings(s.Effect, -1), name)...)
}

// SetsVariable reports whether an allow rule matches the scope and the variable of e, an effect of
// the kind var, for some value.
func (r *Rule) SetsVariable(e *effect.Effect) bool {
	if r.Kind != effect.KindVar || !r.Names(e) {
		return false
	}
	s := Unmetered(e)
	if len(r.Args) == 0 {
		return r.Rest && RestHarm(s, 0) == ""
	}
	return r.Args[0].Match(e.Tokens[0], r.MatchOptions(s, 0, false))
}

// SetsOriginateVariable reports whether the rule applies to variables of an originate.
func (r *Rule) SetsOriginateVariable() bool {
	e := effect.Effect{Kind: effect.KindVar, Name: "originate"}
	return r.Names(&e)
}

// AllowsOnlyUUID reports whether the value of a rule of the kind var can be nothing but a uuid.
func (r *Rule) AllowsOnlyUUID() bool {
	if len(r.Args) < 2 || len(r.Args[1].Globs) == 0 {
		return false
	}
	return !slices.ContainsFunc(r.Args[1].Globs, func(g pattern.Glob) bool { return len(g.Elements) != 1 || g.Elements[0].Kind != pattern.UUID })
}
