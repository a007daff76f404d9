package lint

import (
	"fmt"
	"slices"
	"time"

	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/words"
)

// expirySoon is how long before its end a password is warned of.
const expirySoon = 14 * 24 * time.Hour

const secretHint = `"eslguard password" makes a new one`

// secrets notes passwords by which a client cannot log in, or soon cannot.
func (d *linter) secrets(c *Client) {
	now := d.policy.Now
	ended := func(s credential.Secret) bool { return s.Expired(now) }
	allEnded := len(c.Identity.Secrets) > 0 && !slices.ContainsFunc(c.Identity.Secrets, func(s credential.Secret) bool { return !ended(s) })
	if allEnded {
		d.rep.Warnf(c.At, `give it a new password with "eslguard password"`, "every password of %s is past its not_after, so it cannot log in", words.Quote(c.Name))
	}
	for i := range c.Identity.Secrets {
		s := &c.Identity.Secrets[i]
		left := s.NotAfter.Sub(now)
		switch {
		case s.IsPlaceholder():
			d.rep.Warnf(s.At, secretHint, "the hash of %s is a placeholder: no password has it", words.Quote(c.Name))
		case ended(*s) && !allEnded:
			d.rep.Warnf(s.At, "take it out", "a password of %s has expired, on %s", words.Quote(c.Name), s.NotAfter.UTC().Format(time.DateOnly))
		case !ended(*s) && !s.NotAfter.IsZero() && left < expirySoon:
			d.rep.Warnf(s.At, `add another one beside it with "eslguard password", and move the client over`,
				"a password of %s expires in %s, on %s", words.Quote(c.Name), inDays(left), s.NotAfter.UTC().Format(time.DateTime)+" UTC")
		}
	}
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
