package cli

import "fmt"

// hasWayOut reports whether the effect is denied and something is known of what would allow it.
func (f *explainedEffect) hasWayOut() bool { return f.Suggestion != "" || f.Unsuggested != "" }

// wayOut says which rule would allow an effect that is denied, or why there is none.
func (f *explainedEffect) wayOut() string {
	if f.Suggestion == "" {
		return "- no rule can allow it: " + shown(f.Unsuggested)
	}
	return "- to allow just this: " + jsonText(f.Suggestion)
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
		s.program.remark("frame %d is refused for its form, which no rule changes: %s", e.Frame, shown(e.Reason))
	}
	effects := mergeEvents(e.Effects)
	for i := range effects {
		f := &effects[i]
		if !f.hasWayOut() || s.known(f.Suggestion+"\x00"+f.Unsuggested) {
			continue
		}
		if f.Suggestion == "" {
			s.program.remark("frame %d: no rule can allow %s: %s", e.Frame, shown(f.Kind+" "+f.Name), shown(f.Unsuggested))
			continue
		}
		if _, err := fmt.Fprintln(s.program.Stdout, jsonText(f.Suggestion)); err != nil {
			return err
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
