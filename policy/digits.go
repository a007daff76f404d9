package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"eslguard/policy/internal/words"
)

const (
	// digitsWord begins the pattern for digits: <digits>, <digits 7>, <digits 7-15>.
	digitsWord = "digits"
	// maxDigits is how many digits <digits> stands for at most in an allow rule, and the largest
	// count that a rule may state. A telephone number has 15 (ITU-T E.164, 6.2.1), with its
	// prefixes a few more.
	maxDigits = 64
)

// angleHint names the patterns in angle brackets.
const angleHint = `known are <uuid>, <1-60>, <digits>, <digits 7> and <digits 7-15>; write \< for the character itself, which is \\< in the JSON file`

// splitTokens cuts a rule at its spaces, apart from the one within <digits 7-15>.
func splitTokens(text string) (tokens []string) {
	start := 0
	for i := range len(text) {
		if text[i] == ' ' && !isWithinDigits(text, i) {
			tokens = append(tokens, text[start:i])
			start = i + 1
		}
	}
	return append(tokens, text[start:])
}

// isWithinDigits reports whether the space at text[at] is the one of a <digits 7-15>.
func isWithinDigits(text string, at int) bool {
	before, ok := strings.CutSuffix(text[:at], "<"+digitsWord)
	if !ok {
		return false
	}
	escapes := len(before) - len(strings.TrimRight(before, `\`))
	if escapes%2 == 1 {
		return false // of a bracket that stands for itself
	}
	end := strings.IndexAny(text[at+1:], " >")
	return end >= 0 && text[at+1+end] == '>'
}

// parseDigits reads what follows the word in <digits COUNT>: nothing, " 7" or " 7-15".
func parseDigits(count string) (elem, *fault) {
	if count == "" {
		return elem{kind: elemDigits, low: 1, high: maxDigits}, nil
	}
	lo, hi, isRange := strings.Cut(count[1:], "-")
	if !isRange {
		hi = lo
	}
	low, lowOK := parseBound(lo)
	high, highOK := parseBound(hi)
	text := words.Quote("<" + digitsWord + count + ">")
	switch {
	case !lowOK || !highOK:
		return elem{}, faultf(angleHint, "%s is not a pattern", text)
	case low > high, high == 0:
		return elem{}, faultf("", "%s matches nothing", text)
	case low == 0:
		return elem{}, faultf("let it begin with 1; a second rule or an alternative may stand for none", "%s would match no digit at all", text)
	case high > maxDigits:
		return elem{}, faultf(fmt.Sprintf("at most %d", maxDigits), "%s is for too many digits", text)
	}
	return elem{kind: elemDigits, low: low, high: high}, nil
}

// isAnyCount reports whether the element is a <digits>, which no count bounds.
func (el *elem) isAnyCount() bool { return el.low == 1 && el.high == maxDigits }

// digits returns the element, which is for digits, as a rule writes it.
func (el *elem) digits() string {
	switch {
	case el.isAnyCount():
		return "<" + digitsWord + ">"
	case el.low == el.high:
		return "<" + digitsWord + " " + strconv.FormatUint(el.low, 10) + ">"
	}
	return fmt.Sprintf("<%s %d-%d>", digitsWord, el.low, el.high)
}

// takeDigits takes all digits at the start of s, so that <digits 3> never matches a part of 1000.
// In a deny rule a <digits> without a count takes any number of them.
func (el *elem) takeDigits(s string, h matchOptions) int {
	if h.work.over() {
		return -1 // a star before it would have it look at all the digits again and again
	}
	endless := h.deny && el.isAnyCount()
	n := 0
	for n < len(s) && isDigit(s[n]) && (endless || uint64(n) <= el.high) {
		n++
	}
	if !h.work.spend(n) || uint64(n) < el.low || !endless && uint64(n) > el.high {
		return -1
	}
	return n
}

// checkDigits refuses element i, which is for digits, where it would match a part of a number. A
// digit may stand before it: that is the number's beginning.
func (g *glob) checkDigits(i int) *fault {
	if i > 0 && g.elems[i-1].kind != elemLiteral {
		return faultf("", "%s must not follow a wildcard: it would match a part of a number", g.elems[i].digits())
	}
	if i+1 < len(g.elems) {
		if after := g.elems[i+1]; after.kind != elemLiteral || isDigit(after.text[0]) {
			return faultf("", "%s must not stand before a digit or a wildcard: it takes all the digits that there are", g.elems[i].digits())
		}
	}
	return nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// isAnyNumber reports whether one of the pattern's alternatives is no more than <digits> that may
// be a number of anybody.
func (p *pattern) isAnyNumber() bool {
	return slices.ContainsFunc(p.globs, func(g glob) bool {
		return len(g.elems) == 1 && g.elems[0].kind == elemDigits && g.elems[0].high >= anyDigits
	})
}
