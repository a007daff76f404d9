package argument

import (
	"strings"

	"eslguard/fstext"
)

// maxEscapes is how many times a value is percent-decoded. Each time, the value gets shorter by at
// least two bytes.
const maxEscapes = 8

// harmfulEscape decodes the percent escapes of token until there are none left and checks each
// result, since FreeSWITCH decodes some values before it uses them (mod_sofia.h, check_decode). The
// parts that a rule spells are decoded, too.
func (t Type) harmfulEscape(token string, spans []Span) string {
	if t == TypeTemplate && overlapsAny(token, spans, fstext.EnterpriseMark) {
		return "it holds " + fstext.EnterpriseMark
	}
	if strings.IndexByte(token, '%') < 0 {
		return ""
	}
	for range maxEscapes {
		decoded := fstext.DecodeURL(token)
		if decoded == token {
			return ""
		}
		if t == TypeTemplate && strings.Contains(decoded, fstext.EnterpriseMark) {
			return "a percent escape stands for " + fstext.EnterpriseMark
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
