package explain

import (
	"fmt"
	"strings"

	"eslguard/internal/cli/console"
)

// maxKnown is the most texts that a Suggestions remembers. Later ones may be printed twice.
const maxKnown = 100_000

// Suggestions prints the rules that would allow what is denied, each of them once. It must be made
// with NewSuggestions.
type Suggestions struct {
	console *console.Console
	known   map[string]bool
}

// NewSuggestions returns a Suggestions that prints to c.
func NewSuggestions(c *console.Console) *Suggestions {
	return &Suggestions{console: c, known: make(map[string]bool)}
}

// Show prints the rules for the denied effects of f to standard output, and remarks to standard
// error what no rule can allow.
func (s *Suggestions) Show(f *Frame) error {
	if f.Decision == refused {
		s.console.Remark("frame %d is refused for its form, which no rule changes: %s", f.Number, console.Shown(f.Reason))
	}
	effects := mergeEvents(f.Effects)
	for i := range effects {
		e := &effects[i]
		if e.Unsuggested != "" && !s.isKnown(e.Unsuggested) {
			s.console.Remark("frame %d: no rule can allow %s: %s",
				f.Number, console.Shown(e.Kind+" "+e.Name), console.Shown(e.Unsuggested))
		}
		if e.Wider != "" && !s.isKnown("wider "+e.Wider) {
			s.console.Remark("the rule for %s allows these arguments only; rules for its parts decide the rest, so this may take its place: %s",
				console.Shown(e.Kind+" "+e.Name), console.QuoteJSON(e.Wider))
		}
		for _, rule := range e.Suggestions {
			if s.isKnown("rule " + rule) {
				continue
			}
			if _, err := fmt.Fprintln(s.console.Stdout, console.QuoteJSON(rule)); err != nil {
				return err
			}
		}
	}
	return nil
}

// isKnown reports whether it was called with text before, and remembers it.
func (s *Suggestions) isKnown(text string) bool {
	if s.known[text] {
		return true
	}
	if len(s.known) < maxKnown {
		s.known[text] = true
	}
	return false
}

// hasAdvice reports whether the effect is denied and it is known which rules would allow it, or why
// there are none.
func (e *Effect) hasAdvice() bool { return e.Suggestions != nil || e.Unsuggested != "" }

// advice says which rules would allow a denied effect, or why there are none.
func (e *Effect) advice() string {
	if e.Suggestions == nil {
		return "- no rule can allow it: " + console.Shown(e.Unsuggested)
	}
	rules := make([]string, len(e.Suggestions))
	for i, rule := range e.Suggestions {
		rules[i] = console.QuoteJSON(rule)
	}
	out := "- to allow just this: " + strings.Join(rules, ", ")
	if e.Wider != "" {
		out += "; with any argument, since rules for its parts decide the rest: " + console.QuoteJSON(e.Wider)
	}
	return out
}
