package learn

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// A draft allows no combination of spelled texts that was not seen. Where two tokens vary,
//
//   - two texts are spelled in one rule only if they were seen together: shapes that differ in one
//     token only become one rule, with alternatives for that token;
//   - a wildcard is used with a spelled text only if the text was seen with more than maxTexts
//     different values in the wildcard's place. A text that was seen with fewer values is spelled
//     with each of them;
//   - two wildcards are used in one rule only if neither stands for a keyword, a token that
//     FreeSWITCH compares without case.

// maxExamined is how many tokens of shapes are examined for wildcards in one group. After that, all
// tokens are spelled.
const maxExamined = 4_000_000

// A form is a generalisation of several shapes: the tokens of a rule.
type form struct {
	tokens []string
	// wild says for each token whether it is a wildcard.
	wild  []bool
	count int
	// shapes are the shapes that the form matches. They are not kept up to date by mergeForms.
	shapes []*shape
}

// forms returns the forms of a group's shapes, of which there is at least one. Forms that differ in
// one spelled token only are merged.
func (g *generalizer) forms(shapes []*shape) []form {
	forms := g.split(shapes, 0, false)
	for i := len(shapes[0].tokens) - 1; i >= 0; i-- {
		forms = mergeForms(forms, i)
	}
	return forms
}

// split returns the forms of the tokens from the i-th on. Each token of a form is one text or a
// wildcard. beside is true if there is a wildcard among the tokens before. The forms with a
// wildcard as the i-th token come first.
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
		out = append(out, prependToken(pattern.Spell(text), false, g.split(byText[text], i+1, beside))...)
	}
	return out
}

// textsAt returns the shapes grouped by their i-th token, and these tokens, sorted.
func textsAt(shapes []*shape, i int) (map[string][]*shape, []string) {
	byText := make(map[string][]*shape)
	for _, s := range shapes {
		byText[s.tokens[i]] = append(byText[s.tokens[i]], s)
	}
	return byText, words.Keys(byText)
}

// wildcards returns the forms with a wildcard as the i-th token, and the shapes that no such form
// matches.
func (g *generalizer) wildcards(shapes []*shape, i int, beside bool) (out []form, rest []*shape) {
	byText, texts := textsAt(shapes, i)
	g.examined += len(shapes) * (len(shapes[0].tokens) - i)
	keyword := slices.ContainsFunc(shapes, func(s *shape) bool { return s.isKeyword(i) })
	if len(texts) <= g.maxSpelled() || g.examined > maxExamined || keyword && beside {
		return nil, shapes
	}
	proposed := g.pattern(texts, byText)
	var alike []*shape
	for _, text := range texts {
		if g.matches(proposed, text, byText[text], i) {
			alike = append(alike, byText[text]...)
		} else {
			rest = append(rest, byText[text]...) // the wildcard would not match it
		}
	}
	// Shapes that were seen with many values are split separately, so that they do not cause
	// wildcards for the others.
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
			out = append(out, prependToken(proposed, true, []form{f})...)
		}
	}
	slices.SortFunc(rest, func(a, b *shape) int { return slices.Compare(a.tokens, b.tokens) })
	return out, rest
}

// splitByCount divides shapes: often has those whose tokens after the i-th were seen with more than
// g.maxSpelled() different i-th tokens, and seldom has the others.
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

// maxSpelled returns how many different texts of a token are spelled rather than replaced by a
// wildcard.
func (g *generalizer) maxSpelled() int {
	if g.spellsMany {
		return maxEventNames
	}
	return maxTexts
}

// isKeyword reports whether FreeSWITCH compares token i of the shape without case.
func (s *shape) isKeyword(i int) bool {
	i += len(s.effect.Tokens) - len(s.tokens)
	return i >= 0 && i < effect.FoldBits && s.effect.Fold&(1<<i) != 0
}

// mergeForms merges forms that differ in the i-th token only, if that token is spelled. The merged
// token has the texts as alternatives.
func mergeForms(forms []form, i int) (out []form) {
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

// prependToken adds token in front of the tokens of each form.
func prependToken(token string, wild bool, forms []form) []form {
	for i := range forms {
		forms[i].tokens = append([]string{token}, forms[i].tokens...)
		forms[i].wild = append([]bool{wild}, forms[i].wild...)
	}
	return forms
}
