package pattern

import (
	"slices"
	"strings"

	"eslguard/argument"
	"eslguard/policy/internal/words"
)

// SpellsOut reports whether one of the alternatives matches token so that its wildcards match none
// of the bytes in spans. It returns false for a regular expression.
func (p *Pattern) SpellsOut(token string, spans []argument.Span, opts Options) bool {
	if !opts.Work.Spend(len(token) * len(p.Globs)) {
		return false
	}
	for i := range p.Globs {
		var m wildcardMatches
		g := &p.Globs[i]
		if !g.Match(token, opts) || !g.matchText(token, opts, &m) {
			continue
		}
		if !spansOverlap(m.spans(token), spans) {
			return true
		}
	}
	return false
}

// spansOverlap reports whether a span of some and one of others have a byte in common.
func spansOverlap(some, others []argument.Span) bool {
	return slices.ContainsFunc(some, func(a argument.Span) bool {
		return slices.ContainsFunc(others, func(b argument.Span) bool { return a.Start < b.End && b.Start < a.End })
	})
}

// AnyWord and AnyWords replace expansions in a text whose values are unknown. AnyWord replaces one
// that becomes part of a single token. AnyWords replaces a variable of the configuration, $${name},
// which may become no token or several.
const (
	AnyWord  = '\x01'
	AnyWords = '\x02'
)

// ReplaceExpansions returns text with each expansion replaced by AnyWord or AnyWords.
func ReplaceExpansions(text string) string {
	spans := argument.Expansions(text)
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	end := 0
	for _, span := range spans {
		b.WriteString(text[end:span.Start])
		if strings.HasPrefix(text[span.Start:], "$$") {
			b.WriteByte(AnyWords)
		} else {
			b.WriteByte(AnyWord)
		}
		end = span.End
	}
	b.WriteString(text[end:])
	return b.String()
}

// CouldMatch reports whether the pattern could match one of the texts, in which [ReplaceExpansions]
// has replaced the expansions. It returns true if it would take too much work to tell, and for a
// regular expression.
func (p *Pattern) CouldMatch(work *Meter, texts ...string) bool {
	if p.Regex != nil {
		return true
	}
	for _, text := range texts {
		for i := range p.Globs {
			if p.Globs[i].couldMatch(work, text) {
				return true
			}
		}
	}
	return false
}

// couldMatch is like CouldMatch, for one glob and one text. It treats every wildcard as a star and
// ignores case.
func (g *Glob) couldMatch(work *Meter, text string) bool {
	var own []byte
	for _, el := range g.Elements {
		if el.Kind == Literal {
			own = append(own, el.folded...)
		} else {
			own = append(own, AnyWord)
		}
	}
	if !work.Spend((len(own) + 1) * (len(text) + 1)) {
		return true
	}
	return overlap(own, words.AppendFold(nil, text))
}

// overlap reports whether one text matches both a and b, in which AnyWord and AnyWords match any
// run of bytes.
func overlap(a, b []byte) bool {
	isRun := func(c byte) bool { return c == AnyWord || c == AnyWords }
	// below[j] says whether one text matches both what follows a[i] and b[j:]. row is the same for
	// a[i:].
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
