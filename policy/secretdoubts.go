package policy

import (
	"fmt"
	"slices"
	"time"

	"eslguard/policy/internal/words"
)

// expirySoon is how long before its end a password is warned of.
const expirySoon = 14 * 24 * time.Hour

const secretHint = `"eslguard password" makes a new one`

// secrets notes passwords by which a client cannot log in, or soon cannot.
func (d *linter) secrets(c *checkedClient) {
	now := d.policy.now
	ended := func(s secret) bool { return s.expired(now) }
	allEnded := len(c.identity.secrets) > 0 && !slices.ContainsFunc(c.identity.secrets, func(s secret) bool { return !ended(s) })
	if allEnded {
		d.rep.Warnf(c.at, `give it a new password with "eslguard password"`, "every password of %s is past its not_after, so it cannot log in", words.Quote(c.name))
	}
	for i := range c.identity.secrets {
		s := &c.identity.secrets[i]
		left := s.notAfter.Sub(now)
		switch {
		case s.isPlaceholder():
			d.rep.Warnf(s.at, secretHint, "the hash of %s is a placeholder: no password has it", words.Quote(c.name))
		case ended(*s) && !allEnded:
			d.rep.Warnf(s.at, "take it out", "a password of %s has expired, on %s", words.Quote(c.name), s.notAfter.UTC().Format(time.DateOnly))
		case !ended(*s) && !s.notAfter.IsZero() && left < expirySoon:
			d.rep.Warnf(s.at, `add another one beside it with "eslguard password", and move the client over`,
				"a password of %s expires in %s, on %s", words.Quote(c.name), inDays(left), s.notAfter.UTC().Format(time.DateTime)+" UTC")
		}
	}
}

// isPlaceholder reports whether all bytes of the hash are the same, as in 0000…: no password is
// known to have such a hash.
func (h *hash) isPlaceholder() bool {
	sum := h.sum[:]
	if h.argon != nil {
		sum = h.argon.key
	}
	return len(slices.Compact(slices.Clone(sum))) == 1
}

// inDays returns a time of at most some weeks, for people.
func inDays(d time.Duration) string {
	switch days := int(d / (24 * time.Hour)); days {
	case 0:
		return "less than a day"
	case 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", days)
	}
}
