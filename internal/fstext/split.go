package fstext

import (
	"fmt"
	"strconv"
	"strings"
)

// A splitKind is one of the ways in which FreeSWITCH takes an argument apart.
type splitKind uint8

const (
	splitWhole splitKind = iota // not at all
	SplitFirst                  // at the first space
	SplitWords                  // switch_separate_string on spaces
	SplitChar                   // switch_separate_string on another character
)

// A Splitter says how one API or application takes its argument apart. The zero splitter does not.
type Splitter struct {
	Kind  splitKind
	Sep   byte // of SplitChar
	Slots int  // the last slot takes all the rest
}

// Words returns the splitter that cuts at spaces, as switch_separate_string does with that many
// slots.
func Words(slots int) Splitter { return Splitter{Kind: SplitWords, Slots: slots} }

// Char returns the splitter that cuts at sep, as switch_separate_string does with that many slots.
func Char(sep byte, slots int) Splitter { return Splitter{Kind: SplitChar, Sep: sep, Slots: slots} }

// maxSlots bounds the slots that a policy may state: FreeSWITCH's own APIs have up to 1024.
const maxSlots = 1024

// ParseSplitter reads the form that Module.Split describes.
func ParseSplitter(s string) (Splitter, error) {
	kind, rest, _ := strings.Cut(s, " ")
	switch {
	case s == "" || s == "whole":
		return Splitter{}, nil
	case s == "first":
		return Splitter{Kind: SplitFirst}, nil
	case s == "space":
		return Splitter{Kind: SplitWords, Slots: maxSlots}, nil
	case kind == "words":
		n, err := strconv.Atoi(rest)
		if err == nil && 1 <= n && n <= maxSlots {
			return Splitter{Kind: SplitWords, Slots: n}, nil
		}
	case kind == "char" && len(rest) > 2 && rest[1] == ' ':
		n, err := strconv.Atoi(rest[2:])
		// Quotes and backslashes have their own meaning to the splitter, before any separator.
		if err == nil && 1 <= n && n <= maxSlots && rest[0] != '\'' && rest[0] != '\\' {
			return Splitter{Kind: SplitChar, Sep: rest[0], Slots: n}, nil
		}
	}
	return Splitter{}, fmt.Errorf(`split %.64q is not "space", "words N", "char X N", "first" or "whole" with N from 1 to %d`, s, maxSlots)
}

// Split returns the tokens of args, nil for an empty one. sure is false where the text has a second
// reading that a person would not expect: a separator of its own (^^X), a backslash, a quote
// without its partner.
func (s Splitter) Split(args string) (tokens []string, sure bool) {
	if args == "" {
		return nil, true
	}
	switch s.Kind {
	case SplitFirst:
		if first, rest, ok := strings.Cut(args, " "); ok {
			return []string{first, rest}, true
		}
		return []string{args}, true
	case SplitWords:
		return Separate(args, ' ', s.Slots), IsUnambiguous(args, ' ')
	case SplitChar:
		return Separate(args, s.Sep, s.Slots), IsUnambiguous(args, s.Sep)
	}
	return []string{args}, true
}

// IsUnambiguous reports whether a splitter on sep takes out of args nothing but pairs of quotes and
// the separators between them. A backslash that stands for itself, as in a regular expression, is
// no matter, nor is one lone quote, an apostrophe, where it hides no space from the splitter.
func IsUnambiguous(args string, sep byte) bool {
	if strings.HasPrefix(args, "^^") {
		return false
	}
	if strings.Count(args, "'")%2 != 0 {
		i := strings.IndexByte(args, '\'')
		lone := strings.LastIndexByte(args, '\'') == i && strings.IndexByte(args, '\\') < 0
		if !lone || sep == ' ' && strings.IndexByte(args[i:], ' ') >= 0 {
			return false
		}
	}
	for i := strings.IndexByte(args, '\\'); i >= 0 && i < len(args); i++ {
		if args[i] != '\\' {
			continue
		}
		if i+1 == len(args) || args[i+1] == ' ' {
			return false
		}
		if _, escape := Unescape(args[i+1], sep); escape {
			return false
		}
	}
	return true
}

