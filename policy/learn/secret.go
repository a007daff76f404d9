package learn

import (
	"slices"
	"strings"

	"eslguard/effect"
	"eslguard/policy/internal/pattern"
	"eslguard/policy/internal/words"
)

// redactedText begins what the audit writes in a secret's place: then a colon and letters may
// follow, and a bracket.
const redactedText = "[redacted"

// withoutSecrets puts ShapeRedacted in the place of each secret that was left out.
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

// secretEnd returns the length of what ends a secret's stand-in, "]" or ":k3v9]", at the start of
// s, and 0 without.
func secretEnd(s string) int {
	n := 0
	if strings.HasPrefix(s, ":") {
		n = 1
		for n < len(s) && (s[n] >= '0' && s[n] <= '9' || words.FoldByte(s[n]) >= 'a' && words.FoldByte(s[n]) <= 'z') {
			n++
		}
	}
	if n == 1 || n >= len(s) || s[n] != ']' {
		return 0
	}
	return n + 1
}

// hides reports whether secrets were left out of e: the record names them, and e has one of these
// names. Without that a text that reads so is the client's own, and no wildcard stands for it.
func hides(e *effect.Effect, left []string) bool {
	text := e.String()
	at := strings.Index(text, redactedText)
	if at < 0 || len(left) == 0 {
		return false
	}
	before := words.Fold(text[:at])
	return slices.ContainsFunc(left, func(name string) bool {
		return strings.Contains(before, words.Fold(name)) || name == urlSecret && strings.Contains(before, "://")
	})
}

// urlSecret is how a record names the password of a URL.
const urlSecret = "url"

// whyCutOff is why no rule is proposed for an effect that swallowed reports.
const whyCutOff = "its end was left out as a secret, and perhaps further arguments with it, so nobody knows how many it has"

// cutOff reports whether the audit may have left out further tokens of e with a secret at its end:
// what follows a name and = or a blank is left out up to the end of the line (redact.Redact). left
// are the names of the secrets that were left out of its record.
func (l *Learner) cutOff(e *effect.Effect, left []string) bool {
	last := len(e.Tokens) - 1
	if last < 0 || !hides(e, left) || last+1 >= l.cat.Slots(e.Kind, e.Name) || !strings.HasSuffix(withoutSecrets(e.Tokens[last]), string(rune(pattern.ShapeRedacted))) {
		return false
	}
	for _, t := range l.cat.SecretTokens(e) {
		if t == last {
			return false // it stands where a secret has its place, so it is left out alone
		}
	}
	return true
}
