package pattern

import (
	"strings"
	"unicode/utf8"

	"eslguard/argument"
	"eslguard/policy/internal/words"
)

// An ElementKind is what one element of a glob matches.
type ElementKind uint8

const (
	Literal ElementKind = iota // its text
	Star                       // any run of characters: *
	One                        // one character: ?
	UUID                       // a channel uuid in its usual form: <uuid>
	Range                      // a number in plain digits, from low to high: <1-60>
	Digits                     // low to high digits, all that stand there: <digits 7-15>
)

// An Element is one part of a glob: literal text or one wildcard. Low and High are of a Range, and
// of Digits the fewest and the most.
type Element struct {
	Kind      ElementKind
	Text      string // of a literal, as written
	folded    string // of a literal, folded
	Low, High uint64
}

// A Glob is one alternative of a token's pattern, for the whole token.
type Glob struct {
	Elements []Element
	// Wild says that it matches more than one text.
	Wild bool
	// escapes counts the path escapes that the literal text spells.
	escapes [len(pathEscapes)]int
}

// Options say how a token is compared. The zero Options are those of an allow rule, with case.
type Options struct {
	// Fold compares as FreeSWITCH does, without the case of ASCII letters.
	Fold bool
	// Deny makes wildcards match as much as they can, so that a deny cannot be dodged.
	Deny bool
	// Dial narrows wildcards to what a number or a user's name is made of.
	Dial bool
	// Types narrow the wildcards of an allow rule to what is harmless at the token's position. They
	// count only where deny, dial and broad do not.
	Types argument.TypeSet
	// Unknown says that the catalogue does not know what the token is for: it may be a path.
	Unknown bool
	// Offset is where the value begins in the token.
	Offset int
	// Acts says that the token is the name of a variable that acts, which no wildcard of an allow
	// rule matches.
	Acts bool
	// Work counts the steps.
	Work *Meter
	// Broad lets the wildcards of an allow rule match all that those of a deny match, to find the
	// rule that somebody had in mind.
	Broad bool
}

// Path escapes lead from the path that a wildcard was meant for to another one: up the tree, to
// another scheme, to a second file in a list, to a block of parameters. In an allow rule only
// literal text matches them.
const (
	escapeUp = iota
	escapeScheme
	escapeList
	escapeBlock
)

var pathEscapes = [...]string{escapeUp: "..", escapeScheme: "://", escapeList: "!", escapeBlock: "{"}

// countEscapes counts the path escapes of s, overlapping ones too.
func countEscapes(s string) (n [len(pathEscapes)]int) {
	for i, seq := range pathEscapes {
		for rest := s; ; {
			at := strings.Index(rest, seq)
			if at < 0 {
				break
			}
			n[i]++
			rest = rest[at+1:]
		}
	}
	return n
}

// LooksLikePath reports whether FreeSWITCH might open s as a file or a stream.
func LooksLikePath(s string) bool {
	return strings.IndexByte(s, '/') >= 0 || strings.IndexByte(s, '\\') >= 0 || strings.HasPrefix(s, "{") || strings.HasPrefix(s, "..")
}

// Match reports whether g matches all of s.
func (g *Glob) Match(s string, opts Options) bool {
	if opts.Deny || opts.Broad || opts.Dial || !g.Wild {
		return g.matchText(s, opts, nil)
	}
	if opts.Acts {
		return false
	}
	var m wildcardMatches
	if len(g.Elements) == 1 && g.Elements[0].Kind == Star {
		m.add(0, len(s), 0)
		return g.harm(s, opts, &m) == ""
	}
	return g.matchText(s, opts, &m) && g.harm(s, opts, &m) == ""
}

// maxMatched is how many runs of bytes are told apart that the wildcards of one glob match.
const maxMatched = 8

// wildcardMatches are the bytes of a token that the wildcards of a glob match.
type wildcardMatches struct {
	runs [maxMatched]argument.Span
	n    int
	// all says that there were more runs than there is room for, so that the whole token counts.
	all bool
}

// spans returns the runs, in order.
func (m *wildcardMatches) spans(token string) []argument.Span {
	if m.all {
		m.runs[0], m.n = argument.Span{Start: 0, End: len(token)}, 1
	}
	return m.runs[:m.n]
}

