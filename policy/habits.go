package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/words"
)

// Within the text of a number these stand for what is no literal text: no rule holds control
// characters.
const (
	numberStar  = '\x11' // *
	numberOne   = '\x12' // ?
	numberOther = '\x13' // <uuid>, <1-60>, <digits>
)

// A numberText is an alternative of what is dialled, or of an extension, with its number apart.
type numberText struct {
	// before and after stand around the number.
	before, number, after string
}

// numberTexts returns the alternatives of the token in which r has telephone numbers: what is
// dialled, and the extension of a dialplan. It returns nil for a rule without such a token.
func (r *rule) numberTexts() (out []numberText) {
	globs := r.name.globs
	switch {
	case r.kind == command.KindDialplan && len(r.args) > 1:
		globs = r.args[1].globs
	case r.kind != command.KindDial:
		return nil
	}
	for i := range globs {
		out = append(out, globs[i].number(r.kind == command.KindDial))
	}
	return out
}

// number parts the glob at its number. In what is dialled that is what follows the last slash, up
// to an @ or a semicolon; of a loopback, the second part.
func (g *glob) number(dial bool) numberText {
	var b strings.Builder
	for _, el := range g.elems {
		switch el.kind {
		case elemLiteral:
			b.WriteString(el.text)
		case elemStar:
			b.WriteByte(numberStar)
		case elemOne:
			b.WriteByte(numberOne)
		default:
			b.WriteByte(numberOther)
		}
	}
	text := b.String()
	if !dial {
		return numberText{number: text}
	}
	const loopback = "loopback/"
	start, end := 0, len(text)
	if strings.HasPrefix(words.Fold(text), loopback) {
		start = len(loopback)
		if i := strings.IndexByte(text[start:], '/'); i >= 0 {
			end = start + i
		}
	} else {
		if i := strings.IndexAny(text, "@;"); i >= 0 {
			end = i
		}
		start = strings.LastIndexByte(text[:end], '/') + 1
	}
	return numberText{text[:start], text[start:end], text[end:]}
}

// The ways in which people write many numbers elsewhere, and which are literal text in a rule.
var (
	bracketNumber = regexp.MustCompile(`\[[0-9^-]+\]`)
	// planNumber is the notation of numbering plans and of Asterisk: N is 2 to 9, Z 1 to 9 and X 0
	// to 9.
	planNumber  = regexp.MustCompile(`^_?\+?[0-9XNZxnz]*[Xx][0-9XNZxnz]*[.!\x11]?$`)
	underNumber = regexp.MustCompile(`^_\+?[0-9XNZxnz\[\]-]*[.!\x11]?$`)
	// mixedNumber is a plan's notation in which X stands for each bracket.
	mixedNumber = regexp.MustCompile(`^\+?[0-9]*(?:[XNZxnz][0-9]*){2,}[.!\x11]?$`)
	rangeNumber = regexp.MustCompile(`^([0-9]+)-([0-9]+)$`)
	dotStar     = regexp.MustCompile(`^\+?[0-9]*\.[\x11+]$`)
	anyOfDigits = regexp.MustCompile(`^\+?[0-9\x12]*[0-9][0-9\x12]*\x11?$`)
)

// foreignNumber notes a pattern of numbers that is written as elsewhere and stands for its own letters
// here.
func foreignNumber(r *rule) *fault {
	for _, t := range r.numberTexts() {
		if !t.isForeign() {
			continue
		}
		hint := r.foreignHint(t)
		written := words.Quote(numberWildcards(t.number))
		if dotStar.MatchString(t.number) {
			return faultf(hint, "the dot of %s stands for itself", written)
		}
		return faultf(hint, "the letters and signs of %s stand for themselves", written)
	}
	return nil
}

// foreignHint says what to write in the place of a habit: in a deny whatever begins so, in an allow
// just what is meant.
func (r *rule) foreignHint(t numberText) string {
	dial := r.kind == command.KindDial
	if r.deny {
		if text := t.prefixPattern(dial); text != "" {
			return r.writeInstead(text)
		}
		return prefixHint
	}
	if dial && t.before == "" {
		t.before = "user/" // every leg has a type
	}
	if text, ok := t.spelled(); ok {
		return r.writeInstead(text)
	}
	return "for digits write <digits 4> or <1000-1099>, or a regular expression"
}

func (t *numberText) isForeign() bool {
	if m := rangeNumber.FindStringSubmatch(t.number); m != nil {
		// 555-1234 is rather one number with a separator.
		return (len(m[1]) == len(m[2]) || len(m[1]) < 3) && (len(m[1]) < len(m[2]) || m[1] < m[2])
	}
	return bracketNumber.MatchString(t.number) || len(t.number) > 1 && underNumber.MatchString(t.number) || dotStar.MatchString(t.number) ||
		planNumber.MatchString(t.number) && (strings.ContainsAny(t.number, "0123456789") || len(t.number) > 2)
}

// numberWildcards returns text with its wildcards as rules write them.
func numberWildcards(text string) string {
	return strings.NewReplacer(string(rune(numberStar)), "*", string(rune(numberOne)), "?", string(rune(numberOther)), "<…>").Replace(text)
}

