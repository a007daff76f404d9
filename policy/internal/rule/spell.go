package rule

import (
	"strings"

	"eslguard/command"
	"eslguard/policy/internal/pattern"
)

// For returns the rule that spells an effect. It returns false where none can.
func For(e *command.Effect) (string, bool) {
	if e.Kind == command.KindInvalid || e.Kind > command.KindOpaque {
		return "", false
	}
	words := []string{e.Kind.String()}
	if e.Later == command.Repeating {
		words = []string{Repeating, e.Kind.String()}
	}
	if e.Leg != command.LegUnknown {
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
