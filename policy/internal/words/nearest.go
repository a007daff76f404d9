package words

import "strings"

// maxSpelling is the length in bytes of the longest word that is compared with others.
const maxSpelling = 64

// DidYouMean returns a hint with the known word that is nearest to word, or "" if no known word is
// near. A known word that differs only in case is always near.
func DidYouMean(word string, known []string) string {
	best, bestDist := "", len(word)/3+2
	for _, k := range known {
		if strings.EqualFold(k, word) && k != word {
			return "did you mean " + Quote(k) + "?"
		}
		if d := Distance(strings.ToLower(word), strings.ToLower(k)); d < bestDist && d < len(k) {
			best, bestDist = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + Quote(best) + "?"
}

// OneEditAway returns a hint with a name that has accepts and that is one edit away from name: one
// letter inserted, deleted or replaced, or two neighbouring letters swapped. It is for sets of
// names that can be queried but not listed. It returns "" if there is no near name.
func OneEditAway(name string, has func(string) bool) string {
	const letters = "abcdefghijklmnopqrstuvwxyz_0123456789"
	name = strings.ToLower(name)
	if len(name) > maxSpelling {
		return ""
	}
	try := func(parts ...string) string {
		if word := strings.Join(parts, ""); has(word) {
			return "did you mean " + Quote(word) + "?"
		}
		return ""
	}
	for i := range len(name) + 1 {
		head, tail := name[:i], name[i:]
		hint := ""
		if len(tail) > 0 {
			hint = try(head, tail[1:])
		}
		if len(tail) > 1 && hint == "" {
			hint = try(head, tail[1:2], tail[:1], tail[2:])
		}
		for _, c := range letters {
			if hint == "" {
				hint = try(head, string(c), tail)
			}
			if len(tail) > 0 && hint == "" {
				hint = try(head, string(c), tail[1:])
			}
		}
		if hint != "" {
			return hint
		}
	}
	return ""
}

// Distance returns how many edits turn a into b. An edit inserts, deletes or replaces one byte, or
// swaps two neighbouring bytes. Words that are longer than maxSpelling, or whose lengths differ by
// more than 8, are at a distance of 1<<20.
func Distance(a, b string) int {
	const far = 1 << 20
	if len(a) > maxSpelling || len(b) > maxSpelling || abs(len(a)-len(b)) > 8 {
		return far
	}
	var rows [3][maxSpelling + 1]int
	before, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}

func abs(n int) int { return max(n, -n) }
