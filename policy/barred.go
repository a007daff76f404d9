package policy

import (
	"regexp"
	"strings"

	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// spacedNumber is a number as people write it: with a plus, or with separators. uriNumber is one
// with the scheme before it.
var (
	spacedNumber = regexp.MustCompile(`^\+?[0-9][-._() 0-9\x11\x12]*$`)
	uriNumber    = regexp.MustCompile(`(?i)^(sips?:|tel:)(\+?[0-9][-._() 0-9\x11\x12]*)$`)
)

// separatedNumber notes a number of a deny that is written as people write it. A deny of plain
// digits holds for all spellings of a number, and another one for its own spelling only.
func separatedNumber(r *rule.Rule) *pattern.Fault {
	if !r.Deny {
		return nil
	}
	for _, t := range r.NumberTexts() {
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
		return pattern.Faultf(r.WriteInstead(t.WithContext(pattern.NumberWildcards(plain))), "%s does not deny the number in plain digits; plain digits deny it however it is spelled",
			words.Quote(pattern.NumberWildcards(t.Number)))
	}
	return nil
}

// numberWithoutStar notes a number of a deny without a star, beside one with a star in the same place: a
// bar parts the whole token, so the star belongs to the latter alone.
func numberWithoutStar(r *rule.Rule) *pattern.Fault {
	if !r.Deny {
		return nil
	}
	texts := r.NumberTexts()
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
