package codec

// FreeSWITCH compares text as C does in its default locale, where only the letters A to Z have
// another case. Unicode folding would match the Kelvin sign with a k, so it must not be used here.

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// equalFold reports whether a and b are equal apart from the case of ASCII letters.
func equalFold[A, B string | []byte](a A, b B) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && equalFold(b[:len(prefix)], prefix)
}

// containsFold reports whether b contains word in any case. word must be in lower case.
func containsFold(b []byte, word string) bool {
	for i := range len(b) - len(word) + 1 {
		if lower(b[i]) == word[0] && equalFold(b[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// isControl reports whether c is a control character, which header text may not contain. A TAB is
// not one, an LF is.
func isControl(c byte) bool {
	return c < 0x20 && c != '\t' || c == 0x7f
}

func hasControl(b []byte) bool {
	for _, c := range b {
		if isControl(c) {
			return true
		}
	}
	return false
}
