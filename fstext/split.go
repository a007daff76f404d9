package fstext

import (
	"fmt"
	"strconv"
	"strings"
)

// A SplitKind says how FreeSWITCH splits an argument. The zero SplitKind is SplitWhole.
type SplitKind uint8

// The ways in which FreeSWITCH splits an argument.
const (
	SplitWhole SplitKind = iota // not split
	SplitFirst                  // split at the first space
	SplitWords                  // split by switch_separate_string at spaces
	SplitChar                   // split by switch_separate_string at another character
)

// A Splitter splits the argument of an API or application into tokens. The zero Splitter does not
// split it: the whole argument is one token.
type Splitter struct {
	Kind  SplitKind
	Sep   byte // the separator of SplitChar
	Slots int  // the maximum number of tokens; the last one contains all the rest
}

// Words returns the Splitter that splits at spaces into at most slots tokens, as
// switch_separate_string does.
func Words(slots int) Splitter { return Splitter{Kind: SplitWords, Slots: slots} }

// Char returns the Splitter that splits at sep into at most slots tokens, as switch_separate_string
// does.
func Char(sep byte, slots int) Splitter { return Splitter{Kind: SplitChar, Sep: sep, Slots: slots} }

// maxSlots is the maximum number of slots that a policy may state. FreeSWITCH's own APIs have up to
// 1024.
const maxSlots = 1024

// ParseSplitter parses the text of a Splitter: "whole" or "", "first", "space" (words with maxSlots
// slots), "words N" with N slots, or "char X N" with the separator X.
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

// Split returns the tokens of args, nil if args is empty. sure is false if a person could read the
// text in another way than FreeSWITCH, because it chooses its own separator (^^X) or contains an
// escape or a quote that is not closed (IsUnambiguous).
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

// IsUnambiguous reports whether a splitter on sep removes only separators and pairs of quotes from
// args. args may contain backslashes that stand for themselves, as in a regular expression, and a
// single quote, such as an apostrophe, unless it changes where the text is split.
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

// Separate splits s at sep into at most slots tokens as FreeSWITCH's switch_separate_string does
// (switch_utils.c).
func Separate(s string, sep byte, slots int) []string { return SeparateIn(nil, s, sep, slots) }

// SeparateIn is like Separate and appends the tokens to scratch, an empty slice. If that is nil, it
// allocates a slice that is just large enough.
func SeparateIn(scratch []string, s string, sep byte, slots int) []string {
	// ^^X makes X the separator, if something follows it.
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

// isUnquoted reports whether s contains neither quotes nor backslashes.
func isUnquoted(s string) bool {
	return strings.IndexByte(s, '\'') < 0 && strings.IndexByte(s, '\\') < 0
}

// separateBlank splits s at runs of spaces that are not quoted. A quote that is not closed quotes
// all the rest. plain reports whether s has neither quotes nor backslashes.
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

// endOfWord returns the index of the first space in s that is not quoted, and the length of s if
// there is none. plain is that of separateBlank.
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
		case c > '\'' && c != '\\': // most bytes
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

// separateChar splits s at every sep that is not quoted. A quote that is not closed stands for
// itself. plain is that of separateBlank.
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

// clean removes quotes, escapes and the spaces around one token. sep is 0 if the text was split at
// spaces.
func clean(t string, sep byte) string {
	t = strings.TrimLeft(t, " ")
	quote, escapes := strings.IndexByte(t, '\''), strings.IndexByte(t, '\\') >= 0
	if !escapes && quote <= 0 {
		text := strings.TrimRight(t, " ")
		if quote < 0 {
			return text
		}
		if next := 1 + strings.IndexByte(text[1:], '\''); next == len(text)-1 && next > 0 {
			return text[1:next] // the whole token is between two quotes
		}
	}
	var out strings.Builder
	out.Grow(len(t))
	end, quoted := -1, false // -1: only spaces so far, which FreeSWITCH does not trim
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
		run := 1 + plainRun(t[i+1:], escapes)
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

// plainRun returns how many bytes at the beginning of s are neither quotes nor backslashes. escapes
// reports whether there may be backslashes. Searching for both with IndexByte would take quadratic
// time in a text that contains many of only one of them.
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

// Unescape returns the byte that a backslash and b stand for in a text split at sep. It returns
// false if the backslash stands for itself. sep is 0 if the text is split at spaces.
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

// SlotCount returns the maximum number of tokens.
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

// Overreads reports whether FreeSWITCH's splitter reads past the end of args, whose tokens are
// given, because its last byte is a backslash. The splitter does not look at the text of the last
// slot (switch_utils.c:2792 and 2844).
func (s Splitter) Overreads(args string, tokens []string) bool {
	if args == "" || args[len(args)-1] != '\\' || s.Kind < SplitWords {
		return false
	}
	return len(tokens) < s.Slots && EndsInBackslash(args)
}

// isPlainText reports whether s has neither quotes nor backslashes and does not choose its own
// separator.
func isPlainText(s string) bool { return isUnquoted(s) && !strings.HasPrefix(s, "^^") }

// SeparateStrict is like SeparateIn for texts that must not use all the slots. It returns
// ErrAmbiguous if they do, and ErrLoneBackslash if s ends in a backslash that escapes nothing.
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

// EndsInBackslash reports whether s ends in a backslash that is not escaped itself. It would escape
// the end of the text, and FreeSWITCH would read past it.
func EndsInBackslash(s string) bool {
	n := len(s) - len(strings.TrimRight(s, `\`))
	return n%2 == 1
}
