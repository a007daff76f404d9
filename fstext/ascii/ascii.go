// Package ascii compares texts without case, converts them to lower case, and recognises letters
// and digits as FreeSWITCH does. FreeSWITCH uses C's functions in the C locale, in which only the
// letters A to Z and a to z have another case. Package strings also folds the other letters of
// Unicode: it would take the Kelvin sign for a k. Do not use it for text that FreeSWITCH reads.
package ascii

import "strings"

// Lower returns c in lower case if it is a letter from A to Z, and c itself otherwise.
func Lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// ToLower returns s with the letters A to Z in lower case. It returns s itself, without an
// allocation, if it contains none of them.
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

// EqualFold reports whether a and b are equal in any case.
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

// HasPrefixFold reports whether s begins with prefix, both in any case.
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

// ContainsFold reports whether word, which is in lower case and not empty, occurs in b in any case.
func ContainsFold(b []byte, word string) bool {
	for i := range len(b) - len(word) + 1 {
		if Lower(b[i]) == word[0] && EqualFold(b[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// IndexFold returns the index at which word first occurs in s in any case, and -1 if it does not
// occur.
func IndexFold(s, word string) int {
	// Search for the first byte of word that has no case, such as an underscore: most texts contain
	// few of them.
	at := 0
	for at < len(word) && isLetter(word[at]) {
		at++
	}
	if at == len(word) {
		return indexLetters(s, word)
	}
	for i := 0; i+len(word) <= len(s); i++ {
		next := strings.IndexByte(s[i+at:], word[at])
		if next < 0 {
			return -1
		}
		if i += next; HasPrefixFold(s[i:], word) {
			return i
		}
	}
	return -1
}

// indexLetters is IndexFold for a word that consists of letters.
func indexLetters(s, word string) int {
	if word == "" {
		return 0
	}
	first := Lower(word[0])
	for i := 0; i+len(word) <= len(s); i++ {
		if s[i]|0x20 == first && HasPrefixFold(s[i:], word) {
			return i
		}
	}
	return -1
}

// IsDigit reports whether c is a digit from 0 to 9.
func IsDigit(c byte) bool { return '0' <= c && c <= '9' }

// IsAlphanumeric reports whether c is a digit from 0 to 9, or a letter from A to Z or a to z.
func IsAlphanumeric(c byte) bool { return IsDigit(c) || isLetter(c) }

func isLetter(c byte) bool { return 'a' <= Lower(c) && Lower(c) <= 'z' }

// ContainsEqualFold reports whether an element of list is equal to s in any case.
func ContainsEqualFold(list []string, s string) bool {
	for _, w := range list {
		if w == s || EqualFold(w, s) {
			return true
		}
	}
	return false
}
