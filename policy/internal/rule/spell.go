package rule

import (
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
)

// Spell returns the rule that matches exactly this effect. It returns false if no rule can spell
// it.
func Spell(e *effect.Effect) (string, bool) {
	if e.Kind == effect.KindInvalid || e.Kind > effect.KindOpaque {
		return "", false
	}
	words := []string{e.Kind.String()}
	if e.Later == effect.Repeating {
		words = []string{Repeating, e.Kind.String()}
	}
	if e.Leg != effect.LegUnknown {
		words = append(words, e.Leg.String())
	}
	for _, token := range append([]string{e.Name}, e.Tokens...) {
		text, ok := pattern.Exactly(token)
		if !ok {
			return "", false
		}
		words = append(words, text)
	}
	return strings.Join(words, " "), true
}
