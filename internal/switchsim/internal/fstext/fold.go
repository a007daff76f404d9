package fstext

// Lower lowers A to Z alone, as C does in its own locale; strings.ToLower would also fold K (the
// Kelvin sign).
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

// EqualFold compares as strcasecmp does.
func EqualFold(a, b string) bool { return len(a) == len(b) && Lower(a) == Lower(b) }

// HasPrefixFold compares as strncasecmp does with the length of prefix.
func HasPrefixFold(s, prefix string) bool {
	return len(s) >= len(prefix) && EqualFold(s[:len(prefix)], prefix)
}
