package recording

import (
	"strings"

	"eslguard/audit/redact"
)

// commandOf returns the header that names the command whose argument is the value of a header, ""
// for one that holds no argument. Both are compared in any case, as FreeSWITCH does.
func commandOf(header string) string {
	for _, pair := range [...]struct{ argument, command string }{
		{"API-Command-Argument", "API-Command"},
		{"Job-Command-Arg", "Job-Command"},
		{"Application-Data", "Application"},
		{order.argument, order.command},
		{"variable_current_application_data", "variable_current_application"},
		{"variable_last_arg", "variable_last_app"},
		{"variable_exec_after_bridge_arg", "variable_exec_after_bridge_app"},
		{"variable_bridge_pre_execute_data", "variable_bridge_pre_execute_app"},
		{"variable_bridge_pre_execute_aleg_data", "variable_bridge_pre_execute_aleg_app"},
		{"variable_bridge_pre_execute_bleg_data", "variable_bridge_pre_execute_bleg_app"},
		{"variable_loopback_app_arg", "variable_loopback_app"},
	} {
		if strings.EqualFold(header, pair.argument) {
			return pair.command
		}
	}
	return ""
}

// order are the headers of a sendmsg and of the event PRIVATE_COMMAND that it becomes. Without the
// second, the body is the argument (switch_ivr.c, switch_ivr_parse_event).
var order = struct{ command, argument string }{"execute-app-name", "execute-app-arg"}

// maxCommands is how many commands the event at hand may name in one header, or seem to, before an
// argument is left out as a whole.
const maxCommands = 8

// argument returns the argument of the command that the event has in a header of that name, without
// secrets. The header may stand before or behind the argument (switch_core_session.c,
// switch_core_session_exec, sets the argument first), and others may send texts that look like it:
// what is a secret to one of the commands is left out, and all where no command is found.
func (r *redactor) argument(header, value string) string {
	commands, more := r.commands(header)
	if len(commands) == 0 || more {
		return redact.Redacted
	}
	for _, c := range commands {
		if redacted := r.after(c+" ", value); redacted != value {
			if strings.Contains(value, "\n") { // it may go over all lines
				return redact.Redacted
			}
			return redacted
		}
	}
	return value
}

// body returns the body of the event at hand, which may be the argument of an application, without
// secrets by their place in it.
func (r *redactor) body(text string) string {
	if commands, _ := r.commands(order.command); len(commands) == 0 {
		return text
	}
	return r.argument(order.command, text)
}

// commands returns what may be the values, which are names, that the event has for a header. more
// reports whether there are more than maxCommands of them. The event is looked through once for
// each header.
func (r *redactor) commands(header string) (names []string, more bool) {
	known, ok := r.named[header]
	if !ok {
		known = findNames(r.event, header)
		if r.named == nil {
			r.named = make(map[string]named)
		}
		r.named[header] = known
	}
	return known.names, known.more
}

// A named is what commands returns.
type named struct {
	names []string
	more  bool
}

func findNames(event, header string) (found named) {
	for at := 0; ; {
		n := indexFold(event[at:], header)
		if n < 0 {
			return found
		}
		begin, end := at+n, at+n+len(header)
		at = end
		if begin > 0 && isName(rune(event[begin-1])) || end < len(event) && isName(rune(event[end])) {
			continue
		}
		if len(found.names) == maxCommands {
			found.more = true
			return found
		}
		found.names = append(found.names, firstName(event[end:min(end+maxNamed, len(event))]))
	}
}

// firstName returns the first name in s, "" without one.
func firstName(s string) string {
	s = strings.TrimLeftFunc(s, func(c rune) bool { return !isName(c) })
	if end := strings.IndexFunc(s, func(c rune) bool { return !isName(c) }); end >= 0 {
		return s[:end]
	}
	return s
}

// maxNamed is how far behind a header's name its value, a name, ends, in bytes.
const maxNamed = 128

// indexFold returns where s holds name, which is not empty, in any case; -1 where it does not.
func indexFold(s, name string) int {
	for i := 0; i+len(name) <= len(s); i++ {
		if s[i]|0x20 == name[0]|0x20 && strings.EqualFold(s[i:i+len(name)], name) {
			return i
		}
	}
	return -1
}
