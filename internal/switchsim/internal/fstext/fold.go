package fstext

// Lower returns s with the letters A to Z in lower case, as C does in its default locale.
// strings.ToLower would also convert the Kelvin sign.
func Lower(s string) string {
	for i := range len(s) {
		if s[i] >= 'A' && s[i] <= 'Z' {
			b := []byte(s)
			for j := range b {
				if b[j] >= 'A' && b[j] <= 'Z' {
					b[j] += 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

// EqualFold reports whether strcasecmp would find a and b equal.
func EqualFold(a, b string) bool { return len(a) == len(b) && Lower(a) == Lower(b) }

// HasPrefixFold reports whether strncasecmp, with the length of prefix, would find s and prefix
// equal.
func HasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && EqualFold(s[:len(prefix)], prefix)
}
