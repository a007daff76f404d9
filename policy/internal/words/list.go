package words

import (
	"maps"
	"slices"
)

// List returns words as "a, b, c".
func List(words []string) string {
	out := ""
	for i, w := range words {
		if i > 0 {
			out += ", "
		}
		out += Quote(w)
	}
	return out
}

// KnownAre lists the words that there are.
func KnownAre(words []string) string {
	if len(words) == 1 {
		return "known is " + Quote(words[0])
	}
	return "known are " + List(words)
}

// Keys returns the keys of m, sorted.
func Keys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
