package lint

import (
	"strings"
	"testing"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

// parseBuiltin parses a command with the built-in catalogue.
func parseBuiltin(text string) ([]effect.Effect, bool) {
	f, err := codec.NewClientReader(strings.NewReader(text+"\n\n"), codec.Limits{}).Next()
	if err != nil {
		return nil, false
	}
	cmd, err := command.Parse(catalog.Builtin(), &command.State{}, f)
	if err != nil {
		return nil, false
	}
	return cmd.Effects, true
}

// TestNestingsNest: each of the samples causes an effect besides its own.
func TestNestingsNest(t *testing.T) {
	for i := range nestings {
		n := &nestings[i]
		samples := n.effects(parseBuiltin)
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
