package rule

import (
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// NumberTexts returns the alternatives of the token that contains telephone numbers: the leg of a
// dial rule, or the extension of a dialplan rule. It returns nil for a rule without such a token.
func (r *Rule) NumberTexts() (out []pattern.NumberText) {
	globs := r.Name.Globs
	switch {
	case r.Kind == effect.KindDialplan && len(r.Args) > 1:
		globs = r.Args[1].Globs
	case r.Kind != effect.KindDial:
		return nil
	}
	for i := range globs {
		out = append(out, globs[i].Number(r.Kind == effect.KindDial))
	}
	return out
}

// ForeignHint returns the hint for a number in a foreign notation. It says what to write instead:
// in a deny rule a pattern for all numbers with the same beginning, in an allow rule exactly what
// was meant.
func (r *Rule) ForeignHint(t pattern.NumberText) string {
	dial := r.Kind == effect.KindDial
	if r.Deny {
		if text := t.PrefixPattern(dial); text != "" {
			return r.WriteInstead(text)
		}
		return pattern.PrefixHint
	}
	if dial && t.Before == "" {
		t.Before = "user/" // every leg has a type
	}
	if text, ok := t.Translated(); ok {
		return r.WriteInstead(text)
	}
	return "for digits write <digits 4> or <1000-1099>, or a regular expression"
}

// WriteInstead returns the hint to write text, a token, in place of one of the rule's alternatives.
func (r *Rule) WriteInstead(text string) string {
	alternatives := len(r.Name.Globs)
	if r.Kind == effect.KindDialplan {
		alternatives = len(r.Args[1].Globs)
	}
	switch {
	case alternatives == 1:
		return "write " + words.ClipRule(text)
	case pattern.IsRegex(text):
		return "write a rule of its own for it, with " + words.ClipRule(text)
	case strings.Contains(r.Text, "$"):
		return "change the entry of the set, so that the whole reads " + words.ClipRule(text)
	}
	return "write " + words.ClipRule(text) + " in its place"
}

// maxBarHint is the most alternatives that a hint spells out.
const maxBarHint = 8

// barHint returns the hint for alternatives where only the first one has the part before the
// number.
func (r *Rule) barHint() string {
	const general = "a bar separates alternatives of the whole token: write each alternative in full, such as */1900*|*/1976*"
	if len(r.Name.Globs) > maxBarHint {
		return general
	}
	first, last := r.Name.Globs[0].Number(true), r.Name.Globs[len(r.Name.Globs)-1].Number(true)
	if first.Before == "" {
		return general
	}
	star := string(rune(pattern.NumberStar))
	var parts []string
	for i := range r.Name.Globs {
		t := r.Name.Globs[i].Number(true)
		if t.Before != "" && t.Before != first.Before {
			return general
		}
		t.Before = first.Before
		if r.Deny && strings.HasSuffix(last.Number+last.After, star) && !strings.HasSuffix(t.Number+t.After, star) {
			t.After += star
		}
		parts = append(parts, t.WithContext(pattern.NumberWildcards(t.Number)))
	}
	return "a bar separates alternatives of the whole token: write " + words.ClipRule(strings.Join(parts, "|"))
}
