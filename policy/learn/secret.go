package learn

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/fstext/ascii"
	"eslguard/policy/internal/pattern"
)

// redactedText is how the text begins that the audit writes instead of a secret: [redacted] or
// [redacted:k3v9].
const redactedText = "[redacted"

// withoutSecrets replaces each [redacted] and [redacted:k3v9] in token with pattern.ShapeRedacted.
func withoutSecrets(token string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(token, redactedText)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		if n := secretEnd(rest); n > 0 {
			b.WriteByte(pattern.ShapeRedacted)
			token = rest[n:]
			continue
		}
		b.WriteString(redactedText)
		token = rest
	}
}

// secretEnd returns the length of the "]" or ":k3v9]" with which s begins, or 0 if s begins with
// neither.
func secretEnd(s string) int {
	n := 0
	if strings.HasPrefix(s, ":") {
		n = 1
		for n < len(s) && ascii.IsAlphanumeric(s[n]) {
			n++
		}
	}
	if n == 1 || n >= len(s) || s[n] != ']' {
		return 0
	}
	return n + 1
}

// isRedacted reports whether the audit left secrets out of e: redacted, the names in the record,
// has a name that precedes the redaction in e. Otherwise a text that looks like a redaction is the
// client's own, and does not become a wildcard.
func isRedacted(e *effect.Effect, redacted []string) bool {
	text := e.String()
	at := strings.Index(text, redactedText)
	if at < 0 || len(redacted) == 0 {
		return false
	}
	before := ascii.ToLower(text[:at])
	return slices.ContainsFunc(redacted, func(name string) bool {
		return strings.Contains(before, ascii.ToLower(name)) || name == urlSecret && strings.Contains(before, "://")
	})
}

// urlSecret is the name of a URL's password in a record.
const urlSecret = "url"

// whyTruncated says why no rule is proposed for an effect that mayBeTruncated.
const whyTruncated = "its end was left out as a secret, and perhaps further arguments with it, so their number is unknown"

// mayBeTruncated reports whether the audit may have left out further tokens of e together with a
// secret at its end: after a name and a = or a blank, the audit leaves out everything up to the end
// of the line (redact.Redact). redacted are the names of the secrets that were left out of the
// record.
func (l *Learner) mayBeTruncated(e *effect.Effect, redacted []string) bool {
	last := len(e.Tokens) - 1
	if last < 0 || !isRedacted(e, redacted) || last+1 >= l.cat.Slots(e.Kind, e.Name) || !strings.HasSuffix(withoutSecrets(e.Tokens[last]), string(rune(pattern.ShapeRedacted))) {
		return false
	}
	for _, t := range l.cat.SecretTokens(e) {
		if t == last {
			return false // a secret belongs here, so the audit left out this token alone
		}
	}
	return true
}
