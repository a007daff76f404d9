package learn

import (
	"slices"
	"strings"

	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// A draft contains no combination of spelled texts that was not seen. Where two tokens vary,
//
//   - a text is spelled beside another only if both were seen together: what is alike in all tokens
//     but one becomes one rule, with alternatives in that one;
//   - a wildcard stands beside a spelled text only if that was seen with more than fewTexts
//     different values in the wildcard's place. A text that was seen with fewer of them is spelled
//     together with each;
//   - two wildcards stand beside each other only where neither stands for a keyword, a token that
//     FreeSWITCH compares without case.

// maxExamined is how many tokens of shapes are looked at for wildcards in one group. After that all
// is spelled.
const maxExamined = 4_000_000

// A form is what several shapes have in common: the tokens of a rule.
type form struct {
	tokens []string
	// wild has an entry for each token: whether a wildcard stands for it.
	wild  []bool
	count int
	// shapes are those that the form stands for.
	shapes []*shape
}

// forms returns the forms of a group's shapes: what differs in one spelled token only is one form.
func (g *generalizer) forms(shapes []*shape) []form {
	forms := g.split(shapes, 0, false)
	for i := len(shapes[0].tokens) - 1; i >= 0; i-- {
		forms = joined(forms, i)
	}
	return forms
}

// split returns the forms of the tokens from the i-th on, each with one text or wildcard in each of
// them. beside says that there is a wildcard among the tokens before. It begins with the forms that
// have one here.
func (g *generalizer) split(shapes []*shape, i int, beside bool) []form {
	if i == len(shapes[0].tokens) {
		f := form{shapes: shapes}
		for _, s := range shapes {
			f.count += s.count
		}
		return []form{f}
	}
	out, rest := g.wildcards(shapes, i, beside)
	byText, texts := textsAt(rest, i)
	for _, text := range texts {
		out = append(out, prefixed(pattern.Spell(text), false, g.split(byText[text], i+1, beside))...)
	}
	return out
}

// textsAt returns the shapes by their i-th tokens, and these, sorted.
func textsAt(shapes []*shape, i int) (map[string][]*shape, []string) {
	byText := make(map[string][]*shape)
	for _, s := range shapes {
		byText[s.tokens[i]] = append(byText[s.tokens[i]], s)
	}
	return byText, words.Keys(byText)
}

// wildcards returns the forms in which a wildcard stands for the i-th token, and the shapes that
// none stands for.
func (g *generalizer) wildcards(shapes []*shape, i int, beside bool) (out []form, rest []*shape) {
	byText, texts := textsAt(shapes, i)
	g.examined += len(shapes) * (len(shapes[0].tokens) - i)
	keyword := slices.ContainsFunc(shapes, func(s *shape) bool { return s.isKeyword(i) })
	if len(texts) <= g.maxSpelled() || g.examined > maxExamined || keyword && beside {
		return nil, shapes
	}
	pattern := g.pattern(texts, byText)
	var alike []*shape
	for _, text := range texts {
		if g.matches(pattern, text, byText[text], i) {
			alike = append(alike, byText[text]...)
		} else {
			rest = append(rest, byText[text]...) // no wildcard may stand for it
		}
	}
	// What was seen with many values goes first, so that it makes no wildcard of what was not.
	often, seldom := g.splitByCount(alike, i)
	for _, part := range [...][]*shape{often, seldom} {
		if len(part) == 0 {
			continue
		}
		for _, f := range g.split(part, i+1, true) {
			if _, values := textsAt(f.shapes, i); len(values) <= g.maxSpelled() || keyword && slices.Contains(f.wild, true) {
				rest = append(rest, f.shapes...)
				continue
			}
			out = append(out, prefixed(pattern, true, []form{f})...)
		}
	}
	slices.SortFunc(rest, func(a, b *shape) int { return slices.Compare(a.tokens, b.tokens) })
	return out, rest
}

// splitByCount parts shapes in those of which all that follows the i-th token was seen with more
// than g.most different ones there, and the others.
func (g *generalizer) splitByCount(shapes []*shape, i int) (often, seldom []*shape) {
	after := func(s *shape) string { return strings.Join(s.tokens[i+1:], "\x00") }
	seen := make(map[string]map[string]bool)
	for _, s := range shapes {
		values := seen[after(s)]
		if values == nil {
			values = make(map[string]bool)
			seen[after(s)] = values
		}
		values[s.tokens[i]] = true
	}
	for _, s := range shapes {
		if len(seen[after(s)]) > g.maxSpelled() {
			often = append(often, s)
		} else {
			seldom = append(seldom, s)
		}
	}
	return often, seldom
}

// maxSpelled is how many texts of a token are spelled.
func (g *generalizer) maxSpelled() int {
	if g.list {
		return fewNames
	}
	return fewTexts
}

// isKeyword reports whether FreeSWITCH compares token i of the shape without case.
func (s *shape) isKeyword(i int) bool {
	i += len(s.effect.Tokens) - len(s.tokens)
	return i >= 0 && i < rule.FoldBits && s.effect.Fold&(1<<i) != 0
}

// joined makes one of the forms that are alike in all tokens but the i-th, where that is spelled.
func joined(forms []form, i int) (out []form) {
	at := make(map[string]int) // into out, by all other tokens
	for _, f := range forms {
		token := f.tokens[i]
		if f.wild[i] || pattern.IsRegex(token) {
			out = append(out, f)
			continue
		}
		others := slices.Clone(f.tokens)
		others[i] = ""
		rest := strings.Join(others, " ")
		j, known := at[rest]
		if known && len(out[j].tokens[i])+len(token) < pattern.MaxPattern {
			out[j].tokens[i] = pattern.EscapeRegex(out[j].tokens[i] + "|" + token)
			out[j].count += f.count
			continue
		}
		at[rest] = len(out)
		out = append(out, f)
	}
	return out
}

func prefixed(token string, wild bool, forms []form) []form {
	for i := range forms {
		forms[i].tokens = append([]string{token}, forms[i].tokens...)
		forms[i].wild = append([]bool{wild}, forms[i].wild...)
	}
	return forms
}
