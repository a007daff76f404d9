package command

import (
	"fmt"
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Span is a run of bytes of a token, from Start up to End, that a wildcard matched.
type Span struct{ Start, End int }

// Whole returns the one span that is all of token.
func Whole(token string) []Span { return []Span{{0, len(token)}} }

// Harm says why the bytes of token within spans are not harmless at a position of these types, and "" if they are.
// The spans are in order and do not overlap; what lies between them was spelled by a rule. An empty token is always
// harmless. The text it returns is safe to print, holds at most a few bytes of token, and begins in lower case.
func (s TypeSet) Harm(token string, spans []Span) string {
	if s == 0 {
		s = setOf(TypeText)
	}
	if s == setOf(TypeNested) || token == "" {
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
		if why := harmfulRune(token); why != "" {
			return why
		}
	}
	if s&formed == 0 {
		return ""
	}
	return s.harmfulForm(token, spans)
}

// formed are the types of which a value has a form, besides its bytes.
var formed = setOf(TypeWord, TypeWords, TypeVariable, TypeNumber, TypeTime, TypeChannel, TypeExtension, TypeAddress, TypeHost,
	TypeURI, TypeDialString, TypeURL, TypeFile, TypeFolder, TypeHeader, TypeName, TypeTemplate, TypeSQL, TypeRegex)

func (s TypeSet) harmfulForm(token string, spans []Span) string {
	for set := s & formed; set != 0; set &= set - 1 {
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
		if equalFold(token, "all") {
			return "it is the word all, which stands for every channel"
		}
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

// harmfulByte names a byte that is not harmless, or something else that tells people more.
func (s TypeSet) harmfulByte(token string, c byte) string {
	if dot := strings.LastIndexByte(token, '.'); dot >= 0 && s.Has(TypeFile) && streams[token[dot+1:]] != streamUnknown {
		return harmfulEnding(token[dot+1:]) // which says more
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

// harmfulRune looks for control characters and line ends beyond ASCII, in UTF-8 and in Latin-1, and for characters that
// change the direction of what is printed.
func harmfulRune(token string) string {
	for i, r := range token {
		c1 := token[i] >= 0x80 && token[i] < 0xa0 // as a byte that begins no UTF-8
		if r == utf8.RuneError && c1 || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || unicode.Is(unicode.Bidi_Control, r) {
			return "it holds a control character"
		}
	}
	return ""
}

// harmfulNumber wants a sign only at the beginning.
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

// harmfulURI wants the host to be spelled: behind the last byte that a wildcard matched stands an @.
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

// lastMatched returns the end of the last span that is not empty, and 0 without one.
func lastMatched(spans []Span) int {
	for i := len(spans) - 1; i >= 0; i-- {
		if spans[i].End > spans[i].Start {
			return spans[i].End
		}
	}
	return 0
}

// firstMatched returns the start of the first span that is not empty, and -1 without one.
func firstMatched(spans []Span) int {
	for _, span := range spans {
		if span.End > span.Start {
			return span.Start
		}
	}
	return -1
}

const schemeMark = "://"

// harmfulURL wants all up to the slash behind the host to be spelled.
func harmfulURL(token string, spans []Span) string {
	first := firstMatched(spans)
	if first < 0 {
		return ""
	}
	at := strings.Index(token, schemeMark)
	if at < 0 {
		at = 0
	} else {
		at += len(schemeMark)
	}
	slash := strings.IndexByte(token[at:], '/')
	if slash < 0 || first <= at+slash {
		return "the host must be spelled, and the slash behind it"
	}
	return harmfulPath(token, spans, at)
}

// wayOut are the sequences that lead out of a folder, or hide that a path does.
var wayOut = [...]string{"..", "//", "/./", "@@"}

// harmfulPath looks for them from at on, wherever a wildcard matched a part of one.
func harmfulPath(token string, spans []Span, at int) string {
	for _, seq := range wayOut {
		for i := at; ; i++ {
			next := strings.Index(token[i:], seq)
			if next < 0 {
				break
			}
			if i += next; overlaps(spans, i, i+len(seq)) {
				return "it holds " + seq
			}
		}
	}
	return ""
}

// overlaps reports whether any of the bytes from start up to end lies within spans.
func overlaps(spans []Span, start, end int) bool {
	for _, span := range spans {
		if span.Start < end && start < span.End {
			return true
		}
	}
	return false
}

// harmfulFile judges a name as FreeSWITCH opens it (switch_core_file.c, switch_core_perform_file_open).
func harmfulFile(token string, spans []Span) string {
	if firstMatched(spans) < 0 {
		return ""
	}
	if scheme, rest, ok := strings.Cut(token, schemeMark); ok {
		return harmfulStream(token, spans, scheme, len(token)-len(rest))
	}
	if why := harmfulPath(token, spans, 0); why != "" {
		return why
	}
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 {
		if token[0] == '/' && overlaps(spans, 0, 1) {
			return "a name without an ending is below no folder that the rule spells"
		}
		return "" // FreeSWITCH puts the name of a codec behind it
	}
	if !overlaps(spans, dot, len(token)) || plainEndings[token[dot+1:]] {
		return ""
	}
	return harmfulEnding(token[dot+1:])
}

const maxEndingShown = 24

// harmfulEnding says why what follows the last dot of a name is not harmless.
func harmfulEnding(ending string) string {
	shown := "." + ending[:min(len(ending), maxEndingShown)]
	switch kind := streams[ending]; {
	case kind == streamProgram:
		return fmt.Sprintf("the name ends in %s, by which FreeSWITCH runs a program", shown)
	case kind != streamUnknown:
		return fmt.Sprintf("the name ends in %s, which FreeSWITCH opens as a stream", shown)
	}
	return fmt.Sprintf("the name ends in %q, which is no ending of a plain file", shown)
}

// harmfulStream judges what a wildcard matched behind the name of a stream, which a rule has spelled.
func harmfulStream(token string, spans []Span, scheme string, at int) string {
	first := firstMatched(spans)
	if first < at {
		return "the name of the stream must be spelled"
	}
	if i := strings.LastIndexByte(scheme, '}'); i >= 0 {
		scheme = scheme[i+1:]
	}
	switch streams[scheme] {
	case streamName:
		return harmfulPath(token, spans, at)
	case streamHost, streamNested:
		slash := strings.IndexByte(token[at:], '/')
		if slash < 0 || first <= at+slash {
			return "the host must be spelled, and the slash behind it"
		}
		if why := harmfulPath(token, spans, at+slash); why != "" {
			return why
		}
		dot := strings.LastIndexByte(token, '.')
		if dot > strings.LastIndexByte(token, '/') && overlaps(spans, dot, len(token)) && !plainEndings[token[dot+1:]] {
			return harmfulEnding(token[dot+1:])
		}
		return ""
	}
	return fmt.Sprintf("nothing is known of the stream %.24q", scheme)
}

// harmfulFolder wants a path to be relative or below a folder that is spelled.
func harmfulFolder(token string, spans []Span) string {
	if token[0] == '/' && overlaps(spans, 0, 1) {
		return "it begins with a slash, and so is below no folder that the rule spells"
	}
	return harmfulPath(token, spans, 0)
}

// maxEscapes is how often percent escapes are decoded in one value: each time it gets shorter by two bytes.
const maxEscapes = 8

// harmfulEscape decodes percent escapes, as often as there are any, and looks at what comes out: wherever a value is decoded
// in FreeSWITCH it stands for that (mod_sofia.h, check_decode). A text that a rule spells is decoded with the rest.
func (t Type) harmfulEscape(token string, spans []Span) string {
	if t == TypeTemplate && overlapsAny(token, spans, enterpriseMark) {
		return "it holds " + enterpriseMark
	}
	if strings.IndexByte(token, '%') < 0 {
		return ""
	}
	for range maxEscapes {
		decoded := decodeEscapes(token)
		if decoded == token {
			return ""
		}
		if t == TypeTemplate && strings.Contains(decoded, enterpriseMark) {
			return "a percent escape stands for " + enterpriseMark
		}
		for i := range len(decoded) {
			if plainBytes[decoded[i]]&(1<<t) == 0 && strings.IndexByte(token, decoded[i]) < 0 {
				return "a percent escape stands for " + byteName(decoded[i])
			}
		}
		token = decoded
	}
	return "its percent escapes are nested too deep"
}

func overlapsAny(token string, spans []Span, seq string) bool {
	for i := 0; ; i++ {
		next := strings.Index(token[i:], seq)
		if next < 0 {
			return false
		}
		if i += next; overlaps(spans, i, i+len(seq)) {
			return true
		}
	}
}

// decodeEscapes decodes percent escapes as FreeSWITCH does, which lets blanks and a sign stand before the digits and
// takes one digit for two (switch_utils.c, switch_url_decode). What begins no escape stands for itself.
func decodeEscapes(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if b, ok := escapedByte(s[i+1:]); ok {
				out = append(out, b)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// escapedByte reads what C's sscanf reads by %2x.
func escapedByte(s string) (b byte, ok bool) {
	s = strings.TrimLeft(s, " \t\n\v\f\r")
	negative := false
	width := 2
	if s != "" && (s[0] == '+' || s[0] == '-') {
		negative = s[0] == '-'
		s, width = s[1:], 1
	}
	value, digits := 0, 0
	for ; digits < width && digits < len(s) && hexDigit(s[digits]) >= 0; digits++ {
		value = value<<4 | hexDigit(s[digits])
	}
	if negative {
		value = -value
	}
	return byte(value), digits > 0
}
