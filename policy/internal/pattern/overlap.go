package pattern

import (
	"regexp/syntax"
	"slices"
	"strings"

	"eslguard/fstext/ascii"
)

// maxPairs is the most pairs of alternatives that are compared.
const maxPairs = 1 << 20

// MayOverlap reports whether one text may match both patterns, neither of which is a regular
// expression. It returns true if it cannot tell, or if it would take too much work.
func (p *Pattern) MayOverlap(q *Pattern, opts Options) bool {
	return p.mayOverlapAt(q, opts, func(prefix string) string { return prefix })
}

// mayOverlapAt is like MayOverlap. begins returns the part of a glob's prefix that has to agree.
func (p *Pattern) mayOverlapAt(q *Pattern, opts Options, begins func(prefix string) string) bool {
	if p.MatchesLiteral(q, opts) || q.MatchesLiteral(p, opts) || len(p.Globs)*len(q.Globs) > maxPairs {
		return true
	}
	for i := range p.Globs {
		for j := range q.Globs {
			if !p.Globs[i].Wild || !q.Globs[j].Wild {
				continue
			}
			if p.Globs[i].disjoint(&q.Globs[j]) {
				continue
			}
			a, b := begins(ascii.ToLower(p.Globs[i].Prefix())), begins(ascii.ToLower(q.Globs[j].Prefix()))
			if strings.HasPrefix(a, b) || strings.HasPrefix(b, a) {
				return true
			}
		}
	}
	return false
}

// disjoint reports whether both globs are a lone <low-high> and have no number in common.
func (g *Glob) disjoint(o *Glob) bool {
	if len(g.Elements) != 1 || len(o.Elements) != 1 {
		return false
	}
	a, b := &g.Elements[0], &o.Elements[0]
	return a.Kind == Range && b.Kind == Range && (a.High < b.Low || b.High < a.Low)
}

// MatchesLiteral reports whether p matches an alternative of q that has no wildcards.
func (p *Pattern) MatchesLiteral(q *Pattern, opts Options) bool {
	return slices.ContainsFunc(q.Globs, func(g Glob) bool {
		text, literal := g.Literal()
		return literal && p.Match(text, opts)
	})
}

// maxBeginnings is the most prefixes that are tried with one regular expression.
const maxBeginnings = 64

// legPrefix returns the part of a leg's beginning that is the same in every spelling of its number:
// without a prefix for calls abroad, and up to the first separator in the number.
func legPrefix(text string) string {
	at := strings.LastIndexByte(text, '/') + 1
	number := text[at:]
	for _, abroad := range [...]string{"+", "011", "00"} {
		if rest, ok := strings.CutPrefix(number, abroad); ok {
			number = rest
			break
		}
	}
	end := strings.IndexFunc(number, func(r rune) bool { return r < '0' || r > '9' })
	letter := number != "" && ascii.Lower(number[0]) >= 'a' && ascii.Lower(number[0]) <= 'z'
	switch {
	case strings.HasPrefix("011", number), strings.Contains(number, ":"):
		return text[:at] // it may begin a prefix for calls abroad, or a scheme
	case end < 0 || letter:
		return text[:at] + number
	}
	return text[:at] + number[:end]
}

// MayOverlapLegs is like MayOverlap, for legs. A deny rule matches every spelling of a number, so
// legs may overlap although they begin differently.
func (p *Pattern) MayOverlapLegs(q *Pattern, opts Options) bool {
	return p.mayOverlapAt(q, opts, legPrefix)
}

// MayOverlapRegex reports whether one leg may match both patterns, one a regular expression and the
// other a list of globs. It compares only what comes before the number. It returns true if it
// cannot tell.
func (p *Pattern) MayOverlapRegex(q *Pattern) bool {
	text, globs := p.Text, q.Globs
	if p.Regex == nil {
		text, globs = q.Text, p.Globs
	}
	tree, err := syntax.Parse(text, syntax.Perl|syntax.FoldCase)
	if err != nil || len(globs) > maxBeginnings {
		return true
	}
	prefixes := make([]string, len(globs))
	for i := range globs {
		prefixes[i] = globs[i].upToNumber()
	}
	return MayBeginWith(tree, prefixes)
}

// upToNumber returns the literal text with which the glob begins, without any part of its number.
func (g *Glob) upToNumber() string {
	prefix := g.Prefix()
	if at := strings.LastIndexByte(prefix, '/') + 1; at > 0 || g.Wild {
		return prefix[:at]
	}
	return prefix
}

// MayOverlapNames reports whether one leg may match both patterns if their numbers are ignored.
func (p *Pattern) MayOverlapNames(q *Pattern) bool {
	if (p.Regex == nil) != (q.Regex == nil) {
		return p.MayOverlapRegex(q)
	}
	if p.Regex != nil || len(p.Globs)*len(q.Globs) > maxPairs {
		return true
	}
	return slices.ContainsFunc(p.Globs, func(g Glob) bool {
		a := ascii.ToLower(g.upToNumber())
		return slices.ContainsFunc(q.Globs, func(o Glob) bool {
			b := ascii.ToLower(o.upToNumber())
			return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
		})
	})
}
