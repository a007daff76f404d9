package pattern

import (
	"fmt"
	"regexp"
)

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
func (p *Pattern) Match(token string, h Options) bool {
	if p.Regex != nil {
		return p.matchRegex(token, h)
	}
	return p.matchGlobs(token, h)
}

// A Fault is what is wrong with a rule, and what to do about it.
type Fault struct {
	Text, Hint string
}

// Error returns what is wrong, without the hint.
func (e *Fault) Error() string { return e.Text }

// Faultf returns a Fault with this hint, which may be empty, and the formatted text.
func Faultf(hint, format string, args ...any) *Fault {
	return &Fault{Text: fmt.Sprintf(format, args...), Hint: hint}
}
