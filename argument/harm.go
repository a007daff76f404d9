package argument

import (
	"fmt"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"eslguard/fstext/ascii"
)

// A Span is the part of a token from index Start up to, but not including, index End. Wildcards
// match spans.
type Span struct{ Start, End int }

// Whole returns a list with one span, the whole token.
func Whole(token string) []Span { return []Span{{0, len(token)}} }

// Harm explains why the bytes of token within spans are not harmless at a position with these
// types. It returns "" if they are harmless. The spans are in order and do not overlap; a rule
// spells the bytes between them. An empty token is always harmless. The explanation begins in lower
// case, is safe to print and contains at most a few bytes of token.
func (s TypeSet) Harm(token string, spans []Span) string {
	if s == 0 {
		s = SetOf(TypeText)
	}
	if s == SetOf(TypeNested) || token == "" {
		return ""
	}
	high := false
	for _, span := range spans {
		for i := span.Start; i < span.End; i++ {
			if plainBytes[token[i]]&s != s {
				return s.harmfulByte(token, token[i])
			}
			high = high || token[i] >= utf8.RuneSelf
		}
	}
	if high {
		if why := s.harmfulRune(token); why != "" {
			return why
		}
	}
	if s&formTypes == 0 {
		return ""
	}
	return s.harmfulForm(token, spans)
}

// formTypes are the types that restrict more than which bytes a value contains.
var formTypes = SetOf(TypeWord, TypeWords, TypeVariable, TypeNumber, TypeTime, TypeChannel, TypeExtension, TypeAddress, TypeHost,
	TypeURI, TypeDialString, TypeURL, TypeFile, TypeFolder, TypeHeader, TypeName, TypeTemplate, TypeSQL, TypeRegex)

func (s TypeSet) harmfulForm(token string, spans []Span) string {
	for set := s & formTypes; set != 0; set &= set - 1 {
		t := Type(bits.TrailingZeros32(uint32(set)))
		if most := typeInfo[t].most; most > 0 && len(token) > most {
			return fmt.Sprintf("it is longer than %d bytes", most)
		}
		if why := t.harmfulForm(token, spans); why != "" {
			return why
		}
	}
	return ""
}

func (t Type) harmfulForm(token string, spans []Span) string {
	switch t {
	case TypeChannel:
		if ascii.EqualFold(token, "all") {
			return "it is the word all, which stands for every channel"
		}
	case TypeWord, TypeWords, TypeAddress:
		return harmfulWord(token, spans)
	case TypeNumber:
		return harmfulNumber(token, spans)
	case TypeURI:
		return harmfulURI(token, spans)
	case TypeURL:
		return harmfulURL(token, spans)
	case TypeFile:
		return harmfulFile(token, spans)
	case TypeFolder:
		return harmfulFolder(token, spans)
	case TypeHeader, TypeName, TypeTemplate:
		return t.harmfulEscape(token, spans)
	}
	return ""
}

// harmfulByte explains why the byte c of token is not harmless. If the token has the ending of a
// stream, it explains that instead, since it helps more.
func (s TypeSet) harmfulByte(token string, c byte) string {
	if dot := strings.LastIndexByte(token, '.'); dot >= 0 && s.Has(TypeFile) && streams[token[dot+1:]] != streamUnknown {
		return harmfulEnding(token[dot+1:])
	}
	t := TypeText
	for _, each := range s.Types() {
		if plainBytes[c]&(1<<each) == 0 {
			t = each
			break
		}
	}
	if t == TypeNever {
		return "this must be spelled"
	}
	return fmt.Sprintf("it holds %s, which is not plain in a %s", byteName(c), t)
}

func byteName(c byte) string {
	switch {
	case c == '\n':
		return "a line feed"
	case c == '\r':
		return "a carriage return"
	case c == '\t':
		return "a tab"
	case c == ' ':
		return "a space"
	case c == ',':
		return "a comma"
	case c < ' ' || c == 0x7f:
		return "a control character"
	case c >= 0x80:
		return "a character beyond ASCII"
	}
	return string(rune(c))
}

// harmfulRune looks for control characters and line ends beyond ASCII, in UTF-8 and in Latin-1, and
// for characters that change the direction in which text is printed.
func (s TypeSet) harmfulRune(token string) string {
	lettersOnly := s&letterTypes != 0
	for i, r := range token {
		c1 := token[i] >= 0x80 && token[i] < 0xa0 // not the first byte of a character in UTF-8
		if r == utf8.RuneError && c1 || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) {
			return "it holds a control character"
		}
		if lettersOnly && r >= utf8.RuneSelf && !unicode.In(r, unicode.Letter, unicode.Mark, unicode.Number) {
			return "it holds a character beyond ASCII that is no letter"
		}
	}
	return ""
}

// letterTypes are the types that allow characters beyond ASCII only if they are letters, marks or
// numbers.
var letterTypes = SetOf(TypeWord, TypeWords, TypeAddress, TypeExtension, TypeFile, TypeFolder)

// harmfulWord looks for the name of a stream, in case FreeSWITCH opens the word as a file.
func harmfulWord(token string, spans []Span) string {
	if overlapsAny(token, spans, schemeMark) {
		return "it holds " + schemeMark
	}
	dot := strings.LastIndexByte(token, '.')
	if dot >= 0 && streams[token[dot+1:]] != streamUnknown && overlaps(spans, dot, len(token)) {
		return harmfulEnding(token[dot+1:])
	}
	return ""
}

// harmfulNumber allows a sign only at the beginning.
func harmfulNumber(token string, spans []Span) string {
	for _, span := range spans {
		for i := span.Start; i < span.End; i++ {
			if (token[i] == '+' || token[i] == '-') && i > 0 {
				return "a sign stands within a number"
			}
		}
	}
	return ""
}

// harmfulURI requires that the rule spells the host: an @ follows the last byte that a wildcard
// matched.
func harmfulURI(token string, spans []Span) string {
	last := lastMatched(spans)
	if last == 0 {
		return ""
	}
	if strings.IndexByte(token[last:], '@') < 0 {
		return "the host, where this is sent, must be spelled"
	}
	return ""
}

// lastMatched returns the end of the last span that is not empty, and 0 if there is none.
func lastMatched(spans []Span) int {
	for i := len(spans) - 1; i >= 0; i-- {
		if spans[i].End > spans[i].Start {
			return spans[i].End
		}
	}
	return 0
}

// firstMatched returns the start of the first span that is not empty, and -1 if there is none.
func firstMatched(spans []Span) int {
	for _, span := range spans {
		if span.End > span.Start {
			return span.Start
		}
	}
	return -1
}
