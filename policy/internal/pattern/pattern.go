package pattern

import "regexp"

const (
	// MaxPattern is the most bytes of one token of a rule, or of one entry of a set.
	MaxPattern = 1024
	// maxRegex is the most bytes of a regular expression in a rule, maxRegexProg the most
	// instructions that it may compile to.
	maxRegex     = 512
	maxRegexProg = 4000
	// maxAlternatives is the most texts that one token may stand for once its sets are filled in.
	maxAlternatives = 20_000
)

// A Pattern is what one token of a rule matches: any of some globs, or a regular expression.
type Pattern struct {
	Globs []Glob
	// Regex and folded are set together: with case, and without.
	Regex, folded *regexp.Regexp
	// Text is the regular expression as it was written.
	Text string
	// Wild says that a wildcard stands in one of the globs.
	Wild bool
	// Index finds the globs that may match, where there are many.
	Index *automaton
	// steps are those of the regular expression for a byte, at most.
	steps int
}

// Match reports whether the pattern matches the whole token.
func (p *Pattern) Match(token string, opts Options) bool {
	if p.Regex != nil {
		return p.matchRegex(token, opts)
	}
	return p.matchGlobs(token, opts)
}

// matchGlobs reports whether any of the pattern's globs matches the whole token.
func (p *Pattern) matchGlobs(token string, opts Options) bool {
	if p.Index != nil {
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
	p.Index.find(token, func(i int) bool {
		if !opts.Work.Spend(len(token)) {
			return false
		}
		found = p.Globs[i].Match(token, opts)
		return !found
	})
	return found
}
