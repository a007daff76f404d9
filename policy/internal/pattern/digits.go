package pattern

import (
	"fmt"
	"strconv"
	"strings"

	"eslguard/fstext/ascii"
	"eslguard/policy/internal/words"
)

const (
	// digitsWord begins each pattern for digits: <digits>, <digits 7>, <digits 7-15>.
	digitsWord = "digits"
	// MaxDigits is the most digits that <digits> matches in an allow rule, and the largest count
	// that a rule may state. A telephone number has at most 15 (ITU-T E.164, 6.2.1), and a few more
	// with its prefixes.
	MaxDigits = 64
)

// angleHint lists the patterns in angle brackets.
const angleHint = `known are <uuid>, <1-60>, <digits>, <digits 7> and <digits 7-15>; write \< for the character itself, which is \\< in the JSON file`

// SplitTokens splits a rule at each space, except for the one within <digits 7-15>. Two spaces in a
// row leave an empty token.
func SplitTokens(text string) (tokens []string) {
	start := 0
	for i := range len(text) {
		if text[i] == ' ' && !isWithinDigits(text, i) {
			tokens = append(tokens, text[start:i])
			start = i + 1
		}
	}
	return append(tokens, text[start:])
}

// isWithinDigits reports whether the space at text[at] belongs to a <digits 7-15>.
func isWithinDigits(text string, at int) bool {
	before, ok := strings.CutSuffix(text[:at], "<"+digitsWord)
	if !ok {
		return false
	}
	escapes := len(before) - len(strings.TrimRight(before, `\`))
	if escapes%2 == 1 {
		return false // the bracket is escaped
	}
	end := strings.IndexAny(text[at+1:], " >")
	return end >= 0 && text[at+1+end] == '>'
}

// parseDigits reads the count of <digits COUNT>: the empty string, " 7" or " 7-15".
func parseDigits(count string) (Element, *Fault) {
	if count == "" {
		return Element{Kind: Digits, Low: 1, High: MaxDigits}, nil
	}
	lo, hi, isRange := strings.Cut(count[1:], "-")
	if !isRange {
		hi = lo
	}
	low, lowOK := ParseBound(lo)
	high, highOK := ParseBound(hi)
	text := words.Quote("<" + digitsWord + count + ">")
	switch {
	case !lowOK || !highOK:
		return Element{}, Faultf(angleHint, "%s is not a pattern", text)
	case low > high, high == 0:
		return Element{}, Faultf("", "%s matches nothing", text)
	case low == 0:
		return Element{}, Faultf("let it begin with 1; a second rule or an alternative may be for none", "%s would match no digit at all", text)
	case high > MaxDigits:
		return Element{}, Faultf(fmt.Sprintf("at most %d", MaxDigits), "%s is for too many digits", text)
	}
	return Element{Kind: Digits, Low: low, High: high}, nil
}

// isAnyCount reports whether the element is <digits> without a count.
func (el *Element) isAnyCount() bool { return el.Low == 1 && el.High == MaxDigits }

// Digits returns how a rule spells the element, which must be of the kind Digits.
func (el *Element) Digits() string {
	switch {
	case el.isAnyCount():
		return "<" + digitsWord + ">"
	case el.Low == el.High:
		return "<" + digitsWord + " " + strconv.FormatUint(el.Low, 10) + ">"
	}
	return fmt.Sprintf("<%s %d-%d>", digitsWord, el.Low, el.High)
}

// takeDigits returns how many digits the element takes at the start of s, or -1. It takes all
// digits, so that <digits 3> never matches a part of 1000. In a deny rule a <digits> without a
// count takes any number of them.
func (el *Element) takeDigits(s string, opts Options) int {
	if opts.Work.Over() {
		return -1 // after a star, each attempt would read the same digits again
	}
	endless := opts.Deny && el.isAnyCount()
	n := 0
	for n < len(s) && ascii.IsDigit(s[n]) && (endless || uint64(n) <= el.High) {
		n++
	}
	if !opts.Work.Spend(n) || uint64(n) < el.Low || !endless && uint64(n) > el.High {
		return -1
	}
	return n
}

// checkDigits refuses the Digits element i where it would match a part of a number. A digit may
// come before it: that is the beginning of the number.
func (g *Glob) checkDigits(i int) *Fault {
	if i > 0 && g.Elements[i-1].Kind != Literal {
		return Faultf("", "%s must not follow a wildcard: it would match a part of a number", g.Elements[i].Digits())
	}
	if i+1 < len(g.Elements) {
		if after := g.Elements[i+1]; after.Kind != Literal || ascii.IsDigit(after.Text[0]) {
			return Faultf("", "%s must not come before a digit or a wildcard: it takes all the digits that there are", g.Elements[i].Digits())
		}
	}
	return nil
}
