package audit

import (
	"strings"

	"eslguard/audit/redact"
	"eslguard/catalog"
	"eslguard/effect"
)

// Reply returns what may be recorded of a reply. text is its Reply-Text or the beginning of its
// body: at best all of it or MaxHashed bytes. size is the length of all of it in bytes. secret says
// that the reply may be a secret. Then, and if the reply does not begin with +OK, -ERR or -USAGE,
// the result has only the length and a keyed hash of the first MaxHashed bytes of text.
func (l *Log) Reply(text []byte, size int64, secret bool) Reply {
	head := text[:min(len(text), MaxHashed)]
	if !secret && isStatusReply(head) {
		// One byte more than is recorded, so that Clip sees whether it cuts a character.
		line := firstLine(string(head[:min(len(head), MaxReply+1)]))
		r := Reply{Bytes: size}
		r.Text = l.rec.enc.secrets.Redact(redact.Clip(line, MaxReply), redact.AsCommand, func(name string) { r.redacted += redactedSep + name })
		return r
	}
	return Reply{Bytes: size, Hash: l.keyed(head)}
}

// Redact is like redact.Redact, and also knows Options.SecretNames.
func (l *Log) Redact(s string) string { return l.RedactBy(nil, s) }

// RedactBy is like Redact, and also redacts secrets in the places that c marks. A nil catalogue
// marks those of FreeSWITCH's own tree, as for Redact.
func (l *Log) RedactBy(c *catalog.Catalog, s string) string {
	k := l.rec.enc.secrets.Marking(c)
	if k.Harmless(s) {
		return s
	}
	return k.Redact(s, redact.AsCommand, nil)
}

// LeavesOut reports whether a command with this text and these effects contains what looks like a
// secret: by its name, by its place or by itself. It reads all of the text, not only the part that
// a record contains, and takes a word for a command wherever it is. A nil catalogue marks the
// places of FreeSWITCH's own tree.
func (l *Log) LeavesOut(c *catalog.Catalog, text string, effects []effect.Effect) bool {
	k := l.rec.enc.secrets.Marking(c)
	quiet := k.Harmless(text)
	for i := 0; quiet && i < len(effects); i++ {
		f := &effects[i]
		quiet = f.Args == "" || k.Harmless(f.Args) && !k.TakesSecret(f)
	}
	return !quiet && l.findsSecret(c, text, effects)
}

// findsSecret is the slow part of LeavesOut, for commands that a quick check does not clear.
func (l *Log) findsSecret(c *catalog.Catalog, text string, effects []effect.Effect) bool {
	k := l.rec.enc.secrets.Marking(c)
	if k.Redact(text, redact.AsCommand, nil) != text {
		return true
	}
	for i := range effects {
		if f := &effects[i]; f.Args != "" && k.Args(f, f.Args, nil) != f.Args {
			return true
		}
	}
	return false
}

// isStatusReply reports whether a reply begins with FreeSWITCH's own words about success or
// failure.
func isStatusReply(text []byte) bool {
	s := string(text[:min(len(text), len("-USAGE"))])
	return strings.HasPrefix(s, "+OK") || strings.HasPrefix(s, "-ERR") || s == "-USAGE"
}
