package pattern

import (
	"slices"
	"strconv"
	"strings"

	"eslguard/fstext/ascii"
	"eslguard/policy/internal/words"
)

// Parse compiles one token of a rule. sets has the globs of each set that the token may name. deny
// compiles the token for a deny rule, where the dot of a regular expression also matches a line
// feed.
func Parse(token string, sets map[string][]Glob, deny bool) (Pattern, *Fault) {
	if len(token) > MaxPattern {
		return Pattern{}, Faultf("", "a token is longer than %d bytes", MaxPattern)
	}
	if IsRegex(token) {
		return parseRegex(token[1:len(token)-1], deny)
	}
	var p Pattern
	for _, alt := range SplitAlternatives(token) {
		globs, err := ParseAlternative(alt, sets)
		if err != nil {
			return Pattern{}, err
		}
		if len(p.Globs)+len(globs) > maxAlternatives {
			return Pattern{}, Faultf("", "a token has more than %d alternatives", maxAlternatives)
		}
		p.Globs = append(p.Globs, globs...)
	}
	p.Wild = slices.ContainsFunc(p.Globs, func(g Glob) bool { return g.Wild })
	p.index = newAutomaton(p.Globs)
	return p, nil
}

// SplitAlternatives splits a token at each bar that is not escaped. It always returns at least one
// alternative, which may be empty.
func SplitAlternatives(token string) []string {
	var out []string
	start := 0
	for i := 0; i < len(token); i++ {
		switch token[i] {
		case '\\':
			i++
		case '|':
			out = append(out, token[start:i])
			start = i + 1
		}
	}
	return append(out, token[start:])
}

// A globBuilder builds the globs of one alternative from its parts. A set multiplies the globs by
// its entries.
type globBuilder struct {
	globs   []Glob
	literal strings.Builder
}

// EmptyToken is how a rule spells an empty token, such as the context of a transfer that names no
// context.
const EmptyToken = `""`

// ParseAlternative compiles one alternative. It returns one glob, or one for each combination of
// the entries of its sets. sets is nil for an entry of a set, which cannot name another set.
func ParseAlternative(alt string, sets map[string][]Glob) ([]Glob, *Fault) {
	if alt == "" {
		return nil, Faultf(`write \| for a bar, which is \\| in the JSON file, and "" for a token that is empty`, "an alternative is empty")
	}
	if alt == EmptyToken {
		return []Glob{{}}, nil
	}
	if strings.Contains(alt, "**") {
		return nil, Faultf("", "** must be a token of its own, the last one")
	}
	b := globBuilder{globs: make([]Glob, 1)}
	for rest := alt; rest != ""; {
		n, err := b.part(rest, sets)
		if err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	b.flush()
	for i := range b.globs {
		if err := b.globs[i].finish(); err != nil {
			return nil, err
		}
	}
	return b.globs, nil
}

// part reads one part at the start of rest and returns its length in bytes.
func (b *globBuilder) part(rest string, sets map[string][]Glob) (int, *Fault) {
	switch rest[0] {
	case '*':
		b.add(Element{Kind: Star})
		return 1, nil
	case '?':
		b.add(Element{Kind: One})
		return 1, nil
	case '<':
		el, n, err := parseAngle(rest)
		if err == nil {
			b.add(el)
		}
		return n, err
	case '$':
		return b.set(rest, sets)
	case '\\':
		if strings.HasPrefix(rest, `\$${`) { // as in \$${recordings_dir}: no set has an empty name
			b.literal.WriteString("$$")
			return len(`\$$`), nil
		}
		c, err := unescape(rest)
		b.literal.WriteByte(c)
		return 2, err
	case '|':
		return 0, Faultf("write two entries, or \\| for a bar", "an entry of a set cannot have alternatives")
	default:
		b.literal.WriteByte(rest[0])
		return 1, nil
	}
}

// unescape returns the character that the escape at the start of s means.
func unescape(s string) (byte, *Fault) {
	if len(s) > 1 {
		switch c := s[1]; c {
		case 's':
			return ' ', nil
		case '*', '?', '|', '$', '<', '>', '/', '@', '\\':
			return c, nil
		}
	}
	return 0, Faultf(`known are \* \? \| \$ \< \> \/ \@ \s and \\ for a backslash; the JSON file has each backslash twice`, "%s is not an escape", words.Quote(s[:min(2, len(s))]))
}

// parseAngle reads <uuid>, <low-high> or <digits COUNT> at the start of s. It returns the element
// and its length in s.
func parseAngle(s string) (Element, int, *Fault) {
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return Element{}, 0, Faultf(angleHint, "< is not closed")
	}
	inner := s[1:end]
	if inner == "uuid" {
		return Element{Kind: UUID}, end + 1, nil
	}
	if count, ok := strings.CutPrefix(inner, digitsWord); ok && (count == "" || count[0] == ' ') {
		el, err := parseDigits(count)
		return el, end + 1, err
	}
	lo, hi, ok := strings.Cut(inner, "-")
	low, lowOK := ParseBound(lo)
	high, highOK := ParseBound(hi)
	if !ok || !lowOK || !highOK {
		return Element{}, 0, Faultf(angleHint, "%s is not a pattern", words.Quote(s[:end+1]))
	}
	if low > high {
		return Element{}, 0, Faultf("", "%s matches nothing", words.Quote(s[:end+1]))
	}
	return Element{Kind: Range, Low: low, High: high}, end + 1, nil
}

