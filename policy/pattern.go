package policy

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"strconv"
	"strings"

	"eslguard/policy/internal/words"
)

const (
	// maxPattern is the most bytes of one token of a rule, or of one entry of a set.
	maxPattern = 1024
	// maxRegex is the most bytes of a regular expression in a rule, maxRegexProg the most
	// instructions that it may compile to.
	maxRegex     = 512
	maxRegexProg = 4000
	// maxAlternatives is the most texts that one token may stand for once its sets are filled in.
	maxAlternatives = 20_000
)

// A pattern is what one token of a rule matches: any of some globs, or a regular expression.
type pattern struct {
	globs []glob
	// regex and folded are set together: with case, and without.
	regex, folded *regexp.Regexp
	// text is the regular expression as it was written.
	text string
	// wild says that a wildcard stands in one of the globs.
	wild bool
	// index finds the globs that may match, where there are many.
	index *automaton
	// steps are those of the regular expression for a byte, at most.
	steps int
}

// match reports whether the pattern matches the whole token.
func (p *pattern) match(token string, h matchOptions) bool {
	if p.regex != nil {
		return p.matchRegex(token, h)
	}
	return p.matchGlobs(token, h)
}

func (p *pattern) matchRegex(token string, h matchOptions) bool {
	if !h.work.spend(len(token) * p.steps) {
		return false
	}
	if !h.fold {
		return p.regex.MatchString(token)
	}
	// Two letters beyond ASCII fold to s and k in Go and not in FreeSWITCH.
	if !h.deny && strings.ContainsAny(token, "\u017f\u212a") {
		return p.regex.MatchString(token)
	}
	return p.folded.MatchString(token)
}

// first returns the literal text that the pattern's first alternative begins with.
func (p *pattern) first() string {
	if len(p.globs) == 0 {
		return ""
	}
	return p.globs[0].prefix()
}

// A fault is what is wrong with a rule, and what to do about it.
type fault struct {
	text, hint string
}

func (e *fault) Error() string { return e.text }

func faultf(hint, format string, args ...any) *fault {
	return &fault{text: fmt.Sprintf(format, args...), hint: hint}
}

// isRegex reports whether a token is a regular expression: it stands between slashes.
func isRegex(token string) bool {
	return len(token) >= 3 && token[0] == '/' && token[len(token)-1] == '/' && token[len(token)-2] != '\\'
}

// parsePattern compiles one token of a rule.
func parsePattern(token string, sets map[string][]glob, deny bool) (pattern, *fault) {
	if len(token) > maxPattern {
		return pattern{}, faultf("", "a token is longer than %d bytes", maxPattern)
	}
	if isRegex(token) {
		return parseRegex(token[1:len(token)-1], deny)
	}
	var p pattern
	for _, alt := range splitAlternatives(token) {
		globs, err := parseAlternative(alt, sets)
		if err != nil {
			return pattern{}, err
		}
		if len(p.globs)+len(globs) > maxAlternatives {
			return pattern{}, faultf("", "a token stands for more than %d texts", maxAlternatives)
		}
		p.globs = append(p.globs, globs...)
	}
	p.wild = slices.ContainsFunc(p.globs, func(g glob) bool { return g.wild })
	p.index = newAutomaton(p.globs)
	return p, nil
}

