package fstext

import (
	"bytes"
	"slices"
	"strings"
)

// fewBytes is how many bytes are written without an allocation. Most results are equal to the
// original text, which is then returned instead.
const fewBytes = 1 << 10

// writeTokens returns the text that a splitter on sep splits into tokens. It returns text itself,
// without an allocation, if that is equal.
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

// quoteToken returns s, in quotes if it needs them, so that a splitter on sep reads it as the one
// token s. A sep of 0 means that the text is not split.
func quoteToken(s string, sep byte) string {
	if isBareToken(s, sep) {
		return s
	}
	return string(AppendToken(nil, s, sep))
}

// AppendToken appends s to b, in quotes if it needs them, so that a splitter on sep reads it as the
// one token s. A sep of 0 means that the text is not split.
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

// quoteFrom quotes the text in b from index start on if it needs quotes to be one token.
func quoteFrom(b []byte, start int, sep byte) []byte {
	if s := b[start:]; len(s) > 0 && s[0] != ' ' && s[len(s)-1] != ' ' && !bytes.HasPrefix(s, []byte("^^")) &&
		bytes.IndexByte(s, sep) < 0 && !hasEscaped(s) {
		return b
	}
	return AppendToken(b[:start], string(b[start:]), sep)
}

// isEscaped has the bytes that AppendToken writes as an escape.
var isEscaped = [256]bool{'\'': true, '\\': true, '\n': true, '\r': true, '\t': true}

// hasEscaped reports whether s contains a byte of isEscaped. It is fast for long texts.
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

// isTrimmed reports whether s is not empty, has no spaces at its ends and does not begin with ^^,
// which would choose a separator.
func isTrimmed(s string) bool {
	return s != "" && s[0] != ' ' && s[len(s)-1] != ' ' && !strings.HasPrefix(s, "^^")
}
