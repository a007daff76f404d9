package pattern

import (
	"strings"
	"unicode/utf8"

	"eslguard/argument"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/words"
)

// An ElementKind says what one element of a glob matches. The zero value is Literal.
type ElementKind uint8

const (
	Literal ElementKind = iota // the element's text
	Star                       // *: any run of characters, also an empty one
	One                        // ?: one character
	UUID                       // <uuid>: a channel uuid in its usual form
	Range                      // <1-60>: a number in plain digits, from Low to High
	Digits                     // <digits 7-15>: Low to High digits and no further one
)

// An Element is one part of a glob: literal text or one wildcard. Low and High are used by a Range,
// for its smallest and its largest number, and by Digits, for the fewest and the most digits.
type Element struct {
	Kind      ElementKind
	Text      string // the text of a Literal, without escapes; else empty
	folded    string // the text of a Literal in lower case
	Low, High uint64
}

// A Glob is one alternative of a token's pattern. It matches a whole token. The zero Glob matches
// the empty token only.
type Glob struct {
	Elements []Element
	// Wild is true if the glob has an element other than literal text.
	Wild bool
	// escapes counts the path escapes in the literal text.
	escapes [len(pathEscapes)]int
}

// Options say how a token is compared. The zero Options are those of an allow rule that compares
// with case, at a position whose type is text.
type Options struct {
	// Fold ignores the case of ASCII letters, as FreeSWITCH does.
	Fold bool
	// Deny lets wildcards match as much as possible, so that no spelling evades a deny rule.
	Deny bool
	// Dial restricts wildcards to the characters of numbers and of users' names. It has no effect
	// with Deny or Broad.
	Dial bool
	// Types restrict the wildcards of an allow rule to what is harmless at the token's position.
	// They have no effect with Deny, Dial or Broad.
	Types argument.TypeSet
	// Unknown is true if the catalogue does not know what the token is for. It could be a path.
	Unknown bool
	// Offset is the index in the token at which the value begins.
	Offset int
	// Acts is true if the token is the name of a variable whose value acts. No wildcard of an allow
	// rule matches such a name.
	Acts bool
	// Work counts the steps. If it is nil, steps are unlimited.
	Work *Meter
	// Broad lets the wildcards of an allow rule match as much as those of a deny rule. It serves to
	// find the rule that was probably meant.
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

// countEscapes counts each path escape in s, including overlapping ones.
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

// Match reports whether g matches the whole of s.
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

// maxMatched is the most runs of matched bytes that are kept apart. A token with more of them is
// checked as if wildcards matched all of it.
const maxMatched = 8

// wildcardMatches are the runs of bytes of a token that the wildcards of a glob matched. A nil
// pointer records nothing.
type wildcardMatches struct {
	runs [maxMatched]argument.Span
	n    int
	// all is true if there were more than maxMatched runs. The whole token counts then.
	all bool
}

// spans returns the runs in order.
func (m *wildcardMatches) spans(token string) []argument.Span {
	if m.all {
		m.runs[0], m.n = argument.Span{Start: 0, End: len(token)}, 1
	}
	return m.runs[:m.n]
}

// add records a run. It is merged with the previous run if they are adjacent, unless that one is
// run number star, which belongs to the last star and can still grow.
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

// reset drops the runs after run number star and lets that run end at end. The star has taken one
// more byte.
func (m *wildcardMatches) reset(star, end int) {
	if m == nil || star >= maxMatched {
		return
	}
	m.n = star + 1
	m.runs[star].End = end
}

// count returns the number of runs so far, which is the index of the next one.
func (m *wildcardMatches) count() int {
	if m == nil {
		return 0
	}
	return m.n
}

// matchText matches s against the elements without looking at what is harmless. On a mismatch it
// backtracks to the last star only, which is enough: whatever an earlier star could take instead,
// the last one can take as well. It records in m, which may be nil, what wildcards matched.
func (g *Glob) matchText(s string, opts Options, m *wildcardMatches) bool {
	narrow := opts.Dial && !opts.Deny && !opts.Broad
	i, e := 0, 0
	starElem, starAt, starRun := -1, 0, -1
	for i < len(s) || e < len(g.Elements) {
		if e < len(g.Elements) {
			el := &g.Elements[e]
			if el.Kind == Star {
				starRun = m.count()
				if e == len(g.Elements)-1 { // it takes the rest
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

// take returns how many bytes at the start of s the element matches, and -1 if it does not match.
// It is not for a Star.
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

// takeNumber takes all digits at the start of s, so that <1-60> never matches a part of 600. In an
// allow rule the number must have no leading zeros; in a deny rule it may have some.
func (el *Element) takeNumber(s string, opts Options) int {
	n, value := 0, uint64(0)
	for n < len(s) && ascii.IsDigit(s[n]) {
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

// maxRange is the largest bound of a <low-high> pattern.
const maxRange = 1e15

// UUIDLen is the length in bytes of a uuid in its usual form.
const UUIDLen = 36

// IsUUID reports whether s, which must have UUIDLen bytes, is hexadecimal digits grouped
// 8-4-4-4-12.
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

// isDialByte reports whether a wildcard of an allow rule of the kind dial may match c. Every
// character with a meaning in a dial string is excluded: @ ; ^ % / , | and brackets.
func isDialByte(c byte) bool {
	return ascii.IsAlphanumeric(c) || c == '+' || c == '#' || c == '.' || c == '_' || c == '-'
}

// isDialText reports whether a star of an allow rule of the kind dial may match s.
func isDialText(s string) bool {
	for i := range len(s) {
		if !isDialByte(s[i]) {
			return false
		}
	}
	return true
}