// parseRegex compiles a regular expression for a whole token. In a deny its dot matches a
// line feed too, so that none hides what follows.
func parseRegex(text string, deny bool) (pattern, *fault) {
	if len(text) > maxRegex {
		return pattern{}, faultf("", "a regular expression is longer than %d bytes", maxRegex)
	}
	if strings.Contains(text, " ") {
		return pattern{}, faultf("write [0-9]{7} there", "<digits 7> is no part of a regular expression")
	}
	if regexp.QuoteMeta(text) == text {
		return pattern{}, faultf(`for a path write \`+"/"+text+"/", "/%s/ would be a regular expression, but has nothing special in it", words.Clip(text))
	}
	flags := ""
	if deny {
		flags = "s"
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return pattern{}, faultf("", "the regular expression /%s/ is wrong: %s", words.Clip(text), words.Clip(err.Error()))
	}
	prog, err := syntax.Compile(tree.Simplify())
	if err != nil || len(prog.Inst) > maxRegexProg {
		return pattern{}, faultf("", "the regular expression /%s/ is too large", words.Clip(text))
	}
	p := pattern{text: text, steps: len(prog.Inst)}
	if p.regex, err = regexp.Compile(regexFlags(flags) + `\A(?:` + text + `)\z`); err == nil {
		p.folded, err = regexp.Compile(regexFlags(flags+"i") + `\A(?:` + text + `)\z`)
	}
	if err != nil {
		return pattern{}, faultf("", "the regular expression /%s/ is wrong: %s", words.Clip(text), words.Clip(err.Error()))
	}
	return p, nil
}

func regexFlags(flags string) string {
	if flags == "" {
		return ""
	}
	return "(?" + flags + ")"
}

// splitAlternatives cuts a token at its bars, apart from escaped ones.
func splitAlternatives(token string) []string {
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

// A globBuilder makes globs from the parts of an alternative. With sets it makes several.
type globBuilder struct {
	globs   []glob
	literal strings.Builder
}

// emptyToken is how a rule spells a token that is empty, such as the context of a transfer that names
// none.
const emptyToken = `""`

// parseAlternative compiles one alternative. It yields one glob, or one for each
// combination of the entries of its sets. sets is nil within a set.
func parseAlternative(alt string, sets map[string][]glob) ([]glob, *fault) {
	if alt == "" {
		return nil, faultf(`write \| for a bar, which is \\| in the JSON file, and "" for a token that is empty`, "an alternative is empty")
	}
	if alt == emptyToken {
		return []glob{{}}, nil
	}
	if strings.Contains(alt, "**") {
		return nil, faultf("", "** stands alone, as the last token")
	}
	b := globBuilder{globs: make([]glob, 1)}
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

// part reads one part at the start of rest and returns its length.
func (b *globBuilder) part(rest string, sets map[string][]glob) (int, *fault) {
	switch rest[0] {
	case '*':
		b.add(elem{kind: elemStar})
		return 1, nil
	case '?':
		b.add(elem{kind: elemOne})
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
		return 0, faultf("write two entries, or \\| for a bar", "a set's entry has no alternatives")
	default:
		b.literal.WriteByte(rest[0])
		return 1, nil
	}
}

// unescape returns the character that the escape at the start of s stands for.
func unescape(s string) (byte, *fault) {
	if len(s) > 1 {
		switch c := s[1]; c {
		case 's':
			return ' ', nil
		case '*', '?', '|', '$', '<', '>', '/', '@', '\\':
			return c, nil
		}
	}
	return 0, faultf(`known are \* \? \| \$ \< \> \/ \@ \s and \\ for a backslash; the JSON file has each backslash twice`, "%s is not an escape", words.Quote(s[:min(2, len(s))]))
}

// parseAngle reads <uuid> or <low-high> at the start of s and returns its length.
func parseAngle(s string) (elem, int, *fault) {
	end := strings.IndexByte(s, '>')
	if end < 0 {
		return elem{}, 0, faultf(angleHint, "< is not closed")
	}
	inner := s[1:end]
	if inner == "uuid" {
		return elem{kind: elemUUID}, end + 1, nil
	}
	if count, ok := strings.CutPrefix(inner, digitsWord); ok && (count == "" || count[0] == ' ') {
		el, err := parseDigits(count)
		return el, end + 1, err
	}
	lo, hi, ok := strings.Cut(inner, "-")
	low, lowOK := parseBound(lo)
	high, highOK := parseBound(hi)
	if !ok || !lowOK || !highOK {
		return elem{}, 0, faultf(angleHint, "%s is not a pattern", words.Quote(s[:end+1]))
	}
	if low > high {
		return elem{}, 0, faultf("", "%s matches nothing", words.Quote(s[:end+1]))
	}
	return elem{kind: elemRange, low: low, high: high}, end + 1, nil
}

func parseBound(s string) (uint64, bool) {
	v, err := strconv.ParseUint(s, 10, 64)
	return v, err == nil && v <= maxRange && strconv.FormatUint(v, 10) == s
}

// set fills in the entries of the set named at the start of rest.
func (b *globBuilder) set(rest string, sets map[string][]glob) (int, *fault) {
	n := 1
	for n < len(rest) && isSetByte(rest[n]) {
		n++
	}
	name := rest[1:n]
	if name == "" {
		return 0, faultf(`write \$ for the character itself, which is \\$ in the JSON file`, "$ must be followed by the name of a set")
	}
	if sets == nil {
		return 0, faultf(`write \$ for the character itself, which is \\$ in the JSON file`, "a set's entry cannot name a set")
	}
	entries, ok := sets[name]
	if !ok {
		return 0, faultf(words.DidYouMean(name, words.Keys(sets)), "there is no set %s", words.Quote(name))
	}
	if len(b.globs)*len(entries) > maxAlternatives {
		return 0, faultf("", "the sets of a token stand for more than %d texts", maxAlternatives)
	}
	b.flush()
	all := make([]glob, 0, len(b.globs)*len(entries))
	for _, g := range b.globs {
		for _, entry := range entries {
			joined := append(append([]elem(nil), g.elems...), entry.elems...)
			all = append(all, glob{elems: joined})
		}
	}
	b.globs = all
	return n, nil
}

func (b *globBuilder) add(el elem) {
	b.flush()
	for i := range b.globs {
		b.globs[i].elems = append(b.globs[i].elems, el)
	}
}

func (b *globBuilder) flush() {
	if b.literal.Len() > 0 {
		text := b.literal.String()
		b.literal.Reset()
		b.add(elem{kind: elemLiteral, text: text})
	}
}

// finish joins neighbouring literals, which sets leave, and works out what match wants to know.
func (g *glob) finish() *fault {
	out := g.elems[:0]
	for _, el := range g.elems {
		last := len(out) - 1
		switch {
		case last >= 0 && el.kind == elemLiteral && out[last].kind == elemLiteral:
			out[last].text += el.text
		case last >= 0 && el.kind == elemStar && out[last].kind == elemStar:
		default:
			out = append(out, el)
		}
	}
	g.elems, g.wild = out, false
	g.escapes = [len(pathEscapes)]int{}
	for i := range out {
		el := &out[i]
		if el.kind != elemLiteral {
			g.wild = true
			continue
		}
		el.lower = words.Fold(el.text)
		for i, n := range countEscapes(el.text) {
			g.escapes[i] += n
		}
	}
	return g.checkRanges()
}

// checkRanges refuses what would match a part of a number.
func (g *glob) checkRanges() *fault {
	for i, el := range g.elems {
		if el.kind == elemDigits {
			if err := g.checkDigits(i); err != nil {
				return err
			}
		}
		if el.kind != elemRange {
			continue
		}
		if i > 0 {
			before := g.elems[i-1]
			if before.kind != elemLiteral || isDigit(before.text[len(before.text)-1]) {
				return faultf("", "a <low-high> must not follow a digit or a wildcard: it would match a part of a number")
			}
		}
		if i+1 < len(g.elems) {
			after := g.elems[i+1]
			if after.kind != elemLiteral || isDigit(after.text[0]) {
				return faultf("", "a <low-high> must not stand before a digit or a wildcard: it would match a part of a number")
			}
		}
	}
	return nil
}

func isSetByte(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '_' || c == '-'
}

// isSetName reports whether a rule can name a set so.
func isSetName(name string) bool {
	for i := range len(name) {
		if !isSetByte(name[i]) {
			return false
		}
	}
	return name != ""
}
