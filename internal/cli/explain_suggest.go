package cli

import (
	"fmt"
	"strings"

	"eslguard/internal/cli/console"
)

// hasWayOut reports whether the effect is denied and something is known of what would allow it.
func (f *explainedEffect) hasWayOut() bool { return f.Suggestions != nil || f.Unsuggested != "" }

// wayOut says which rules would allow an effect that is denied, or why there are none.
func (f *explainedEffect) wayOut() string {
	if f.Suggestions == nil {
		return "- no rule can allow it: " + console.Shown(f.Unsuggested)
	}
	rules := make([]string, len(f.Suggestions))
	for i, rule := range f.Suggestions {
		rules[i] = console.QuoteJSON(rule)
	}
	out := "- to allow just this: " + strings.Join(rules, ", ")
	if f.Wider != "" {
		out += "; with any argument, since rules for its parts decide the rest: " + console.QuoteJSON(f.Wider)
	}
	return out
}

// maxSuggestions is how many rules are told apart that explain suggests. Beyond it some may stand
// twice.
const maxSuggestions = 100_000

// A suggestions prints rules that would allow what is denied, each once.
type suggestions struct {
	program *Program
	printed map[string]bool
}

func newSuggestions(p *Program) *suggestions {
	return &suggestions{program: p, printed: make(map[string]bool)}
}

// show prints the rules for what is denied of a frame, and remarks what no rule can allow.
func (s *suggestions) show(e *explained) error {
	if e.Decision == refused {
		s.program.Remark("frame %d is refused for its form, which no rule changes: %s", e.Frame, console.Shown(e.Reason))
	}
	effects := mergeEvents(e.Effects)
	for i := range effects {
		f := &effects[i]
		if f.Unsuggested != "" && !s.known(f.Unsuggested) {
			s.program.Remark("frame %d: no rule can allow %s: %s", e.Frame, console.Shown(f.Kind+" "+f.Name), console.Shown(f.Unsuggested))
		}
		if f.Wider != "" && !s.known("wider "+f.Wider) {
			s.program.Remark("the rule for %s allows these arguments only; rules for its parts decide the rest, so this may take its place: %s",
				console.Shown(f.Kind+" "+f.Name), console.QuoteJSON(f.Wider))
		}
		for _, rule := range f.Suggestions {
			if s.known("rule " + rule) {
				continue
			}
			if _, err := fmt.Fprintln(s.program.Stdout, console.QuoteJSON(rule)); err != nil {
				return err
			}
		}
	}
	return nil
}

// known reports whether text was there before, and notes it.
func (s *suggestions) known(text string) bool {
	if s.printed[text] {
		return true
	}
	if len(s.printed) < maxSuggestions {
		s.printed[text] = true
	}
	return false
}
