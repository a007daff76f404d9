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
	// fewTexts is how many different texts of a token are spelled out, as alternatives. Of more, a
	// pattern is made.
	fewTexts = 4
	// fewNames is the same for the names of events, of which a pattern says little.
	fewNames = 40
	// maxPlainDigits is how long numbers are for which a range is proposed. Longer ones are of
	// telephones, for which it is how they begin that matters.
	maxPlainDigits = 6
	// unboundNumber is proposed for numbers of that length which do not come back: those of a
	// counter, for which what was seen says nothing of what comes next.
	unboundNumber = "<0-999999>"
)

// spellable reports whether a rule can spell a token.
func spellable(token string) bool {
	return len(token) <= pattern.MaxPattern/2 && utf8.ValidString(token) && !strings.ContainsFunc(token, words.IsUnprintable)
}

func unspellable(token string) bool { return !spellable(token) }

// shapeOf returns a token with its uuids, and, where secrets are hidden, what stands for them,
// taken out.
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

// A generalizer finds the forms of a group.
type generalizer struct {
	// dial says that wildcards are as narrow as in a dial rule; list that many alternatives are
	// well; called that the texts are numbers that are called.
	dial, list, called bool
	// examined is how many tokens were looked at for wildcards.
	examined int
}

// pattern returns a pattern for most of the texts, which byText has the shapes of.
func (g *generalizer) pattern(texts []string, byText map[string][]*shape) string {
	texts = withoutOdd(texts)
	if low, high, ok := numbers(texts); ok {
		if comeBack(texts, byText, low, high) {
			return "<" + low + "-" + high + ">"
		}
		if !g.called {
			return unboundNumber
		}
	}
	if pattern, ok := digitsOf(texts); ok {
		return pattern
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

// commonPrefix returns what all of texts, of which there is one or more, begin with.
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
	// oddShare is how many times fewer the odd ones must be.
	oddShare = 4
	// oddPrefix is how much more the others must have in common, in bytes.
	oddPrefix = 2
)

// withoutOdd returns texts, which are sorted, without the few that begin otherwise than all the
// others, so that one odd number or file does not make a pattern for all there is.
func withoutOdd(texts []string) []string {
	most := texts
	for len(most) > fewTexts {
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
		if odd > fewTexts || len(largest) <= fewTexts || odd*oddShare > len(largest) {
			break
		}
		most = largest
	}
	if len(commonPrefix(most)) < len(commonPrefix(texts))+oddPrefix {
		return texts
	}
	return most
}

// comeBack reports whether repetition supports a range from low to high: at least half of the texts
// occurred again after another one, and none of the second half lies outside the range of the first
// half. A counter goes on, however often each of its numbers occurs.
func comeBack(texts []string, byText map[string][]*shape, low, high string) bool {
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

// numbers returns the smallest and the largest of texts, where all are plain numbers that are not
// long.
func numbers(texts []string) (low, high string, ok bool) {
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

// digitsOf returns the pattern of texts that are numbers of telephones, such as +49<digits 7-11>.
// It returns false where one of them is not.
func digitsOf(texts []string) (proposed string, ok bool) {
	prefix := commonPrefix(texts)
	for _, text := range texts {
		if prefix != "" && len(prefix) == len(text) {
			prefix = prefix[:len(prefix)-1] // one digit at least has to follow it
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

// matches reports whether an allow rule's pattern matches text, which is token i of the shapes.
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

// foldLevel returns the log level of that name as rules write it.
func foldLevel(name string) string {
	if i := rule.LogLevel(name); i >= 0 {
		return rule.LogLevels[i]
	}
	return name
}
