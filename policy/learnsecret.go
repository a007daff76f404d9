package policy

import (
	"strings"

	"eslguard/command"
)

// whySwallowed is why no rule is proposed for an effect that swallowed reports.
const whySwallowed = "its end was left out as a secret, and perhaps further arguments with it, so nobody knows how many it has"

// swallowed reports whether the audit may have left out further tokens of e with a secret at its
// end: what follows a name and = or a blank is left out up to the end of the line (redact.Redact).
// left are the names of the secrets that were left out of its record.
func (l *Learner) swallowed(e *command.Effect, left []string) bool {
	last := len(e.Tokens) - 1
	if last < 0 || !hides(e, left) || last+1 >= l.cat.Slots(e.Kind, e.Name) || !strings.HasSuffix(withoutSecrets(e.Tokens[last]), string(rune(shapeRedacted))) {
		return false
	}
	for _, t := range l.cat.SecretTokens(e) {
		if t == last {
			return false // it stands where a secret has its place, so it is left out alone
		}
	}
	return true
}
