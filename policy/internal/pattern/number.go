package pattern

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eslguard/policy/internal/words"
)

// Within the text of a number these stand for what is no literal text: no rule holds control
// characters.
const (
	NumberStar  = '\x11' // *
	NumberOne   = '\x12' // ?
	numberOther = '\x13' // <uuid>, <1-60>, <digits>
)

// A NumberText is an alternative of what is dialled, or of an extension, with its number apart.
type NumberText struct {
	// Before and After stand around the number.
	Before, Number, After string
}

// Number parts the glob at its number. In what is dialled that is what follows the last slash, up
// to an @ or a semicolon; of a loopback, the second part.
func (g *Glob) Number(dial bool) NumberText {
	var b strings.Builder
	for _, el := range g.Elements {
		switch el.Kind {
		case Literal:
			b.WriteString(el.Text)
		case Star:
			b.WriteByte(NumberStar)
		case One:
			b.WriteByte(NumberOne)
		default:
			b.WriteByte(numberOther)
		}
	}
	text := b.String()
	if !dial {
		return NumberText{Number: text}
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
	return NumberText{text[:start], text[start:end], text[end:]}
}

// IsForeign reports whether the number is written in the notation of numbering plans, of Asterisk
// or of regular expressions, in which its letters and signs do not stand for themselves.
func (t *NumberText) IsForeign() bool {
	if m := rangeNumber.FindStringSubmatch(t.Number); m != nil {
		// 555-1234 is rather one number with a separator.
		return (len(m[1]) == len(m[2]) || len(m[1]) < 3) && (len(m[1]) < len(m[2]) || m[1] < m[2])
	}
	return bracketNumber.MatchString(t.Number) || len(t.Number) > 1 && underNumber.MatchString(t.Number) || DotStar.MatchString(t.Number) ||
		planNumber.MatchString(t.Number) && (strings.ContainsAny(t.Number, "0123456789") || len(t.Number) > 2)
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
	DotStar     = regexp.MustCompile(`^\+?[0-9]*\.[\x11+]$`)
	AnyOfDigits = regexp.MustCompile(`^\+?[0-9\x12]*[0-9][0-9\x12]*\x11?$`)
)

// Translated returns the token that says what the number was meant to say. It returns false where that
// is not certain.
func (t *NumberText) Translated() (string, bool) {
	if strings.ContainsRune(t.Before+t.Number+t.After, numberOther) {
		return "", false
	}
	if m := rangeNumber.FindStringSubmatch(t.Number); m != nil {
		_, low := ParseBound(m[1])
		_, high := ParseBound(m[2])
		return t.WithContext("<" + t.Number + ">"), low && high
	}
	if DotStar.MatchString(t.Number) {
		digits, _, _ := strings.Cut(t.Number, ".")
		return t.WithContext(digits + "*"), true
	}
	classes, ok := t.classes()
	if !ok {
		return "", false
	}
	if text, ok := digitsText(classes); ok {
		return t.WithContext(text), true
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
		return strings.NewReplacer(string(rune(NumberStar)), number+"*", string(rune(NumberOne)), number).Replace(s)
	}
	return "/" + quoted(t.Before) + b.String() + quoted(t.After) + "/", true
}

// WithContext puts what stands around the number around text.
func (t *NumberText) WithContext(text string) string {
	plain := func(s string) string { return NumberWildcards(SpellPart(s)) }
	return plain(t.Before) + text + plain(t.After)
}

// classes returns the number as the parts of a regular expression, each for one character but for
// the end. It returns false where the notation is not plain.
func (t *NumberText) classes() (out []string, ok bool) {
	number := strings.TrimPrefix(t.Number, "_")
	plan := planNumber.MatchString(t.Number) || underNumber.MatchString(t.Number) || mixedNumber.MatchString(bracketNumber.ReplaceAllString(t.Number, "X"))
	for number != "" {
		switch c := number[0]; {
		case c == '[':
			class := bracketNumber.FindString(number)
			if _, err := regexp.Compile(class); err != nil || !strings.HasPrefix(number, class) || class == "" {
				return nil, false
			}
			out, number = append(out, class), number[len(class):]
			continue
		case plan && (c == 'X' || c == 'x'), c == NumberOne:
			out = append(out, "[0-9]")
		case plan && (c == 'N' || c == 'n'):
			out = append(out, "[2-9]")
		case plan && (c == 'Z' || c == 'z'):
			out = append(out, "[1-9]")
		case plan && c == '.' && len(number) == 1:
			out = append(out, "[0-9]+")
		case c == NumberStar, plan && c == '!' && len(number) == 1:
			out = append(out, "[0-9]*")
		case IsDigit(c):
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
	for n < len(classes) && n < MaxDigits && classes[len(classes)-1-n] == "[0-9]" {
		n++
	}
	text := ""
	for _, class := range classes[:len(classes)-n] {
		if class = strings.TrimPrefix(class, `\`); len(class) != 1 {
			return "", false
		}
		text += class
	}
	el := Element{Kind: Digits, Low: uint64(n), High: uint64(n)}
	return text + el.Digits(), n > 0
}

// NumberWildcards returns text with its wildcards as rules write them.
func NumberWildcards(text string) string {
	return strings.NewReplacer(string(rune(NumberStar)), "*", string(rune(NumberOne)), "?", string(rune(numberOther)), "<…>").Replace(text)
}

// PrefixHint says how to write a deny of numbers where the rule does not say how they begin.
const PrefixHint = "name how the numbers begin, such as */1900*, in a rule for each"

// PrefixPattern returns the token of a deny for every number that begins as t says. It returns ""
// where t names no beginning, or where that is not plain. A token of it may be a regular
// expression, which has to be a whole token.
func (t *NumberText) PrefixPattern(dial bool) string {
	if strings.ContainsRune(t.Before+t.Number+t.After, numberOther) {
		return ""
	}
	whole := *t
	if dial && whole.Before == "" {
		whole.Before = string(rune(NumberStar)) + "/" // every leg has a type
	} else if words.Fold(t.Before) == GatewayType {
		whole.Before += string(rune(NumberStar)) + "/" // the gateway's name is missing
	}
	if rangeNumber.MatchString(t.Number) {
		text, ok := whole.Translated()
		if !ok {
			return ""
		}
		if t.After == "" && dial && !strings.HasPrefix(words.Fold(whole.Before), GatewayType) {
			text += "|" + text + `\@*|` + text + "/*" // with a host, and of a loopback
		}
		return text
	}
	classes, ok := t.beginning()
	if !ok || len(classes) == 0 {
		return ""
	}
	if text, ok := prefixGlob(classes); ok {
		return whole.WithContext(text)
	}
	return whole.prefixRegex(classes)
}

// beginning returns the parts of the number up to the last that is not just any digits, without
// what no deny needs: a plus at the start and separators.
func (t *NumberText) beginning() (out []string, ok bool) {
	if DotStar.MatchString(t.Number) {
		digits, _, _ := strings.Cut(t.Number, ".")
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
			b.WriteString(SpellPart(char))
		default:
			return "", false
		}
	}
	return b.String() + "*", true
}

// prefixRegex returns the regular expression for numbers that begin with these parts.
func (t *NumberText) prefixRegex(classes []string) string {
	open := strings.NewReplacer(string(rune(NumberStar)), ".*", string(rune(NumberOne)), ".")
	quoted := func(s string) string { return open.Replace(strings.ReplaceAll(regexp.QuoteMeta(s), " ", `\s`)) }
	var b strings.Builder
	for _, class := range classes {
		b.WriteString(strings.Replace(class, "[0-9]", ".", 1))
	}
	return "/" + quoted(t.Before) + b.String() + ".*" + quoted(t.After) + "/"
}

// Trunks are the endpoints behind which there may be a telephone network.
var Trunks = [...]string{"sofia/", "freetdm/", "h323/", "opal/"}

// IsTrunk reports whether a leg is of one of the Trunks, in any case.
func IsTrunk(leg string) bool {
	return slices.ContainsFunc(Trunks[:], func(t string) bool { return strings.HasPrefix(words.Fold(leg), t) })
}

// AnyDigits is how many digits, whichever they are, may be the number of anybody.
const AnyDigits = 7

// GatewayType is what stands before the name of a gateway, and this before a slash and the number
// (mod_sofia.c, sofia_outgoing_channel).
const GatewayType = "sofia/gateway/"
