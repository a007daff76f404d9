package lint

import (
	"regexp"
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// foreignNumber notes a pattern of numbers that is written as elsewhere and stands for its own
// letters here.
func foreignNumber(r *rule.Rule) *pattern.Fault {
	for _, t := range r.NumberTexts() {
		if !t.IsForeign() {
			continue
		}
		hint := r.ForeignHint(t)
		written := words.Quote(pattern.NumberWildcards(t.Number))
		if pattern.DotStar.MatchString(t.Number) {
			return pattern.Faultf(hint, "the dot of %s stands for itself", written)
		}
		return pattern.Faultf(hint, "the letters and signs of %s stand for themselves", written)
	}
	return nil
}

// lettersInNumber notes a ? beside digits in a number that an allow rule lets be dialled: it
// matches letters, too.
func lettersInNumber(r *rule.Rule) *pattern.Fault {
	if r.Deny || r.Kind != effect.KindDial {
		return nil
	}
	for _, t := range r.NumberTexts() {
		if !strings.ContainsRune(t.Number, pattern.NumberOne) || !pattern.AnyOfDigits.MatchString(t.Number) {
			continue
		}
		hint := "for digits write <digits 3>, for so many"
		if text, ok := t.Translated(); ok {
			hint = "for digits write " + words.ClipRule(text)
		}
		return pattern.Faultf(hint, "the ? of %s matches letters, too", words.Quote(pattern.NumberWildcards(t.Number)))
	}
	return nil
}

// exactDigits notes a deny of numbers of a stated length: what is longer, or has a suffix, is not
// denied.
func exactDigits(r *rule.Rule) *pattern.Fault {
	switch {
	case !r.Deny:
	case r.Kind == effect.KindDial:
		return exactDigitsIn(&r.Name, true)
	case r.Kind == effect.KindDialplan && len(r.Args) > 1:
		return exactDigitsIn(&r.Args[1], false)
	}
	return nil
}

// exactDigitsIn notes an alternative with <digits> behind which no * stands. dial says that it is
// of what is dialled.
func exactDigitsIn(p *pattern.Pattern, dial bool) *pattern.Fault {
	for i := range p.Globs {
		elems := p.Globs[i].Elements
		at := slices.IndexFunc(elems, func(el pattern.Element) bool { return el.Kind == pattern.Digits })
		if at < 0 || slices.ContainsFunc(elems[at:], func(el pattern.Element) bool { return el.Kind == pattern.Star }) {
			continue
		}
		short := pattern.Glob{Elements: elems[:at]}
		hint := "write " + words.ClipRule(short.Text()) + "* to deny whatever begins so"
		if n := short.Number(dial); n.Number == "" {
			hint = pattern.PrefixHint
		}
		return pattern.Faultf(hint,
			"a number with letters, with more digits or with a suffix, such as ;x, :5060 or w1, is not denied, and may lead to the same place")
	}
	return nil
}

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

// numberWithoutStar notes a number of a deny without a star, beside one with a star in the same
// place: a bar separates alternatives of the whole token, so the star belongs to the latter alone.
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

// spacedNumber is a number as people write it: with a plus, or with separators. uriNumber is one
// with the scheme before it.
var (
	spacedNumber = regexp.MustCompile(`^\+?[0-9][-._() 0-9\x11\x12]*$`)
	uriNumber    = regexp.MustCompile(`(?i)^(sips?:|tel:)(\+?[0-9][-._() 0-9\x11\x12]*)$`)
)