// spelled returns the token that says what the number was meant to say. It returns false where that
// is not certain.
func (t *numberText) spelled() (string, bool) {
	if strings.ContainsRune(t.before+t.number+t.after, numberOther) {
		return "", false
	}
	if m := rangeNumber.FindStringSubmatch(t.number); m != nil {
		_, low := parseBound(m[1])
		_, high := parseBound(m[2])
		return t.withContext("<" + t.number + ">"), low && high
	}
	if dotStar.MatchString(t.number) {
		digits, _, _ := strings.Cut(t.number, ".")
		return t.withContext(digits + "*"), true
	}
	classes, ok := t.classes()
	if !ok {
		return "", false
	}
	if text, ok := digitsText(classes); ok {
		return t.withContext(text), true
	}
	const number = "[0-9A-Za-z+#._-]"
	var b strings.Builder
	for i := 0; i < len(classes); {
		n := 1
		for classes[i] == "[0-9]" && i+n < len(classes) && classes[i+n] == classes[i] {
			n++
		}
		b.WriteString(classes[i])
		if n > 1 {
			fmt.Fprintf(&b, "{%d}", n)
		}
		i += n
	}
	quoted := func(s string) string {
		s = strings.ReplaceAll(regexp.QuoteMeta(s), " ", `\s`)
		return strings.NewReplacer(string(rune(numberStar)), number+"*", string(rune(numberOne)), number).Replace(s)
	}
	return "/" + quoted(t.before) + b.String() + quoted(t.after) + "/", true
}

// withContext puts what stands around the number around text.
func (t *numberText) withContext(text string) string {
	plain := func(s string) string { return numberWildcards(spellPart(s)) }
	return plain(t.before) + text + plain(t.after)
}

// classes returns the number as the parts of a regular expression, each for one character but for
// the end. It returns false where the notation is not plain.
func (t *numberText) classes() (out []string, ok bool) {
	number := strings.TrimPrefix(t.number, "_")
	plan := planNumber.MatchString(t.number) || underNumber.MatchString(t.number) || mixedNumber.MatchString(bracketNumber.ReplaceAllString(t.number, "X"))
	for number != "" {
		switch c := number[0]; {
		case c == '[':
			class := bracketNumber.FindString(number)
			if _, err := regexp.Compile(class); err != nil || !strings.HasPrefix(number, class) || class == "" {
				return nil, false
			}
			out, number = append(out, class), number[len(class):]
			continue
		case plan && (c == 'X' || c == 'x'), c == numberOne:
			out = append(out, "[0-9]")
		case plan && (c == 'N' || c == 'n'):
			out = append(out, "[2-9]")
		case plan && (c == 'Z' || c == 'z'):
			out = append(out, "[1-9]")
		case plan && c == '.' && len(number) == 1:
			out = append(out, "[0-9]+")
		case c == numberStar, plan && c == '!' && len(number) == 1:
			out = append(out, "[0-9]*")
		case isDigit(c):
			out = append(out, string(c))
		default:
			out = append(out, regexp.QuoteMeta(string(c)))
		}
		number = number[1:]
	}
	return out, true
}

// digitsText returns the parts of a number as literal text with one <digits COUNT> at its end. It
// returns false for others.
func digitsText(classes []string) (string, bool) {
	n := 0
	for n < len(classes) && n < maxDigits && classes[len(classes)-1-n] == "[0-9]" {
		n++
	}
	text := ""
	for _, class := range classes[:len(classes)-n] {
		if class = strings.TrimPrefix(class, `\`); len(class) != 1 {
			return "", false
		}
		text += class
	}
	el := elem{kind: elemDigits, low: uint64(n), high: uint64(n)}
	return text + el.digits(), n > 0
}

// lettersInNumber notes a ? beside digits in a number that an allow rule lets be dialled: it matches
// letters, too.
func lettersInNumber(r *rule) *fault {
	if r.deny || r.kind != command.KindDial {
		return nil
	}
	for _, t := range r.numberTexts() {
		if !strings.ContainsRune(t.number, numberOne) || !anyOfDigits.MatchString(t.number) {
			continue
		}
		hint := "for digits write <digits 3>, for so many"
		if text, ok := t.spelled(); ok {
			hint = "for digits write " + words.ClipRule(text)
		}
		return faultf(hint, "the ? of %s matches letters, too", words.Quote(numberWildcards(t.number)))
	}
	return nil
}

// exactDigits notes a deny of numbers of a stated length: what is longer, or has a suffix, is not
// denied.
func exactDigits(r *rule) *fault {
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
func exactDigitsIn(p *pattern, dial bool) *fault {
	for i := range p.globs {
		elems := p.globs[i].elems
		at := slices.IndexFunc(elems, func(el elem) bool { return el.kind == elemDigits })
		if at < 0 || slices.ContainsFunc(elems[at:], func(el elem) bool { return el.kind == elemStar }) {
			continue
		}
		short := glob{elems: elems[:at]}
		hint := "write " + words.ClipRule(short.text()) + "* to deny whatever begins so"
		if n := short.number(dial); n.number == "" {
			hint = prefixHint
		}
		return faultf(hint,
			"a number with letters, with more digits or with a suffix, such as ;x, :5060 or w1, is not denied, and may lead to the same place")
	}
	return nil
}
