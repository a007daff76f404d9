package learn

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"eslguard/effect"
)

// TestFormsAreBounded: a group in which every token varies is looked at for a bounded number of
// times, and no shape is lost.
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
	// What is under way when the bound is reached is spelled, once for each token.
	if most := maxExamined + maxShapes*24*24; g.examined > most {
		t.Errorf("%d tokens were looked at, want at most %d", g.examined, most)
	}
}
