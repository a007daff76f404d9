package cli

import (
	"fmt"
	"strings"
)

// showExplained prints an explained frame for a person.
func (p *Program) showExplained(e *explained) error {
	var b strings.Builder
	if e.File != "" {
		fmt.Fprintf(&b, "%s: ", e.File)
	}
	fmt.Fprintf(&b, "frame %d", e.Frame)
	if e.Command != "" {
		fmt.Fprintf(&b, ": %s", shown(e.Command))
	}
	b.WriteByte('\n')
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", label, text)
		}
	}
	line(e.word(), e.because())
	for i := range e.Effects {
		line("effect", e.Effects[i].line())
	}
	if len(e.Dropped) > 0 {
		line("left out", shown(strings.Join(e.Dropped, ", ")))
	}
	for _, up := range e.Upstream {
		line("goes up", shown(strings.TrimRight(up, "\n")))
	}
	if e.Answer != "" {
		line("answer", shown(e.Answer))
	}
	if e.Closed {
		line("closed", "the session ends here; what follows is not read")
	}
	if e.Hint != "" {
		b.WriteString(indent(e.Hint) + "\n")
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
	add("", shown(e.Detail))
	add("role ", e.Role)
	add("rule ", e.Rule)
	return strings.Join(parts, "; ")
}

// line shows one effect: as a rule would write it, how it is decided, and how it was found
// where that is not plain from itself.
func (f *explainedEffect) line() string {
	self := f.Kind + " " + f.Name
	text := self
	if f.Args != "" {
		text += " " + f.Args
	}
	out := shown(text) + "  "
	switch {
	case f.Decision == allowed && f.Rule != "":
		out += "(allowed by " + f.Rule + ")"
	case f.Decision == allowed:
		out += "(allowed)"
	case f.Rule != "":
		out += "(denied by " + f.Rule + ")"
	default:
		out += "(no rule allows it)"
	}
	if f.Later != "" {
		out += ", later: " + f.Later
	}
	if f.Path != "" && f.Path != self {
		out += ", found by " + shown(f.Path)
	}
	return out
}