// add notes a run, joined with the one before it unless that is a star's, the run number star.
func (m *wildcardMatches) add(start, end, star int) {
	switch {
	case m == nil:
	case m.n > 0 && m.n-1 != star && m.runs[m.n-1].End == start:
		m.runs[m.n-1].End = end
	case m.n == maxMatched:
		m.all = true
	default:
		m.runs[m.n] = argument.Span{Start: start, End: end}
		m.n++
	}
}

// reset forgets what came after run number star, which ends at end now.
func (m *wildcardMatches) reset(star, end int) {
	if m == nil || star >= maxMatched {
		return
	}
	m.n = star + 1
	m.runs[star].End = end
}

// count returns the number of the next run.
func (m *wildcardMatches) count() int {
	if m == nil {
		return 0
	}
	return m.n
}

// matchText goes back to the last star only, which is enough: what an earlier star might take
// instead, the last one can take as well. It notes in m, which may be nil, what wildcards matched.
func (g *Glob) matchText(s string, opts Options, m *wildcardMatches) bool {
	narrow := opts.Dial && !opts.Deny && !opts.Broad
	i, e := 0, 0
	starElem, starAt, starRun := -1, 0, -1
	for i < len(s) || e < len(g.Elements) {
		if e < len(g.Elements) {
			el := &g.Elements[e]
			if el.Kind == Star {
				starRun = m.count()
				if e == len(g.Elements)-1 { // it takes all that is left
					m.add(i, len(s), m.count()-1)
					return !narrow || isDialText(s[i:])
				}
				m.add(i, i, m.count()-1)
				starElem, starAt = e, i
				e++
				continue
			}
			if n := el.take(s[i:], opts); n >= 0 {
				if el.Kind == One || el.Kind == Digits {
					m.add(i, i+n, starRun)
				}
				i += n
				e++
				continue
			}
		}
		if starElem < 0 || starAt >= len(s) || narrow && !isDialByte(s[starAt]) {
			return false
		}
		starAt++
		m.reset(starRun, starAt)
		i, e = starAt, starElem+1
	}
	return true
}

// take returns how many bytes at the start of s the element matches, and -1 when it does not.
func (el *Element) take(s string, opts Options) int {
	switch el.Kind {
	case Literal:
		if len(s) < len(el.Text) {
			return -1
		}
		if s[:len(el.Text)] == el.Text || opts.Fold && words.EqualFold(s[:len(el.Text)], el.folded) {
			return len(el.Text)
		}
		return -1
	case One:
		if s == "" || opts.Dial && !opts.Deny && !opts.Broad && !isDialByte(s[0]) {
			return -1
		}
		_, n := utf8.DecodeRuneInString(s)
		return n
	case UUID:
		if len(s) < UUIDLen || !IsUUID(s[:UUIDLen]) {
			return -1
		}
		return UUIDLen
	case Range:
		return el.takeNumber(s, opts)
	case Digits:
		return el.takeDigits(s, opts)
	default:
		return -1
	}
}

// takeNumber takes all digits at the start of s, so that <1-60> never matches part of 600. In an
// allow rule the number must be written plainly, in a deny zeros may lead it.
func (el *Element) takeNumber(s string, opts Options) int {
	n, value := 0, uint64(0)
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		if value > maxRange {
			return -1
		}
		value = value*10 + uint64(s[n]-'0')
		n++
	}
	if n == 0 || value < el.Low || value > el.High || !opts.Deny && n > 1 && s[0] == '0' {
		return -1
	}
	return n
}

// maxRange is the largest number of a <low-high> pattern.
const maxRange = 1e15

// UUIDLen is the length of a uuid in its usual form.
const UUIDLen = 36

// IsUUID reports whether s, of UUIDLen bytes, is 8-4-4-4-12 hexadecimal digits.
func IsUUID(s string) bool {
	for i := range len(s) {
		switch c := s[i]; {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case c >= '0' && c <= '9', c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
		default:
			return false
		}
	}
	return true
}

// isDialByte reports whether a wildcard of a dial rule may match c. Everything with a
// meaning in a dial string is outside: @ ; ^ % / , | and brackets.
func isDialByte(c byte) bool {
	switch {
	case c >= '0' && c <= '9', c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		return true
	}
	return c == '+' || c == '#' || c == '.' || c == '_' || c == '-'
}

// isDialText reports whether a star of a dial rule may match s.
func isDialText(s string) bool {
	for i := range len(s) {
		if !isDialByte(s[i]) {
			return false
		}
	}
	return true
}
