// Package ascii compares and folds text as FreeSWITCH does. FreeSWITCH uses C's functions in the C
// locale, where only the letters A to Z have another case. Unicode's folding, which Go's strings
// package uses, would take the Kelvin sign for a k, and must not be used on what FreeSWITCH reads.
package ascii

import "strings"

// Lower returns c in lower case if it is a letter from A to Z, and else c itself.
func Lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// ToLower returns s with the letters A to Z in lower case. It returns s itself, without an
// allocation, if there is nothing to fold.
func ToLower(s string) string {
	for i := range len(s) {
		if Lower(s[i]) != s[i] {
			b := []byte(s)
			for ; i < len(b); i++ {
				b[i] = Lower(b[i])
			}
			return string(b)
		}
	}
	return s
}

// EqualFold reports whether a and b are equal except for the case of their letters.
func EqualFold[A, B string | []byte](a A, b B) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && Lower(a[i]) != Lower(b[i]) {
			return false
		}
	}
	return true
}

// HasPrefixFold reports whether s begins with prefix in any case.
func HasPrefixFold[S string | []byte](s S, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if s[i] != prefix[i] && Lower(s[i]) != Lower(prefix[i]) {
			return false
		}
	}
	return true
}

// ContainsFold reports whether word, given in lower case and not empty, occurs in b in any case.
func ContainsFold(b []byte, word string) bool {
	for i := range len(b) - len(word) + 1 {
		if Lower(b[i]) == word[0] && EqualFold(b[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// IndexFold returns where word, given in lower case, first occurs in s in any case, and -1 if it
// does not occur. It searches for a byte of word that has no case, such as an underscore, since
// most texts contain few of those.
func IndexFold(s, word string) int {
	at := 0
	for at < len(word) && 'a' <= word[at] && word[at] <= 'z' {
		at++
	}
	for i := 0; i+len(word) <= len(s); i++ {
		if at < len(word) {
			next := strings.IndexByte(s[i+at:], word[at])
			if next < 0 {
				return -1
			}
			i += next
		}
		if HasPrefixFold(s[i:], word) {
			return i
		}
	}
	return -1
}

// ContainsEqualFold reports whether an element of list is equal to s except for the case of its
// letters.
func ContainsEqualFold(list []string, s string) bool {
	for _, w := range list {
		if w == s || EqualFold(w, s) {
			return true
		}
	}
	return false
}
