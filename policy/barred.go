package policy

import (
	"regexp"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// writeInstead is the hint to write text, a token, in the place of one of the rule's alternatives.
func (r *rule) writeInstead(text string) string {
	alternatives := len(r.name.Globs)
	if r.kind == command.KindDialplan {
		alternatives = len(r.args[1].Globs)
	}
	switch {
	case alternatives == 1:
		return "write " + words.ClipRule(text)
	case pattern.IsRegex(text):
		return "write a rule of its own for it, with " + words.ClipRule(text)
	case strings.Contains(r.text, "$"):
		return "change the entry of the set, so that the whole reads " + words.ClipRule(text)
	}
	return "write " + words.ClipRule(text) + " in its place"
}

// spacedNumber is a number as people write it: with a plus, or with separators. uriNumber is one
// with the scheme before it.
var (
	spacedNumber = regexp.MustCompile(`^\+?[0-9][-._() 0-9\x11\x12]*$`)
	uriNumber    = regexp.MustCompile(`(?i)^(sips?:|tel:)(\+?[0-9][-._() 0-9\x11\x12]*)$`)
)

// separatedNumber notes a number of a deny that is written as people write it. A deny of plain
// digits holds for all spellings of a number, and another one for its own spelling only.
func separatedNumber(r *rule) *pattern.Fault {
	if !r.deny {
		return nil
	}
	for _, t := range r.numberTexts() {
		number := t.Number
		if m := uriNumber.FindStringSubmatch(number); m != nil {
			number = m[2]
		}
		if t.IsForeign() || !spacedNumber.MatchString(number) {
			continue
		}
		plain := strings.NewReplacer("+", "", "-", "", ".", "", "_", "", "(", "", ")", "", " ", "").Replace(number)
		if plain == t.Number {
			continue
		}
		return pattern.Faultf(r.writeInstead(t.WithContext(pattern.NumberWildcards(plain))), "%s does not deny the number in plain digits; plain digits deny it however it is spelled",
			words.Quote(pattern.NumberWildcards(t.Number)))
	}
	return nil
}

// numberWithoutStar notes a number of a deny without a star, beside one with a star in the same place: a
// bar parts the whole token, so the star belongs to the latter alone.
func numberWithoutStar(r *rule) *pattern.Fault {
	if !r.deny {
		return nil
	}
	texts := r.numberTexts()
	starred := make(map[string]bool) // by what stands before the number
	for _, t := range texts {
		if len(t.Number) > 1 && strings.Trim(t.Number, "0123456789") == string(rune(pattern.NumberStar)) {
			starred[t.Before] = true
		}
	}
	for _, t := range texts {
		if starred[t.Before] && t.Number != "" && strings.Trim(t.Number, "0123456789") == "" {
			return pattern.Faultf("write "+words.ClipRule(t.WithContext(t.Number+"*"))+" there to deny whatever begins so", "%s denies that number alone: the star behind another number does not count for it",
				words.Quote(pattern.NumberWildcards(t.Before+t.Number+t.After)))
		}
	}
	return nil
}

// maxBarHint is how many alternatives a hint spells out.
const maxBarHint = 8

// barHint is the hint for alternatives of which the first alone has what stands before the number.
func (r *rule) barHint() string {
	const general = "a bar parts the whole token: write each alternative in full, such as */1900*|*/1976*"
	if len(r.name.Globs) > maxBarHint {
		return general
	}
	first, last := r.name.Globs[0].Number(true), r.name.Globs[len(r.name.Globs)-1].Number(true)
	if first.Before == "" {
		return general
	}
	star := string(rune(pattern.NumberStar))
	var parts []string
	for i := range r.name.Globs {
		t := r.name.Globs[i].Number(true)
		if t.Before != "" && t.Before != first.Before {
			return general
		}
		t.Before = first.Before
		if r.deny && strings.HasSuffix(last.Number+last.After, star) && !strings.HasSuffix(t.Number+t.After, star) {
			t.After += star
		}
		parts = append(parts, t.WithContext(pattern.NumberWildcards(t.Number)))
	}
	return "a bar parts the whole token: write " + words.ClipRule(strings.Join(parts, "|"))
}
