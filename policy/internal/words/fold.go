package words

import "strings"

// Fold returns s with its ASCII letters in lower case. It allocates only if s changes.
func Fold(s string) string {
	for i := range len(s) {
		if FoldByte(s[i]) != s[i] {
			return string(AppendFold(nil, s))
		}
	}
	return s
}

// AppendFold appends Fold(s) to dst and returns the extended slice.
func AppendFold(dst []byte, s string) []byte {
	start := len(dst)
	dst = append(dst, s...)
	foldAll(dst[start:])
	return dst
}

// FoldByte returns c in lower case if it is an ASCII letter, and c itself otherwise.
func FoldByte(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

// EqualFold reports whether Fold(s) equals lower, which must already be folded. As in FreeSWITCH,
// only ASCII letters fold.
func EqualFold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := range len(s) {
		if FoldByte(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

// ContainsFold reports whether word is among words, ignoring case under Unicode folding.
func ContainsFold(words []string, word string) bool {
	for _, w := range words {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// foldAll folds b in place.
func foldAll(b []byte) {
	for i, c := range b {
		b[i] = FoldByte(c)
	}
}
