package policy

import (
	"slices"
	"strings"

	"eslguard/command"
)

// covering returns the first of the rules that spell all of the expansions that an opaque effect
// stands for. It returns nil where they do not, where a deny may match what they become, and where
// the client may decide that.
func (c *Client) covering(e *command.Effect, work *meter) (first *rule) {
	if e.Kind != command.KindOpaque || c.uncertain {
		return nil
	}
	for i := range e.Expanded {
		r := c.spelling(&e.Expanded[i], work)
		if r == nil || c.mayBeDenied(&e.Expanded[i], work) || work.over() {
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
func (c *Client) spelling(e *command.Effect, work *meter) *rule {
	s := subject{effect: e, work: *work}
	defer func() { *work = s.work }()
	for _, role := range c.roles {
		for _, r := range role.rules {
			if !s.work.spend(stepsPerRule) {
				return nil
			}
			if !r.deny && r.kind == e.Kind && r.matchRest(&s, false) && r.matchAnyName(&s, e.Name) && r.spellsOut(&s) {
				return r
			}
		}
	}
	return nil
}

// spellsOut reports whether a rule that matches the effect spells all of its expansions: none
// stands in what a wildcard, a regular expression or a ** matches.
func (r *rule) spellsOut(s *subject) bool {
	e := s.effect
	if spans := command.Expansions(e.Name); len(spans) > 0 {
		h := how{fold: foldsKey(r.kind, false), dial: r.kind == command.KindDial, work: &s.work}
		if !r.name.spellsOut(e.Name, spans, h) {
			return false
		}
	}
	for i, token := range e.Tokens {
		spans := command.Expansions(token)
		if len(spans) > 0 && (i >= len(r.args) || !r.args[i].spellsOut(token, spans, r.how(s, i, false))) {
			return false
		}
	}
	return true
}

// spellsOut reports whether one of the pattern's alternatives matches token, and its wildcards
// nothing of what stands in spans.
func (p *pattern) spellsOut(token string, spans []command.Span, h how) bool {
	if !h.work.spend(len(token) * len(p.globs)) {
		return false
	}
	for i := range p.globs {
		var m matched
		g := &p.globs[i]
		if !g.match(token, h) || !g.matchText(token, h, &m) {
			continue
		}
		if !meet(m.spans(token), spans) {
			return true
		}
	}
	return false
}

// meet reports whether a span of one list and one of the other have a byte in common.
func meet(some, others []command.Span) bool {
	return slices.ContainsFunc(some, func(a command.Span) bool {
		return slices.ContainsFunc(others, func(b command.Span) bool { return a.Start < b.End && b.Start < a.End })
	})
}

// These stand for an expansion in a text of which the value is not known: one that is a single
// word, and a variable of the configuration, which may be no word or several.
const (
	anyWord  = '\x01'
	anyWords = '\x02'
)

// withRuns puts anyWord or anyWords in the place of each expansion.
func withRuns(text string) string {
	spans := command.Expansions(text)
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, span := range spans {
		b.WriteString(text[end:span.Start])
		if strings.HasPrefix(text[span.Start:], "$$") {
			b.WriteByte(anyWords)
		} else {
			b.WriteByte(anyWord)
		}
		end = span.End
	}
	b.WriteString(text[end:])
	return b.String()
}

// mayBeDenied reports whether a deny could match e, whatever its expansions become.
func (c *Client) mayBeDenied(e *command.Effect, work *meter) bool {
	open := *e
	open.Name, open.Tokens = withRuns(e.Name), make([]string, len(e.Tokens))
	for i, token := range e.Tokens {
		open.Tokens[i] = withRuns(token)
	}
	s := subject{effect: &open, work: *work}
	defer func() { *work = s.work }()
	for _, role := range c.roles {
		for _, r := range role.rules {
			if r.deny && r.kind == e.Kind && (!s.work.spend(stepsPerRule) || r.couldMatch(&s)) {
				return true
			}
		}
	}
	return false
}

// couldMatch reports whether a deny could match an effect that has anyWord or anyWords in the place
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
		if words := strings.IndexByte(token, anyWords); words >= 0 {
			// It may be a part of this token, with further tokens behind it.
			return r.args[i].couldMatch(&s.work, token[:words+1])
		}
		matches := false
		if strings.IndexByte(token, anyWord) >= 0 {
			matches = r.args[i].couldMatch(&s.work, append(command.Spellings(e, i), token)...)
		} else {
			matches = r.matchToken(e, i, r.how(s, i, false))
		}
		if !matches {
			return false
		}
	}
	hasWords := func(token string) bool { return strings.IndexByte(token, anyWords) >= 0 }
	return r.rest || len(r.args) == len(e.Tokens) || slices.ContainsFunc(e.Tokens, hasWords)
}

// couldMatchName is couldMatch for the name alone.
func (r *rule) couldMatchName(s *subject) bool {
	name := s.effect.Name
	if strings.IndexByte(name, anyWord) < 0 && strings.IndexByte(name, anyWords) < 0 {
		matches := func(name string) bool { return r.matchAnyName(s, name) }
		return matches(name) || slices.ContainsFunc(command.Spellings(s.effect, -1), matches)
	}
	return len(r.name.globs) == 0 || r.name.couldMatch(&s.work, append(command.Spellings(s.effect, -1), name)...)
}

// couldMatch reports whether the pattern could match one of texts that have anyWord or anyWords in
// the place of each expansion. What would take too much work to tell it may.
func (p *pattern) couldMatch(work *meter, texts ...string) bool {
	if p.regex != nil {
		return true
	}
	for _, text := range texts {
		for i := range p.globs {
			if p.globs[i].couldMatch(work, text) {
				return true
			}
		}
	}
	return false
}

// couldMatch is that of the pattern for one glob and one text. It takes all that is no literal text
// of the glob for a star, and compares without case.
func (g *glob) couldMatch(work *meter, text string) bool {
	var own []byte
	for _, el := range g.elems {
		if el.kind == elemLiteral {
			own = append(own, el.lower...)
		} else {
			own = append(own, anyWord)
		}
	}
	if !work.spend((len(own) + 1) * (len(text) + 1)) {
		return true
	}
	return overlap(own, appendFold(nil, text))
}

// overlap reports whether there is a text that both a and b match, in which anyWord and anyWords
// stand for any run of bytes.
func overlap(a, b []byte) bool {
	isRun := func(c byte) bool { return c == anyWord || c == anyWords }
	// below[j] says whether what follows in a and b[j:] have a text in common.
	below, row := make([]bool, len(b)+1), make([]bool, len(b)+1)
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a) && j == len(b):
				row[j] = true
			case i < len(a) && isRun(a[i]):
				row[j] = below[j] || j < len(b) && row[j+1]
			case j < len(b) && isRun(b[j]):
				row[j] = row[j+1] || i < len(a) && below[j]
			default:
				row[j] = i < len(a) && j < len(b) && a[i] == b[j] && below[j+1]
			}
		}
		below, row = row, below
	}
	return below[0]
}
