package pattern

import "regexp"

const (
	// MaxPattern is the most bytes of one token of a rule, or of one entry of a set.
	MaxPattern = 1024
	// maxRegex is the most bytes of a regular expression in a rule. maxRegexProg is the most
	// instructions that it may compile to.
	maxRegex     = 512
	maxRegexProg = 4000
	// maxAlternatives is the most globs of one token, after each set has been replaced by its
	// entries.
	maxAlternatives = 20_000
)

// A Pattern is one compiled token of a rule: a list of globs, or a regular expression. It is never
// changed after [Parse]. The zero Pattern matches nothing.
type Pattern struct {
	// Globs are the alternatives. It is empty for a regular expression.
	Globs []Glob
	// Regex compares with case, folded without. Both are nil for a pattern of globs.
	Regex, folded *regexp.Regexp
	// Text is the regular expression as the rule spells it, without its slashes.
	Text string
	// Wild is true if one of the globs has a wildcard.
	Wild bool
	// index finds the globs that may match a token. It is nil for few globs.
	index *automaton
	// steps is the most steps that the regular expression takes for one byte of a token.
	steps int
}

// IsIndexed reports whether the pattern has an index, because it has many globs.
func (p *Pattern) IsIndexed() bool { return p.index != nil }

// Match reports whether the pattern matches the whole token.
func (p *Pattern) Match(token string, opts Options) bool {
	if p.Regex != nil {
		return p.matchRegex(token, opts)
	}
	return p.matchGlobs(token, opts)
}

// matchGlobs reports whether any of the pattern's globs matches the whole token.
func (p *Pattern) matchGlobs(token string, opts Options) bool {
	if p.index != nil {
		return p.matchIndexed(token, opts)
	}
	if !opts.Work.Spend(len(token) * len(p.Globs)) {
		return false
	}
	for i := range p.Globs {
		if p.Globs[i].Match(token, opts) {
			return true
		}
	}
	return false
}

// matchIndexed tries the alternatives that the index finds.
func (p *Pattern) matchIndexed(token string, opts Options) bool {
	if !opts.Work.Spend(len(token)) {
		return false
	}
	found := false
	p.index.find(token, func(i int) bool {
		if !opts.Work.Spend(len(token)) {
			return false
		}
		found = p.Globs[i].Match(token, opts)
		return !found
	})
	return found
}
