package policy

import "testing"

// TestNestingsNest: each of the samples causes an effect besides its own.
func TestNestingsNest(t *testing.T) {
	p, err := Parse("policy.json", []byte(`{ "version": 1 }`))
	if err != nil {
		t.Fatal(err)
	}
	for i := range nestings {
		n := &nestings[i]
		samples := n.effects(p.checked().parse)
		if len(samples) != len(n.args) {
			t.Errorf("%s %s: %d of %d samples can be parsed", n.kind, n.name, len(samples), len(n.args))
		}
		for _, effects := range samples {
			if len(effects) < 2 {
				t.Errorf("%s %s: a sample causes only %v", n.kind, n.name, effects)
			}
		}
	}
}
