package auditcmd

import (
	"fmt"
	"strings"
	"time"

	"eslguard/audit/trail"
	"eslguard/internal/cli/console"
)

// summary returns what a record is about, on one line.
func summary(r *trail.Record) string {
	var parts []string
	add := func(label, text string) {
		if text != "" {
			parts = append(parts, label+console.Shown(text))
		}
	}
	switch r.Kind {
	case "command":
		add("", r.Command)
		if r.Decision != "allow" {
			add("# ", r.Reason)
			add("rule ", r.Rule)
			add("nearest rule ", r.Near)
			add("id ", r.ID)
		}
		parts = append(parts, moreTimes(r)...)
	case "reply", "job":
		parts = append(parts, fmt.Sprintf("to %d, %s:", r.Of, time.Duration(r.TookUS)*time.Microsecond))
		add("", r.Reply)
		if r.Reply == "" && r.ReplyHash != "" {
			parts = append(parts, fmt.Sprintf("%d bytes", r.ReplyBytes))
		}
		add("", r.Reason)
		add("job ", r.Job)
		add("call ", r.Call)
	case "end":
		add("", r.Reason)
		counts := fmt.Sprintf("%s, %d denied", console.Plural(int(r.Commands), "command"), r.Denied)
		if r.Observed > 0 {
			counts += fmt.Sprintf(", %d let through by observe mode", r.Observed)
		}
		parts = append(parts, fmt.Sprintf("(%s, %s)", counts, time.Duration(r.TookUS)*time.Microsecond))
	case "recording":
		add("", r.Recording)
		parts = append(parts, fmt.Sprintf("(%d bytes, %d lost)", r.FileBytes, r.LostBytes))
		add("", r.Reason)
	default:
		add("", r.Decision)
		add("from ", r.Addr)
		add("user ", r.User)
		add("upstream ", r.Upstream)
		add("version ", r.Version)
		add("", r.Reason)
		add("policy ", r.Policy)
		parts = append(parts, moreTimes(r)...)
	}
	if r.Lost > 0 {
		parts = append(parts, fmt.Sprintf("(%s before it could not be written)", console.Plural(int(r.Lost), "record")))
	}
	return strings.Join(parts, " ")
}

// moreTimes returns how many more denials a record counts, or nil if it counts none.
func moreTimes(r *trail.Record) []string {
	if r.Times == 0 {
		return nil
	}
	return []string{fmt.Sprintf("(%d more like it)", r.Times)}
}

// verdict returns what was decided and why, on one line.
func verdict(r *trail.Record, paint console.Paint) string {
	parts := []string{paintDecision(paint, r.Decision, console.Shown(r.Decision))}
	for _, s := range [...]struct{ label, text string }{{"", r.Reason}, {"role ", r.Role}, {"rule ", r.Rule}, {"nearest rule ", r.Near}, {"id ", r.ID}} {
		if s.text != "" {
			parts = append(parts, s.label+console.Shown(s.text))
		}
	}
	parts = append(parts, moreTimes(r)...)
	return strings.Join(parts, "; ")
}

// loginName returns the client of a login, and the user if the login named one.
func loginName(r *trail.Record) string {
	switch {
	case r.Client == "" && r.User == "":
		return "nobody"
	case r.User == "":
		return console.Shown(r.Client)
	case r.Client == "":
		return "user " + console.Shown(r.User)
	default:
		return console.Shown(r.Client) + ", user " + console.Shown(r.User)
	}
}

// paintDecision colours a word by what was decided.
func paintDecision(paint console.Paint, decision, word string) string {
	switch decision {
	case "allow":
		return paint.Green(word)
	case "deny", "refuse":
		return paint.Red(word)
	case "observe":
		return paint.Bold(word)
	default:
		return word
	}
}

// column returns s padded or cut to width characters. An empty s becomes "-".
func column(s string, width int) string {
	if s == "" {
		s = "-"
	}
	s = console.Shown(s)
	if c := []rune(s); len(c) > width {
		s = string(c[:width-1]) + "…"
	}
	return fmt.Sprintf("%-*s", width, s)
}