// Separate does what FreeSWITCH's switch_separate_string does (switch_utils.c) with that many
// slots.
func Separate(s string, sep byte, slots int) []string { return SeparateIn(nil, s, sep, slots) }

// SeparateIn is separate, in an empty slice that is used as far as it reaches; nil for one just
// large enough.
func SeparateIn(scratch []string, s string, sep byte, slots int) []string {
	// ^^X puts X in the separator's place, if something follows it.
	if len(s) > 3 && s[0] == '^' && s[1] == '^' {
		s, sep = s[3:], s[2]
	}
	if scratch == nil && s != "" {
		scratch = make([]string, 0, min(strings.Count(s, string([]byte{sep}))+1, slots))
	}
	var tokens []string
	plain := isUnquoted(s)
	if sep == ' ' {
		tokens = separateBlank(scratch, s, slots, plain)
		sep = 0
	} else {
		tokens = separateChar(scratch, s, sep, slots, plain)
	}
	for i, t := range tokens {
		if plain {
			tokens[i] = strings.Trim(t, " ")
		} else {
			tokens[i] = clean(t, sep)
		}
	}
	return tokens
}

// isUnquoted reports whether s holds nothing that the splitter heeds but separators and spaces.
func isUnquoted(s string) bool {
	return strings.IndexByte(s, '\'') < 0 && strings.IndexByte(s, '\\') < 0
}

// separateBlank cuts at runs of spaces that are not quoted. A quote without its partner
// quotes all the rest. plain says that there are none.
func separateBlank(tokens []string, s string, slots int, plain bool) []string {
	for s != "" {
		if len(tokens) == slots-1 {
			return append(tokens, s)
		}
		i := len(s) - len(strings.TrimLeft(s, " "))
		i += endOfWord(s[i:], plain)
		tokens = append(tokens, s[:i])
		s = strings.TrimLeft(s[i:], " ")
	}
	return tokens
}

// endOfWord returns where the first space of s is that is not quoted, and its length without one.
// plain says that there are no quotes.
func endOfWord(s string, plain bool) int {
	if plain {
		if i := strings.IndexByte(s, ' '); i >= 0 {
			return i
		}
		return len(s)
	}
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c > '\'' && c != '\\': // as most are
		case c == '\'':
			quoted = !quoted
		case c == '\\':
			i++
		case c == ' ' && !quoted:
			return i
		}
	}
	return len(s)
}

// separateChar cuts at every sep that is not quoted. A quote without its partner is a character.
// plain says that there are none.
func separateChar(tokens []string, s string, sep byte, slots int, plain bool) []string {
	for s != "" {
		if len(tokens) == slots-1 {
			return append(tokens, s)
		}
		i, quoted := 0, false
		if plain {
			if i = strings.IndexByte(s, sep); i < 0 {
				return append(tokens, s)
			}
		}
		for ; i < len(s); i++ {
			if s[i] == '\\' {
				i++
			} else if s[i] == '\'' && (quoted || strings.IndexByte(s[i+1:], '\'') >= 0) {
				quoted = !quoted
			} else if s[i] == sep && !quoted {
				break
			}
		}
		if i >= len(s) {
			return append(tokens, s)
		}
		tokens = append(tokens, s[:i])
		s = s[i+1:]
	}
	return tokens
}

