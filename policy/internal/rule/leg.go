package rule

import (
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// placeHint says how a dial rule names a place.
const placeHint = "dial a-leg TYPE/DATA, dial b-leg TYPE/DATA, dial other-leg TYPE/DATA, or dial TYPE/DATA for any place"

// takeLeg reads the place with which a dial rule may begin, and returns the tokens after it.
// FreeSWITCH has no endpoint whose name is one of these words.
func (r *Rule) takeLeg(tokens []string) ([]string, *pattern.Fault) {
	if r.Kind != effect.KindDial || len(tokens) == 0 {
		return tokens, nil
	}
	leg, ok := effect.ParseLeg(tokens[0])
	switch {
	case ok && len(tokens) == 1:
		return nil, pattern.Faultf(placeHint, "it names the place of a leg, but no leg")
	case ok:
		r.Leg = leg
		return tokens[1:], nil
	case len(tokens) == 2 && tokens[1] != "**" && !strings.Contains(tokens[0], "/"):
		return nil, pattern.Faultf(placeHint, "%s is not a place of a leg", words.Quote(tokens[0]))
	}
	return tokens, nil
}

// MatchLeg reports whether a rule that names a place applies to a leg at place e. An allow rule
// applies to its own place only. A deny rule also applies to a leg whose place is unknown. A deny
// rule for b-legs applies to all legs that are connected to another call: a client that may not
// bridge to a leg in one way must not be able to do so in another.
func (r *Rule) MatchLeg(e effect.Leg) bool {
	if e == r.Leg {
		return true
	}
	return r.Deny && (e == effect.LegUnknown || r.Leg == effect.LegB && e == effect.LegOther)
}

// WithArticle returns the name of a place with its article, for use within a sentence.
func WithArticle(l effect.Leg) string {
	switch l {
	case effect.LegA:
		return "an a-leg"
	case effect.LegB:
		return "a b-leg"
	case effect.LegOther:
		return "another leg (other-leg)"
	default:
		return "a leg of which the place is not known"
	}
}
