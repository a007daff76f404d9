package policy

import (
	"slices"
	"strings"

	"eslguard/policy/internal/words"
)

// ByLikeness returns the known words sorted by their distance from word, and those that are not
// near it at the end, in alphabetical order. near is the number of words that are near. Case is
// ignored.
func ByLikeness(word string, known []string) (list []string, near int) {
	limit := len(word)/3 + 2
	type likeness struct {
		word     string
		distance int
	}
	all := make([]likeness, len(known))
	for i, k := range known {
		d := words.Distance(strings.ToLower(word), strings.ToLower(k))
		if d >= limit || d >= len(k) {
			d = limit
		} else {
			near++
		}
		all[i] = likeness{k, d}
	}
	slices.SortFunc(all, func(a, b likeness) int {
		if a.distance != b.distance {
			return a.distance - b.distance
		}
		return strings.Compare(a.word, b.word)
	})
	for _, l := range all {
		list = append(list, l.word)
	}
	return list, near
}
