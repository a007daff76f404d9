package policy

import (
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// numberTexts returns the alternatives of the token in which r has telephone numbers: what is
// dialled, and the extension of a dialplan. It returns nil for a rule without such a token.
func (r *rule) numberTexts() (out []pattern.NumberText) {
	globs := r.name.Globs
	switch {
	case r.kind == command.KindDialplan && len(r.args) > 1:
		globs = r.args[1].Globs
	case r.kind != command.KindDial:
		return nil
	}
	for i := range globs {
		out = append(out, globs[i].Number(r.kind == command.KindDial))
	}
	return out
}

// foreignNumber notes a pattern of numbers that is written as elsewhere and stands for its own letters
// here.
func foreignNumber(r *rule) *pattern.Fault {
	for _, t := range r.numberTexts() {
		if !t.IsForeign() {
			continue
		}
		hint := r.foreignHint(t)
		written := words.Quote(pattern.NumberWildcards(t.Number))
		if pattern.DotStar.MatchString(t.Number) {
			return pattern.Faultf(hint, "the dot of %s stands for itself", written)
		}
		return pattern.Faultf(hint, "the letters and signs of %s stand for themselves", written)
	}
	return nil
}

// foreignHint says what to write in the place of a habit: in a deny whatever begins so, in an allow
// just what is meant.
func (r *rule) foreignHint(t pattern.NumberText) string {
	dial := r.kind == command.KindDial
	if r.deny {
		if text := t.PrefixPattern(dial); text != "" {
			return r.writeInstead(text)
		}
		return pattern.PrefixHint
	}
	if dial && t.Before == "" {
		t.Before = "user/" // every leg has a type
	}
	if text, ok := t.Spelled(); ok {
		return r.writeInstead(text)
	}
	return "for digits write <digits 4> or <1000-1099>, or a regular expression"
}

// lettersInNumber notes a ? beside digits in a number that an allow rule lets be dialled: it matches
// letters, too.
func lettersInNumber(r *rule) *pattern.Fault {
	if r.deny || r.kind != command.KindDial {
		return nil
	}
	for _, t := range r.numberTexts() {
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
func exactDigits(r *rule) *pattern.Fault {
	switch {
	case !r.deny:
	case r.kind == command.KindDial:
		return exactDigitsIn(&r.name, true)
	case r.kind == command.KindDialplan && len(r.args) > 1:
		return exactDigitsIn(&r.args[1], false)
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
