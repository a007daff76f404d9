package words

import (
	"maps"
	"slices"
)

// List returns words, each quoted, separated by commas. It returns "" for no words.
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

// KnownAre returns a hint that lists the known words: `known are "a", "b"`.
func KnownAre(words []string) string {
	if len(words) == 1 {
		return "known is " + Quote(words[0])
	}
	return "known are " + List(words)
}

// Keys returns the keys of m, sorted. It returns nil for an empty or nil map.
func Keys[V any](m map[string]V) []string {
	return slices.Sorted(maps.Keys(m))
}
