package policy

import (
	"regexp"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/words"
)

// prefixHint says how to write a deny of numbers where the rule does not say how they begin.
const prefixHint = "name how the numbers begin, such as */1900*, in a rule for each"

// prefixPattern returns the token of a deny for every number that begins as t says. It returns "" where t
// names no beginning, or where that is not plain. A token of it may be a regular expression, which
// has to be a whole token.
func (t *numberText) prefixPattern(dial bool) string {
	if strings.ContainsRune(t.before+t.number+t.after, numberOther) {
		return ""
	}
	whole := *t
	if dial && whole.before == "" {
		whole.before = string(rune(numberStar)) + "/" // every leg has a type
	} else if words.Fold(t.before) == gatewayType {
		whole.before += string(rune(numberStar)) + "/" // the gateway's name is missing
	}
	if rangeNumber.MatchString(t.number) {
		text, ok := whole.spelled()
		if !ok {
			return ""
		}
		if t.after == "" && dial && !strings.HasPrefix(words.Fold(whole.before), gatewayType) {
			text += "|" + text + `\@*|` + text + "/*" // with a host, and of a loopback
		}
		return text
	}
	classes, ok := t.beginning()
	if !ok || len(classes) == 0 {
		return ""
	}
	if text, ok := prefixGlob(classes); ok {
		return whole.withContext(text)
	}
	return whole.prefixRegex(classes)
}

// beginning returns the parts of the number up to the last that is not just any digits, without
// what no deny needs: a plus at the start and separators.
func (t *numberText) beginning() (out []string, ok bool) {
	if dotStar.MatchString(t.number) {
		digits, _, _ := strings.Cut(t.number, ".")
		return strings.Split(strings.TrimPrefix(digits, "+"), ""), true
	}
	all, ok := t.classes()
	for i, class := range all {
		switch class {
		case `\+`:
			if i > 0 {
				out = append(out, class)
			}
		case "-", `\.`, "_", `\(`, `\)`:
		default:
			out = append(out, class)
		}
	}
	for len(out) > 0 && strings.HasPrefix(out[len(out)-1], "[0-9]") {
		out = out[:len(out)-1]
	}
	return out, ok
}

// prefixGlob returns the glob for what begins with these parts. It returns false if one of them is
// a class of some digits, which no glob can say.
func prefixGlob(classes []string) (string, bool) {
	var b strings.Builder
	for _, class := range classes {
		switch char := strings.TrimPrefix(class, `\`); {
		case class == "[0-9]":
			b.WriteByte('?')
		case class == "[0-9]*":
			b.WriteByte('*')
		case len(char) == 1:
			b.WriteString(spellPart(char))
		default:
			return "", false
		}
	}
	return b.String() + "*", true
}

// prefixRegex returns the regular expression for numbers that begin with these parts.
func (t *numberText) prefixRegex(classes []string) string {
	open := strings.NewReplacer(string(rune(numberStar)), ".*", string(rune(numberOne)), ".")
	quoted := func(s string) string { return open.Replace(strings.ReplaceAll(regexp.QuoteMeta(s), " ", `\s`)) }
	var b strings.Builder
	for _, class := range classes {
		b.WriteString(strings.Replace(class, "[0-9]", ".", 1))
	}
	return "/" + quoted(t.before) + b.String() + ".*" + quoted(t.after) + "/"
}

// writeInstead is the hint to write text, a token, in the place of one of the rule's alternatives.
func (r *rule) writeInstead(text string) string {
	alternatives := len(r.name.globs)
	if r.kind == command.KindDialplan {
		alternatives = len(r.args[1].globs)
	}
	switch {
	case alternatives == 1:
		return "write " + words.ClipRule(text)
	case isRegex(text):
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
func separatedNumber(r *rule) *fault {
	if !r.deny {
		return nil
	}
	for _, t := range r.numberTexts() {
		number := t.number
		if m := uriNumber.FindStringSubmatch(number); m != nil {
			number = m[2]
		}
		if t.isForeign() || !spacedNumber.MatchString(number) {
			continue
		}
		plain := strings.NewReplacer("+", "", "-", "", ".", "", "_", "", "(", "", ")", "", " ", "").Replace(number)
		if plain == t.number {
			continue
		}
		return faultf(r.writeInstead(t.withContext(numberWildcards(plain))), "%s does not deny the number in plain digits; plain digits deny it however it is spelled",
			words.Quote(numberWildcards(t.number)))
	}
	return nil
}

// numberWithoutStar notes a number of a deny without a star, beside one with a star in the same place: a
// bar parts the whole token, so the star belongs to the latter alone.
func numberWithoutStar(r *rule) *fault {
	if !r.deny {
		return nil
	}
	texts := r.numberTexts()
	starred := make(map[string]bool) // by what stands before the number
	for _, t := range texts {
		if len(t.number) > 1 && strings.Trim(t.number, "0123456789") == string(rune(numberStar)) {
			starred[t.before] = true
		}
	}
	for _, t := range texts {
		if starred[t.before] && t.number != "" && strings.Trim(t.number, "0123456789") == "" {
			return faultf("write "+words.ClipRule(t.withContext(t.number+"*"))+" there to deny whatever begins so", "%s denies that number alone: the star behind another number does not count for it",
				words.Quote(numberWildcards(t.before+t.number+t.after)))
		}
	}
	return nil
}

// maxBarHint is how many alternatives a hint spells out.
const maxBarHint = 8

// barHint is the hint for alternatives of which the first alone has what stands before the number.
func (r *rule) barHint() string {
	const general = "a bar parts the whole token: write each alternative in full, such as */1900*|*/1976*"
	if len(r.name.globs) > maxBarHint {
		return general
	}
	first, last := r.name.globs[0].number(true), r.name.globs[len(r.name.globs)-1].number(true)
	if first.before == "" {
		return general
	}
	star := string(rune(numberStar))
	var parts []string
	for i := range r.name.globs {
		t := r.name.globs[i].number(true)
		if t.before != "" && t.before != first.before {
			return general
		}
		t.before = first.before
		if r.deny && strings.HasSuffix(last.number+last.after, star) && !strings.HasSuffix(t.number+t.after, star) {
			t.after += star
		}
		parts = append(parts, t.withContext(numberWildcards(t.number)))
	}
	return "a bar parts the whole token: write " + words.ClipRule(strings.Join(parts, "|"))
}
