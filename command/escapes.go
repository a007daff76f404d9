package command

import "strings"

// maxEscapes is how often percent escapes are decoded in one value: each time it gets shorter by
// two bytes.
const maxEscapes = 8

// harmfulEscape decodes percent escapes, as often as there are any, and looks at what comes out:
// wherever a value is decoded in FreeSWITCH it stands for that (mod_sofia.h, check_decode). A text
// that a rule spells is decoded with the rest.
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

// decodeEscapes decodes percent escapes as FreeSWITCH does, which lets blanks and a sign stand
// before the digits and takes one digit for two (switch_utils.c, switch_url_decode). What begins no
// escape stands for itself.
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
