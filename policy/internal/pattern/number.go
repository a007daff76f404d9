package pattern

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"eslguard/fstext/ascii"
)

// In a [NumberText] these characters replace wildcards. They cannot be confused with literal text,
// because no rule contains control characters.
const (
	NumberStar  = '\x11' // *
	NumberOne   = '\x12' // ?
	numberOther = '\x13' // <uuid>, <1-60>, <digits>
)

// A NumberText is an alternative for a leg or an extension, split around its number. Before and
// After are empty for an extension.
type NumberText struct {
	Before, Number, After string
}

// Number splits the glob around its number. For a leg (dial) the number is what follows the last
// slash, up to an @ or a semicolon; for a loopback leg it is the second part. An extension is a
// number as a whole.
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
	if strings.HasPrefix(ascii.ToLower(text), loopback) {
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
// or of regular expressions. In a rule the letters and signs of these notations are literal text.
func (t *NumberText) IsForeign() bool {
	if m := rangeNumber.FindStringSubmatch(t.Number); m != nil {
		// 555-1234 is probably one number with a separator.
		return (len(m[1]) == len(m[2]) || len(m[1]) < 3) && (len(m[1]) < len(m[2]) || m[1] < m[2])
	}
	return bracketNumber.MatchString(t.Number) || len(t.Number) > 1 && underNumber.MatchString(t.Number) || DotStar.MatchString(t.Number) ||
		planNumber.MatchString(t.Number) && (strings.ContainsAny(t.Number, "0123456789") || len(t.Number) > 2)
}

// Foreign notations for many numbers at once. In a rule they are literal text.
var (
	bracketNumber = regexp.MustCompile(`\[[0-9^-]+\]`)
	// planNumber is the notation of numbering plans and of Asterisk: N is 2 to 9, Z is 1 to 9, and
	// X is 0 to 9.
	planNumber  = regexp.MustCompile(`^_?\+?[0-9XNZxnz]*[Xx][0-9XNZxnz]*[.!\x11]?$`)
	underNumber = regexp.MustCompile(`^_\+?[0-9XNZxnz\[\]-]*[.!\x11]?$`)
	// mixedNumber is a plan's notation after each bracket has been replaced by X.
	mixedNumber = regexp.MustCompile(`^\+?[0-9]*(?:[XNZxnz][0-9]*){2,}[.!\x11]?$`)
	rangeNumber = regexp.MustCompile(`^([0-9]+)-([0-9]+)$`)
	// DotStar is digits with .* or .+ after them, as in a regular expression.
	DotStar = regexp.MustCompile(`^\+?[0-9]*\.[\x11+]$`)
	// AnyOfDigits is a number of digits and ?, with at least one digit, and with a * at its end or
	// without.
	AnyOfDigits = regexp.MustCompile(`^\+?[0-9\x12]*[0-9][0-9\x12]*\x11?$`)
)

// Translated returns a token for what the number probably means in its foreign notation. It returns
// false if the meaning is not certain.
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

// WithContext returns the token for text with Before and After around it.
func (t *NumberText) WithContext(text string) string {
	plain := func(s string) string { return NumberWildcards(SpellPart(s)) }
	return plain(t.Before) + text + plain(t.After)
}

// classes returns the number as parts of a regular expression, each for one character except for
// the last one, which may be for several. It returns false if the notation is unclear.
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
		case ascii.IsDigit(c):
			out = append(out, string(c))
		default:
			out = append(out, regexp.QuoteMeta(string(c)))
		}
		number = number[1:]
	}
	return out, true
}

// digitsText returns the parts of a number as literal text with one <digits COUNT> at its end. It
// returns false if they cannot be written so.
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

// NumberWildcards returns a text of a NumberText with its wildcards as rules spell them.
func NumberWildcards(text string) string {
	return strings.NewReplacer(string(rune(NumberStar)), "*", string(rune(NumberOne)), "?", string(rune(numberOther)), "<…>").Replace(text)
}

// PrefixHint is the hint for a deny rule that does not say with which digits its numbers begin.
const PrefixHint = "name how the numbers begin, such as */1900*, in a rule for each"

// PrefixPattern returns the token of a deny rule for every number with the beginning of t. It
// returns "" if t has no beginning, or an unclear one. If the token is a regular expression, it
// must be the whole token of a rule.
func (t *NumberText) PrefixPattern(dial bool) string {
	if strings.ContainsRune(t.Before+t.Number+t.After, numberOther) {
		return ""
	}
	whole := *t
	if dial && whole.Before == "" {
		whole.Before = string(rune(NumberStar)) + "/" // every leg has a type
	} else if ascii.ToLower(t.Before) == GatewayType {
		whole.Before += string(rune(NumberStar)) + "/" // the gateway's name is missing
	}
	if rangeNumber.MatchString(t.Number) {
		text, ok := whole.Translated()
		if !ok {
			return ""
		}
		if t.After == "" && dial && !strings.HasPrefix(ascii.ToLower(whole.Before), GatewayType) {
			text += "|" + text + `\@*|` + text + "/*" // also with a host, and as a loopback
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

// beginning returns the parts of the number up to the last one that restricts it. It leaves out
// what a deny rule does not need: a plus at the start, and separators.
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

// prefixGlob returns the glob for texts that begin with these parts. It returns false if a part is
// a class of some digits, which no glob can express.
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

// Trunks are the types of legs behind which there may be a telephone network.
var Trunks = [...]string{"sofia/", "freetdm/", "h323/", "opal/"}

// IsTrunk reports whether a leg has one of the types in Trunks, without regard to case.
func IsTrunk(leg string) bool {
	return slices.ContainsFunc(Trunks[:], func(t string) bool { return strings.HasPrefix(ascii.ToLower(leg), t) })
}

// AnyDigits is the fewest digits of a number that may be anybody's.
const AnyDigits = 7

// GatewayType is what comes before the name of a gateway, which a slash and the number follow
// (mod_sofia.c, sofia_outgoing_channel).
const GatewayType = "sofia/gateway/"
