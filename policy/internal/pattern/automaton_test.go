package pattern

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// randomGlobs returns globs of a small alphabet, so that many texts match.
func randomGlobs(t *testing.T, r *rand.Rand, n int) []Glob {
	t.Helper()
	var out []Glob
	for range n {
		var b strings.Builder
		for range 1 + r.IntN(5) {
			switch r.IntN(6) {
			case 0:
				b.WriteByte('?')
			case 1:
				if !strings.HasSuffix(b.String(), "*") {
					b.WriteByte('*')
				}
			default:
				b.WriteByte("abAB/"[r.IntN(5)])
			}
		}
		if b.Len() == 0 {
			b.WriteByte('a')
		}
		globs, err := ParseAlternative(b.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, globs...)
	}
	return out
}

// TestAutomatonFindsWhatMatches checks with random globs and texts that an index changes no result,
// with and without case.
func TestAutomatonFindsWhatMatches(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	hits := 0
	for range 300 {
		p := Pattern{Globs: randomGlobs(t, r, manyGlobs+r.IntN(30)), Wild: true}
		p.index = newAutomaton(p.Globs)
		if p.index == nil {
			t.Fatal("there is no automaton")
		}
		for range 50 {
			var b strings.Builder
			for range r.IntN(8) {
				b.WriteByte("abAB/c"[r.IntN(6)])
			}
			for _, opts := range []Options{{Deny: true}, {Deny: true, Fold: true}, {}, {Dial: true}} {
				want := false
				for i := range p.Globs {
					want = want || p.Globs[i].Match(b.String(), opts)
				}
				if got := p.matchGlobs(b.String(), opts); got != want {
					t.Fatalf("%q: %v, want %v", b.String(), got, want)
				}
				if want {
					hits++
				}
			}
		}
	}
	if hits < 1000 {
		t.Errorf("only %d texts match", hits)
	}
}
