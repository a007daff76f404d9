package audit

import (
	"strings"

	"eslguard/audit/redact"
	"eslguard/command"
)

// Reply says what may be told of a reply. text is its Reply-Text, or its body's beginning: as much
// as the caller has at hand, best all or MaxHashed bytes; size is the length of all of
// it, in bytes. secret says that the command asked for something that may be one: then nothing but
// the length and a keyed hash of text's first MaxHashed bytes is told. So it is for a reply
// that does not begin +OK, -ERR or -USAGE.
func (l *Log) Reply(text []byte, size int64, secret bool) Reply {
	head := text[:min(len(text), MaxHashed)]
	if !secret && isStatusReply(head) {
		// One byte more than is told, so that clip sees whether a character is parted.
		line := firstLine(string(head[:min(len(head), MaxReply+1)]))
		r := Reply{Bytes: size}
		r.Text = l.rec.enc.secrets.Redact(redact.Clip(line, MaxReply), redact.AsCommand, func(name string) { r.redacted += redactedSep + name })
		return r
	}
	return Reply{Bytes: size, Hash: l.keyed(head)}
}

// Redact is the function of that name, which also knows the log's Options.SecretNames.
func (l *Log) Redact(s string) string { return l.RedactBy(nil, s) }

// RedactBy is Redact that also leaves out the places of secrets that c marks. A nil catalogue marks
// those of FreeSWITCH's own tree, as for Redact.
func (l *Log) RedactBy(c *command.Catalog, s string) string {
	k := l.rec.enc.secrets.Marking(c)
	if k.Harmless(s) {
		return s
	}
	return k.Redact(s, redact.AsCommand, nil)
}

// LeavesOut reports whether a command of that text and with these effects has in it what looks like
// a secret: by its name, by its place or by itself. It reads all of the text, not only what a
// record has room for, and takes a word for a command wherever it stands. A nil catalogue marks the
// places of FreeSWITCH's own tree.
func (l *Log) LeavesOut(c *command.Catalog, text string, effects []command.Effect) bool {
	k := l.rec.enc.secrets.Marking(c)
	quiet := k.Harmless(text)
	for i := 0; quiet && i < len(effects); i++ {
		f := &effects[i]
		quiet = f.Args == "" || k.Harmless(f.Args) && !k.TakesSecret(f)
	}
	return !quiet && l.findsSecret(c, text, effects)
}

// finds is LeavesOut for what a quick look did not settle.
func (l *Log) findsSecret(c *command.Catalog, text string, effects []command.Effect) bool {
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

// plain reports whether a reply begins as FreeSWITCH's own words about success and failure do.
func isStatusReply(text []byte) bool {
	s := string(text[:min(len(text), len("-USAGE"))])
	return strings.HasPrefix(s, "+OK") || strings.HasPrefix(s, "-ERR") || s == "-USAGE"
}
