package learn

import (
	"slices"
	"strings"
	"unicode/utf8"

	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

const (
	// maxTexts is how many different texts of a token are spelled as alternatives. If there are
	// more, the token becomes a pattern.
	maxTexts = 4
	// maxEventNames is the same for names of events. It is larger because the names of related
	// events have little in common.
	maxEventNames = 40
	// maxPlainDigits is the most digits of a number for which a range is proposed. Longer numbers
	// are telephone numbers, and of these the prefix matters.
	maxPlainDigits = 6
	// anyPlainNumber is proposed for numbers of at most maxPlainDigits that do not recur, such as
	// those of a counter: the numbers that were seen do not bound the next ones.
	anyPlainNumber = "<0-999999>"
)

// spellable reports whether a rule can spell a token: it is valid UTF-8, printable and not too
// long.
func spellable(token string) bool {
	return len(token) <= pattern.MaxPattern/2 && utf8.ValidString(token) && !strings.ContainsFunc(token, words.IsUnprintable)
}

func unspellable(token string) bool { return !spellable(token) }

// shapeOf returns token with each uuid replaced by pattern.ShapeUUID. If hidden is true, it also
// replaces the texts that the audit wrote instead of secrets with pattern.ShapeRedacted.
func shapeOf(token string, hidden bool) string {
	if hidden {
		token = withoutSecrets(token)
	}
	for i := 0; i+pattern.UUIDLen <= len(token); i++ {
		if pattern.IsUUID(token[i : i+pattern.UUIDLen]) {
			token = token[:i] + string(rune(pattern.ShapeUUID)) + token[i+pattern.UUIDLen:]
		}
	}
	return token
}

// A generalizer finds the forms of one group.
type generalizer struct {
	// dial is true if a wildcard matches as in a dial rule. spellsMany is true if up to
	// maxEventNames texts are spelled. telephone is true if the texts are numbers that are called,
	// so that those that do not recur get a pattern of digits.
	dial, spellsMany, telephone bool
	// examined is how many tokens have been examined for wildcards.
	examined int
}

// pattern returns a pattern for the texts without their outliers. byText has their shapes.
func (g *generalizer) pattern(texts []string, byText map[string][]*shape) string {
	texts = withoutOutliers(texts)
	if low, high, ok := numberRange(texts); ok {
		if numbersRecur(texts, byText, low, high) {
			return "<" + low + "-" + high + ">"
		}
		if !g.telephone {
			return anyPlainNumber
		}
	}
	if proposed, ok := digitsOf(texts); ok {
		return proposed
	}
	prefix := commonPrefix(texts)
	for !utf8.ValidString(prefix) {
		prefix = prefix[:len(prefix)-1]
	}
	if pattern.LooksLikePath(prefix) {
		prefix = prefix[:strings.LastIndexAny(prefix, `/\`)+1]
	}
	if prefix == "" {
		return "*"
	}
	return pattern.SpellPart(prefix) + "*"
}

// commonPrefix returns the longest common prefix of texts, which must not be empty.
func commonPrefix(texts []string) string {
	prefix := texts[0]
	for _, text := range texts[1:] {
		n := 0
		for n < len(prefix) && n < len(text) && prefix[n] == text[n] {
			n++
		}
		prefix = prefix[:n]
	}
	return prefix
}

const (
	// outlierShare is how many times more the other texts must be than the outliers.
	outlierShare = 4
	// outlierPrefix is how many bytes longer the common prefix must be without the outliers.
	outlierPrefix = 2
)

// withoutOutliers returns texts, which must be sorted, without the few that begin differently from
// all others. One odd number or file name then does not widen the pattern for the others. It
// returns texts itself if there are no clear outliers.
func withoutOutliers(texts []string) []string {
	most := texts
	for len(most) > maxTexts {
		n := len(commonPrefix(most))
		begins := func(s string) string { return s[:min(n+1, len(s))] }
		var largest []string
		for i, j := 0, 0; i < len(most); i = j {
			for j = i; j < len(most) && begins(most[j]) == begins(most[i]); j++ {
			}
			if j-i > len(largest) {
				largest = most[i:j]
			}
		}
		odd := len(texts) - len(largest)
		if odd > maxTexts || len(largest) <= maxTexts || odd*outlierShare > len(largest) {
			break
		}
		most = largest
	}
	if len(commonPrefix(most)) < len(commonPrefix(texts))+outlierPrefix {
		return texts
	}
	return most
}

// numbersRecur reports whether the numbers in texts recur, so that a range from low to high, the
// smallest and the largest of them, is likely to contain the next ones. At least half of the
// numbers must have occurred again after another number, and both low and high must have occurred
// in the first half of the time. A counter fails that, however often each of its numbers occurs.
func numbersRecur(texts []string, byText map[string][]*shape, low, high string) bool {
	back, begin, end := 0, 0, 0
	firsts := make(map[string]int, len(texts))
	for _, text := range texts {
		first, last, count := 0, 0, 0
		for _, s := range byText[text] {
			if count == 0 || s.first < first {
				first = s.first
			}
			last = max(last, s.last)
			count += s.count
		}
		if last-first+1 > count {
			back++
		}
		if firsts[text] = first; begin == 0 || first < begin {
			begin = first
		}
		end = max(end, last)
	}
	half := begin + (end-begin)/2
	return 2*back >= len(texts) && firsts[low] <= half && firsts[high] <= half
}

// numberRange returns the smallest and the largest number in texts. It returns false unless all
// texts are plain numbers of at most maxPlainDigits.
func numberRange(texts []string) (low, high string, ok bool) {
	less := func(a, b string) bool { return len(a) < len(b) || len(a) == len(b) && a < b }
	for i, text := range texts {
		if len(text) > maxPlainDigits {
			return "", "", false
		}
		if _, plain := pattern.ParseBound(text); !plain {
			return "", "", false
		}
		if i == 0 || less(text, low) {
			low = text
		}
		if i == 0 || less(high, text) {
			high = text
		}
	}
	return low, high, true
}

// digitsOf returns a pattern for telephone numbers, such as +49<digits 7-11>. It returns false if
// one of the texts is not a telephone number.
func digitsOf(texts []string) (proposed string, ok bool) {
	prefix := commonPrefix(texts)
	for _, text := range texts {
		if prefix != "" && len(prefix) == len(text) {
			prefix = prefix[:len(prefix)-1] // at least one digit must follow
		}
	}
	el := pattern.Element{Kind: pattern.Digits, Low: pattern.MaxDigits}
	for _, text := range texts {
		rest := text[len(prefix):]
		if rest == "" || len(rest) > pattern.MaxDigits || strings.Trim(strings.TrimPrefix(text, "+"), "0123456789") != "" || rest[0] == '+' {
			return "", false
		}
		el.Low, el.High = min(el.Low, uint64(len(rest))), max(el.High, uint64(len(rest)))
	}
	return prefix + el.Digits(), true
}

// matches reports whether the proposed pattern, in an allow rule, matches text, which is token i of
// all of the shapes.
func (g *generalizer) matches(proposed, text string, shapes []*shape, i int) bool {
	p, err := pattern.Parse(proposed, nil, false)
	if err != nil {
		return false
	}
	const uuid = "00000000-0000-0000-0000-000000000000"
	token := strings.NewReplacer(string(rune(pattern.ShapeUUID)), uuid, string(rune(pattern.ShapeRedacted)), "x").Replace(text)
	return !slices.ContainsFunc(shapes, func(s *shape) bool {
		return !p.Match(token, pattern.Options{Dial: g.dial, Types: s.types(i)})
	})
}

// foldLevel returns the log level of that name in upper case, as rules write it, or name itself if
// it is not a log level.
func foldLevel(name string) string {
	if i := rule.LogLevel(name); i >= 0 {
		return rule.LogLevels[i]
	}
	return name
}
