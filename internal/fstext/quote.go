package fstext

import (
	"bytes"
	"slices"
	"strings"
)

// fewBytes is how many bytes are written without an allocation, to see whether they say anything
// new.
const fewBytes = 1 << 10

// writeTokens writes tokens so that the splitter on sep finds them. It returns text where that is
// the same.
func writeTokens(text string, tokens []string, sep byte) string {
	var few [fewBytes]byte
	b := slices.Grow(few[:0], len(text))
	for i, t := range tokens {
		if i > 0 {
			b = append(b, sep)
		}
		b = AppendToken(b, t, sep)
	}
	if string(b) == text {
		return text
	}
	return string(b)
}

// quoteToken writes s as a token that the splitter on sep takes for s, and nothing else; sep 0
// for one that cannot be cut.
func quoteToken(s string, sep byte) string {
	if isBareToken(s, sep) {
		return s
	}
	return string(AppendToken(nil, s, sep))
}

// AppendToken appends s to b, in quotes if it needs them, so that the splitter on sep takes it for
// one token. sep 0 is for a text that cannot be cut.
func AppendToken(b []byte, s string, sep byte) []byte {
	if isBareToken(s, sep) {
		return append(b, s...)
	}
	b = append(b, '\'')
	start := len(b)
	if b = append(b, s...); !hasEscaped(b[start:]) {
		return append(b, '\'')
	}
	b = b[:start]
	for i := range len(s) {
		switch c := s[i]; c {
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		case '\'', '\\':
			b = append(b, '\\', c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '\'')
}

// quoteFrom makes one token of what b holds from start on.
func quoteFrom(b []byte, start int, sep byte) []byte {
	if s := b[start:]; len(s) > 0 && s[0] != ' ' && s[len(s)-1] != ' ' && !bytes.HasPrefix(s, []byte("^^")) &&
		bytes.IndexByte(s, sep) < 0 && !hasEscaped(s) {
		return b
	}
	return AppendToken(b[:start], string(b[start:]), sep)
}

// isEscaped says which bytes stand behind a backslash between quotes.
var isEscaped = [256]bool{'\'': true, '\\': true, '\n': true, '\r': true, '\t': true}

// hasEscaped reports whether s holds a byte that isEscaped. It is for long texts.
func hasEscaped(s []byte) bool {
	return bytes.IndexByte(s, '\'') >= 0 || bytes.IndexByte(s, '\\') >= 0 ||
		bytes.IndexByte(s, '\n') >= 0 || bytes.IndexByte(s, '\r') >= 0 || bytes.IndexByte(s, '\t') >= 0
}

// isBareToken reports whether s needs no quotes to be a token.
func isBareToken(s string, sep byte) bool {
	const long = 64
	if !isTrimmed(s) {
		return false
	}
	if len(s) > long {
		return strings.IndexByte(s, sep) < 0 && !hasEscaped([]byte(s))
	}
	for i := range len(s) {
		if s[i] == sep || isEscaped[s[i]] {
			return false
		}
	}
	return true
}

// isTrimmed reports whether neither the ends of s nor a separator of its own tell the splitter
// anything.
func isTrimmed(s string) bool {
	return s != "" && s[0] != ' ' && s[len(s)-1] != ' ' && !strings.HasPrefix(s, "^^")
}
