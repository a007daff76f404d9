package words

import (
	"strings"

	"eslguard/internal/ascii"
)

// Fold returns s with the letters A to Z in lower case, as FreeSWITCH folds names.
func Fold(s string) string { return ascii.ToLower(s) }

// AppendFold appends the folded s to dst and returns the extended slice.
func AppendFold(dst []byte, s string) []byte {
	start := len(dst)
	dst = append(dst, s...)
	for i, c := range dst[start:] {
		dst[start+i] = ascii.Lower(c)
	}
	return dst
}

// FoldByte returns c in lower case if it is a letter from A to Z, and c itself otherwise.
func FoldByte(c byte) byte { return ascii.Lower(c) }

// EqualFold reports whether s, once folded, is equal to lower. It does not fold lower: a lower with
// capital letters is equal to nothing.
func EqualFold(s, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i := range len(s) {
		if ascii.Lower(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

// ContainsFold reports whether word is among words, in any case. It compares words of the policy
// itself, which FreeSWITCH does not read, so it folds all letters of Unicode.
func ContainsFold(words []string, word string) bool {
	for _, w := range words {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}
