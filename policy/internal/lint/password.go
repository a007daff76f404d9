package lint

import (
	"fmt"
	"slices"
	"time"

	"eslguard/policy/internal/credential"
	"eslguard/policy/internal/words"
)

// expirySoon is how long before a password expires the warning begins.
const expirySoon = 14 * 24 * time.Hour

const secretHint = `"eslguard password" makes a new one`

// passwords notes passwords with which the client cannot log in, or soon cannot.
func (d *linter) passwords(c *Client) {
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
			d.rep.Warnf(s.At, secretHint, "the hash of %s is a placeholder that no password has, so nobody can log in with it", words.Quote(c.Name))
		case ended(*s) && !allEnded:
			d.rep.Warnf(s.At, "remove it", "a password of %s expired on %s", words.Quote(c.Name), s.NotAfter.UTC().Format(time.DateOnly))
		case !ended(*s) && !s.NotAfter.IsZero() && left < expirySoon:
			d.rep.Warnf(s.At, `add a second one with "eslguard password" and move the client to it`,
				"a password of %s expires in %s, on %s", words.Quote(c.Name), inDays(left), s.NotAfter.UTC().Format(time.DateTime)+" UTC")
		}
	}
}

// inDays returns d in whole days, rounded down, for people.
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
