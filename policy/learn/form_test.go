package learn

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"eslguard/effect"
)

// TestFormsAreBounded: the work for a group in which every token varies is bounded, and no shape is
// lost.
func TestFormsAreBounded(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 1))
	var shapes []*shape
	for range maxShapes {
		tokens := make([]string, 24)
		for i := range tokens {
			tokens[i] = fmt.Sprint(rnd.IntN(6))
		}
		shapes = append(shapes, &shape{tokens: tokens, count: 1, effect: effect.Effect{Kind: effect.KindAPI, Name: "x", Tokens: tokens}})
	}
	g := new(generalizer)
	counted := 0
	for _, f := range g.forms(shapes) {
		counted += f.count
	}
	if counted != len(shapes) {
		t.Errorf("%d of %d shapes are counted", counted, len(shapes))
	}
	// When the bound is reached, the rest is spelled, which examines each token once more.
	if most := maxExamined + maxShapes*24*24; g.examined > most {
		t.Errorf("%d tokens were examined, want at most %d", g.examined, most)
	}
}
