package recording

import (
	"strings"

	"eslguard/audit/redact"
	"eslguard/fstext/ascii"
)

// commandOf returns the header that names the command whose argument is the value of header, and ""
// if header does not contain an argument. Names are compared in any case, as FreeSWITCH does.
func commandOf(header string) string {
	for _, pair := range [...]struct{ argument, command string }{
		{"API-Command-Argument", "API-Command"},
		{"Job-Command-Arg", "Job-Command"},
		{"Application-Data", "Application"},
		{executeHeaders.argument, executeHeaders.command},
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

// executeHeaders are the headers of a sendmsg, and of the event PRIVATE_COMMAND that it becomes.
// Without the second, the body is the argument (switch_ivr.c, switch_ivr_parse_event).
var executeHeaders = struct{ command, argument string }{"execute-app-name", "execute-app-arg"}

// maxCommands is how many commands an event may seem to name in one header. If there are more, an
// argument is replaced as a whole.
const maxCommands = 8

// argument returns value, the argument of the command that the event names in header, without
// secrets. The header may come before or after the argument (switch_core_session.c,
// switch_core_session_exec, sets the argument first), and other texts in the event may look like
// it. So what is a secret for any of the commands found is replaced, and the whole argument if none
// is found.
func (r *redactor) argument(header, value string) string {
	commands, more := r.commands(header)
	if len(commands) == 0 || more {
		return redact.Redacted
	}
	for _, c := range commands {
		if redacted := r.redactAfter(c+" ", value); redacted != value {
			if strings.Contains(value, "\n") { // the secret may extend over all lines
				return redact.Redacted
			}
			return redacted
		}
	}
	return value
}

// body returns the body of the event, which may be the argument of an application, without the
// secrets that are recognised by their place in it.
func (r *redactor) body(text string) string {
	if commands, _ := r.commands(executeHeaders.command); len(commands) == 0 {
		return text
	}
	return r.argument(executeHeaders.command, text)
}

// commands returns the names that may be the value of header in the event. more reports whether
// there are more than maxCommands of them. The event is searched once per header.
func (r *redactor) commands(header string) (names []string, more bool) {
	known, ok := r.found[header]
	if !ok {
		known = findNames(r.event, header)
		if r.found == nil {
			r.found = make(map[string]foundNames)
		}
		r.found[header] = known
	}
	return known.names, known.more
}

// foundNames is what commands returns.
type foundNames struct {
	names []string
	more  bool
}

func findNames(event, header string) (found foundNames) {
	for at := 0; ; {
		n := ascii.IndexFold(event[at:], header)
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

// firstName returns the first name in s, "" if there is none.
func firstName(s string) string {
	s = strings.TrimLeftFunc(s, func(c rune) bool { return !isName(c) })
	if end := strings.IndexFunc(s, func(c rune) bool { return !isName(c) }); end >= 0 {
		return s[:end]
	}
	return s
}

// maxNamed is how far after a header's name its value may end, in bytes.
const maxNamed = 128