// ParseBound reads a number of plain digits without leading zeros, up to 1e15. It returns false for
// any other text.
func ParseBound(s string) (uint64, bool) {
	v, err := strconv.ParseUint(s, 10, 64)
	return v, err == nil && v <= maxRange && strconv.FormatUint(v, 10) == s
}

// set replaces the set named at the start of rest by its entries. It returns the length of the name
// with its dollar sign.
func (b *globBuilder) set(rest string, sets map[string][]Glob) (int, *Fault) {
	n := 1
	for n < len(rest) && isSetByte(rest[n]) {
		n++
	}
	name := rest[1:n]
	if name == "" {
		return 0, Faultf(`write \$ for the character itself, which is \\$ in the JSON file`, "$ must be followed by the name of a set")
	}
	if sets == nil {
		return 0, Faultf(`write \$ for the character itself, which is \\$ in the JSON file`, "an entry of a set cannot name a set")
	}
	entries, ok := sets[name]
	if !ok {
		return 0, Faultf(words.DidYouMean(name, words.Keys(sets)), "there is no set %s", words.Quote(name))
	}
	if len(b.globs)*len(entries) > maxAlternatives {
		return 0, Faultf("", "the sets of a token give it more than %d alternatives", maxAlternatives)
	}
	b.flush()
	all := make([]Glob, 0, len(b.globs)*len(entries))
	for _, g := range b.globs {
		for _, entry := range entries {
			joined := append(append([]Element(nil), g.Elements...), entry.Elements...)
			all = append(all, Glob{Elements: joined})
		}
	}
	b.globs = all
	return n, nil
}

func (b *globBuilder) add(el Element) {
	b.flush()
	for i := range b.globs {
		b.globs[i].Elements = append(b.globs[i].Elements, el)
	}
}

func (b *globBuilder) flush() {
	if b.literal.Len() > 0 {
		text := b.literal.String()
		b.literal.Reset()
		b.add(Element{Kind: Literal, Text: text})
	}
}

// finish merges adjacent literals, which sets leave behind, and adjacent stars. It precomputes what
// matching needs, and refuses elements that would match a part of a number.
func (g *Glob) finish() *Fault {
	out := g.Elements[:0]
	for _, el := range g.Elements {
		last := len(out) - 1
		switch {
		case last >= 0 && el.Kind == Literal && out[last].Kind == Literal:
			out[last].Text += el.Text
		case last >= 0 && el.Kind == Star && out[last].Kind == Star:
		default:
			out = append(out, el)
		}
	}
	g.Elements, g.Wild = out, false
	g.escapes = [len(pathEscapes)]int{}
	for i := range out {
		el := &out[i]
		if el.Kind != Literal {
			g.Wild = true
			continue
		}
		el.folded = ascii.ToLower(el.Text)
		for i, n := range countEscapes(el.Text) {
			g.escapes[i] += n
		}
	}
	return g.checkRanges()
}

// checkRanges refuses a <low-high> or a <digits> that would match a part of a number.
func (g *Glob) checkRanges() *Fault {
	for i, el := range g.Elements {
		if el.Kind == Digits {
			if err := g.checkDigits(i); err != nil {
				return err
			}
		}
		if el.Kind != Range {
			continue
		}
		if i > 0 {
			before := g.Elements[i-1]
			if before.Kind != Literal || ascii.IsDigit(before.Text[len(before.Text)-1]) {
				return Faultf("", "a <low-high> must not follow a digit or a wildcard: it would match a part of a number")
			}
		}
		if i+1 < len(g.Elements) {
			after := g.Elements[i+1]
			if after.Kind != Literal || ascii.IsDigit(after.Text[0]) {
				return Faultf("", "a <low-high> must not come before a digit or a wildcard: it would match a part of a number")
			}
		}
	}
	return nil
}

func isSetByte(c byte) bool {
	return ascii.IsAlphanumeric(c) || c == '_' || c == '-'
}

// IsSetName reports whether a rule can refer to a set of this name.
func IsSetName(name string) bool {
	for i := range len(name) {
		if !isSetByte(name[i]) {
			return false
		}
	}
	return name != ""
}
