package proxy

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
)

// A redactor keeps secrets out of the operator's log and finds the commands whose answers may be
// secrets.
type redactor struct {
	audit    Recorder
	policies Policies
}

// redact removes from a text what looks like secrets and what the policy in force marks as secrets.
func (r *redactor) redact(text string) string {
	return r.audit.RedactBy(r.policies.Current().Catalog(), text)
}

// shown returns a text that may come from a client for the operator's log: without secrets, quoted
// unless every character of it is printable, and cut to maxShown bytes.
func (r *redactor) shown(text string) string {
	const redacted = 4 << 10 // bytes that are searched for secrets, as in a record
	text = r.redact(cutText(text, redacted))
	if !utf8.ValidString(text) || strings.ContainsFunc(text, func(c rune) bool { return !unicode.IsPrint(c) }) {
		text = strconv.Quote(text)
	}
	return cutText(text, maxShown)
}

// maxShown is how many bytes of a text that a client sent a line of the operator's log has.
const maxShown = 256

// cutText cuts a text to a number of bytes and marks the cut.
func cutText(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// tellsSecret reports whether the answer of an API may be a secret. It returns true if it cannot
// tell.
func (r *redactor) tellsSecret(api, args string) bool {
	line := []byte(strings.TrimSuffix("api "+api+" "+args, " "))
	cat := r.policies.Current().Catalog()
	cmd, err := command.Parse(cat, new(command.State), &codec.Frame{Line: line})
	return err != nil || r.answerMayTell(cat, cmd)
}

// answerMayTell reports whether FreeSWITCH's answer to a command may contain a secret: one that the
// command asks for, or one that is in the command itself, since many answers repeat what they were
// asked (mod_commands.c, uuid_send_dtmf_function; mod_event_socket.c, filter).
func (r *redactor) answerMayTell(cat *catalog.Catalog, c *command.Command) bool {
	return r.asksForSecret(c.Effects) || r.audit.LeavesOut(cat, c.Text, c.Effects)
}

// asksForSecret reports whether a command asks something whose answer may be a secret: by an API
// that it runs, or by a variable that it has expanded.
func (r *redactor) asksForSecret(effects []effect.Effect) bool {
	for i := range effects {
		if effects[i].Class == effect.ClassSecret || r.expandsSecret(effects[i].Args) {
			return true
		}
	}
	return false
}

// expandsSecret reports whether args contain a ${NAME} whose name looks like a secret's.
func (r *redactor) expandsSecret(args string) bool {
	for {
		_, rest, ok := strings.Cut(args, "${")
		if !ok {
			return false
		}
		name, _, _ := strings.Cut(rest[:min(len(rest), maxVariable)], "}")
		name = strings.TrimSpace(name) + "=x"
		if r.audit.Redact(name) != name {
			return true
		}
		args = rest
	}
}

// maxVariable is how much of a variable's name is examined, in bytes: no variable has a longer
// name.
const maxVariable = 256