// clean removes quotes, escapes and the spaces around one token. sep is 0 for the blank splitter.
func clean(t string, sep byte) string {
	t = strings.TrimLeft(t, " ")
	quote, escapes := strings.IndexByte(t, '\''), strings.IndexByte(t, '\\') >= 0
	if !escapes && quote <= 0 {
		text := strings.TrimRight(t, " ")
		if quote < 0 {
			return text
		}
		if next := 1 + strings.IndexByte(text[1:], '\''); next == len(text)-1 && next > 0 {
			return text[1:next] // all of it stands between two quotes
		}
	}
	var out strings.Builder
	out.Grow(len(t))
	end, quoted := -1, false // -1: FreeSWITCH has seen nothing but spaces and trims nothing
	for i := 0; i < len(t); i++ {
		if t[i] == '\\' && i+1 < len(t) {
			if e, ok := Unescape(t[i+1], sep); ok {
				out.WriteByte(e)
				end = out.Len()
				i++
				continue
			}
		}
		if t[i] == '\'' && (quoted || strings.IndexByte(t[i+1:], '\'') >= 0) {
			if quoted = !quoted; quoted {
				end = out.Len()
			}
			continue
		}
		run := 1 + plainRun(t[i+1:], escapes) // all that is no more than itself
		text := t[i : i+run]
		if !quoted {
			text = strings.TrimRight(text, " ")
		}
		if text != "" {
			end = out.Len() + len(text)
		}
		out.WriteString(t[i : i+run])
		i += run - 1
	}
	if end < 0 {
		end = out.Len()
	}
	return out.String()[:end]
}

// plainRun returns how many bytes s begins with that are no quotes and no backslashes. escapes says
// that there may be backslashes: to look for either to the end would cost too much where the other
// is in every second byte.
func plainRun(s string, escapes bool) int {
	if !escapes {
		if n := strings.IndexByte(s, '\''); n >= 0 {
			return n
		}
		return len(s)
	}
	for i := range len(s) {
		if s[i] == '\'' || s[i] == '\\' {
			return i
		}
	}
	return len(s)
}

// Unescape returns what a backslash and b stand for, and false where the backslash stands for
// itself.
func Unescape(b, sep byte) (byte, bool) {
	switch b {
	case '\'', '"', '\\':
		return b, true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 's':
		return ' ', true
	}
	return b, sep != 0 && b == sep
}

// SlotCount returns how many tokens there are at most.
func (s Splitter) SlotCount() int {
	switch s.Kind {
	case SplitFirst:
		return 2
	case SplitWords, SplitChar:
		return s.Slots
	default:
		return 1
	}
}

// Overreads reports whether FreeSWITCH's splitter reads on behind the end of args, of which these
// are the tokens: a backslash is the last that it looks at. What the last slot takes it does not
// look at (switch_utils.c:2792 and 2844).
func (s Splitter) Overreads(args string, tokens []string) bool {
	if args == "" || args[len(args)-1] != '\\' || s.Kind < SplitWords {
		return false
	}
	return len(tokens) < s.Slots && EndsInBackslash(args)
}

// isPlainText reports whether s holds nothing that the splitter heeds but the separator and spaces.
func isPlainText(s string) bool { return isUnquoted(s) && !strings.HasPrefix(s, "^^") }

// SeparateStrict is SeparateIn, for texts that must not fill all the slots. Its error is an
// ErrAmbiguous.
func SeparateStrict(scratch []string, s string, sep byte, slots int) ([]string, error) {
	if EndsInBackslash(s) {
		return nil, ErrLoneBackslash
	}
	tokens := SeparateIn(scratch, s, sep, slots)
	if len(tokens) == slots {
		return nil, ErrAmbiguous
	}
	return tokens, nil
}

// EndsInBackslash reports whether s ends in a backslash that escapes what follows: FreeSWITCH takes
// that for the end of the text, and reads on behind it.
func EndsInBackslash(s string) bool {
	n := len(s) - len(strings.TrimRight(s, `\`))
	return n%2 == 1
}

// AutoOutcallSlots is how many dial strings one conference_set_auto_outcall holds
// (conference_loop.c, conference_loop_output).
const AutoOutcallSlots = 512

// SetvarMultiSlots is how many variables uuid_setvar_multi takes; the last has all the rest.
const SetvarMultiSlots = 64

// MultisetSlots is how many variables multiset takes.
const MultisetSlots = 256
