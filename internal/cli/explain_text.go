package cli

import (
	"fmt"
	"strings"

	"eslguard/internal/cli/console"
)

// showExplained prints an explained frame for a person.
func (p *Program) showExplained(e *explained) error {
	var b strings.Builder
	if e.File != "" {
		fmt.Fprintf(&b, "%s: ", e.File)
	}
	fmt.Fprintf(&b, "frame %d", e.Frame)
	if e.Command != "" {
		fmt.Fprintf(&b, ": %s", console.Shown(e.Command))
	}
	b.WriteByte('\n')
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", label, text)
		}
	}
	line(e.word(), e.because())
	label := "effects"
	for _, n := range effectTree(mergeEvents(e.Effects)) {
		n.lines(0, func(text string) {
			line(label, text)
			label = ""
		})
	}
	if len(e.Dropped) > 0 {
		line("left out", console.Shown(strings.Join(e.Dropped, ", ")))
	}
	for _, up := range e.Upstream {
		line("goes up", console.Shown(strings.TrimRight(up, "\n")))
	}
	if e.Answer != "" {
		line("answer", console.Shown(e.Answer))
	}
	if e.Closed {
		line("closed", "the session ends here; what follows is not read")
	}
	if e.Hint != "" {
		b.WriteString(console.Indent(e.Hint) + "\n")
	}
	b.WriteByte('\n')
	_, err := p.Stdout.Write([]byte(b.String()))
	return err
}

// word is the decision for a person.
func (e *explained) word() string {
	if e.Observed {
		return "OBSERVE"
	}
	return strings.ToUpper(e.Decision)
}

// because puts reason, detail, role and rule into one line.
func (e *explained) because() string {
	var parts []string
	add := func(label, text string) {
		if text != "" {
			parts = append(parts, label+text)
		}
	}
	add("", e.Reason)
	add("", console.Shown(e.Detail))
	add("role ", e.Role)
	add("rule ", e.Rule)
	add("nearest rule ", console.Shown(e.Near))
	return strings.Join(parts, "; ")
}
