package words

import (
	"strings"

	"eslguard/fstext/ascii"
)

// AppendFold appends s to dst, with the letters A to Z in lower case as FreeSWITCH compares names,
// and returns the extended slice.
func AppendFold(dst []byte, s string) []byte {
	start := len(dst)
	dst = append(dst, s...)
	for i, c := range dst[start:] {
		dst[start+i] = ascii.Lower(c)
	}
	return dst
}

// EqualFold reports whether s, with the letters A to Z in lower case, is equal to lower. A lower
// with capital letters is equal to nothing.
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
