package explain

import (
	"fmt"
	"strconv"
	"strings"

	"eslguard/internal/cli/console"
)

// Text returns the explanation for a person: several lines, with a blank line at the end.
func (f *Frame) Text() string {
	var b strings.Builder
	if f.File != "" {
		fmt.Fprintf(&b, "%s: ", f.File)
	}
	fmt.Fprintf(&b, "frame %d", f.Number)
	if f.Command != "" {
		fmt.Fprintf(&b, ": %s", console.Shown(f.Command))
	}
	b.WriteByte('\n')
	line := func(label, text string) {
		if text != "" {
			fmt.Fprintf(&b, "  %-9s %s\n", label, text)
		}
	}
	line(f.word(), f.because())
	label := "effects"
	for _, n := range effectTree(mergeEvents(f.Effects)) {
		n.lines(0, func(text string) {
			line(label, text)
			label = ""
		})
	}
	if len(f.Dropped) > 0 {
		line("left out", console.Shown(strings.Join(f.Dropped, ", ")))
	}
	for _, up := range f.Upstream {
		line("forwarded", console.Shown(strings.TrimRight(up, "\n")))
	}
	if f.Answer != "" {
		line("answer", console.Shown(f.Answer))
	}
	if f.Closed {
		line("closed", "the session ends here; what follows is not read")
	}
	if f.Hint != "" {
		b.WriteString(console.Indent(f.Hint) + "\n")
	}
	b.WriteByte('\n')
	return b.String()
}

// word returns the decision for a person.
func (f *Frame) word() string {
	if f.Observed {
		return "OBSERVE"
	}
	return strings.ToUpper(f.Decision)
}

// because returns the reason, detail, role and rule as one line.
func (f *Frame) because() string {
	var parts []string
	add := func(label, text string) {
		if text != "" {
			parts = append(parts, label+text)
		}
	}
	add("", f.Reason)
	add("", console.Shown(f.Detail))
	add("role ", f.Role)
	add("rule ", f.Rule)
	add("nearest rule ", console.Shown(f.Near))
	return strings.Join(parts, "; ")
}

// line returns the effect and how it is decided. A command is shown as FreeSWITCH gets it, any
// other effect as a rule would spell it.
func (e *Effect) line() string {
	kind, args := e.Kind, e.Args
	if e.Leg != "" {
		kind += " " + e.Leg
	}
	text := kind + " " + e.Name
	if !e.isCommand() {
		args = spelledTokens(e.Tokens)
	}
	if args != "" {
		text += " " + args
	}
	out := console.Shown(text) + "  "
	switch {
	case e.Decision == allowed && e.Rule != "":
		out += "(allowed by " + e.Rule + ", role " + e.Role + ")"
	case e.Decision == allowed:
		out += "(allowed)"
	case e.Lacks:
		out += "(denied without " + e.Rule + ", role " + e.Role + ")"
	case e.Rule != "":
		out += "(denied by " + e.Rule + ", role " + e.Role + ")"
	case e.Near != "":
		out += "(no rule allows it; nearest is " + console.Shown(e.Near) + ")"
	default:
		out += "(no rule allows it)"
	}
	if e.Later != "" {
		out += ", later: " + e.Later
	}
	if len(e.Secret) > 0 {
		out += "; left out of the audit: " + tokenNumbers(e.Secret)
	}
	if e.Why != "" {
		out += "; " + console.Shown(e.Why)
	}
	return out
}

// spelledTokens joins tokens as a rule spells them. An empty token becomes "".
func spelledTokens(tokens []string) string {
	out := make([]string, len(tokens))
	for i, t := range tokens {
		if out[i] = t; t == "" {
			out[i] = `""`
		}
	}
	return strings.Join(out, " ")
}

// tokenNumbers lists tokens by their positions, from 0, as "secret" of a policy does.
func tokenNumbers(tokens []int) string {
	list := make([]string, len(tokens))
	for i, t := range tokens {
		list[i] = "token " + strconv.Itoa(t)
	}
	return strings.Join(list, ", ")
}
