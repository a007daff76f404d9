package secrets

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/policy"
)

// An Audit says what looks like a secret. *audit.Log implements it.
type Audit interface {
	// Redact removes from a text what looks like secrets.
	Redact(s string) string
	// RedactBy is like Redact, and also removes what c marks as secrets.
	RedactBy(c *catalog.Catalog, s string) string
	// LeavesOut reports whether a command contains what looks like a secret.
	LeavesOut(c *catalog.Catalog, text string, effects []effect.Effect) bool
}

// A Redactor keeps secrets out of the operator's log and finds the commands whose answers may be
// secrets. It must be made with New. It is safe for use by several goroutines.
type Redactor struct {
	audit   Audit
	inForce func() *policy.Policy
}

// New returns a Redactor. inForce returns the policy in force, never nil.
func New(audit Audit, inForce func() *policy.Policy) *Redactor {
	return &Redactor{audit: audit, inForce: inForce}
}

// Redact removes from a text what looks like secrets and what the policy in force marks as secrets.
func (r *Redactor) Redact(text string) string {
	return r.audit.RedactBy(r.inForce().Catalog(), text)
}

// Shown returns a text that may come from a client for the operator's log: without secrets, quoted
// unless every character of it is printable, and cut to maxShown bytes.
func (r *Redactor) Shown(text string) string {
	const redacted = 4 << 10 // bytes that are searched for secrets, as in a record
	text = r.Redact(cutText(text, redacted))
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

// TellsSecret reports whether the answer of an API may be a secret. It returns true if it cannot
// tell.
func (r *Redactor) TellsSecret(api, args string) bool {
	line := []byte(strings.TrimSuffix("api "+api+" "+args, " "))
	cat := r.inForce().Catalog()
	cmd, err := command.Parse(cat, new(command.State), &codec.Frame{Line: line})
	return err != nil || r.AnswerMayTell(cat, cmd)
}

// AnswerMayTell reports whether FreeSWITCH's answer to a command may contain a secret: one that the
// command asks for, or one that is in the command itself, since many answers repeat what they were
// asked (mod_commands.c, uuid_send_dtmf_function; mod_event_socket.c, filter).
func (r *Redactor) AnswerMayTell(cat *catalog.Catalog, c *command.Command) bool {
	return r.asksForSecret(c.Effects) || r.audit.LeavesOut(cat, c.Text, c.Effects)
}

// asksForSecret reports whether a command asks something whose answer may be a secret: by an API
// that it runs, or by a variable that it has expanded.
func (r *Redactor) asksForSecret(effects []effect.Effect) bool {
	for i := range effects {
		if effects[i].Class == effect.ClassSecret || r.expandsSecret(effects[i].Args) {
			return true
		}
	}
	return false
}

// expandsSecret reports whether args contain a ${NAME} whose name looks like a secret's.
func (r *Redactor) expandsSecret(args string) bool {
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
