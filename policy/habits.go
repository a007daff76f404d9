package policy

import (
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/rule"
	"eslguard/policy/internal/words"
)

// foreignNumber notes a pattern of numbers that is written as elsewhere and stands for its own letters
// here.
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

// lettersInNumber notes a ? beside digits in a number that an allow rule lets be dialled: it matches
// letters, too.
func lettersInNumber(r *rule.Rule) *pattern.Fault {
	if r.Deny || r.Kind != command.KindDial {
		return nil
	}
	for _, t := range r.NumberTexts() {
		if !strings.ContainsRune(t.Number, pattern.NumberOne) || !pattern.AnyOfDigits.MatchString(t.Number) {
			continue
		}
		hint := "for digits write <digits 3>, for so many"
		if text, ok := t.Spelled(); ok {
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
	case r.Kind == command.KindDial:
		return exactDigitsIn(&r.Name, true)
	case r.Kind == command.KindDialplan && len(r.Args) > 1:
		return exactDigitsIn(&r.Args[1], false)
	}
	return nil
}

// exactDigitsIn notes an alternative with <digits> behind which no * stands. dial says that it is of
// what is dialled.
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
