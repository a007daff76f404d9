package policy

import (
	"eslguard/command"
	"eslguard/policy/internal/pattern"
)

// maxDenied is how many effects Denied looks at. A command has rarely more than a few.
const maxDenied = 1024

// Denied explains a denial further: it returns those of effects that are not allowed, the one that
// settled d first and at most that many, and how many there are among the first 1024 from that one
// on. Where none is allowed, it returns effects itself. d is what Decide returned for effects; for
// one that nothing settled, and for a nil client, nothing is returned.
func (c *Client) Denied(effects []command.Effect, d Decision, most int) (some []command.Effect, all int) {
	if c == nil || d.Effect < 0 || d.Effect >= len(effects) {
		return nil, 0
	}
	left := pattern.MaxWork
	for i := d.Effect; i < len(effects) && i-d.Effect < maxDenied; i++ {
		_, ok, rest := c.rights.Verdict(&effects[i], left)
		if left = rest; ok {
			work := pattern.Meter{Left: left}
			l := c.rights.Lacks(effects, i, &work)
			if left = work.Left; l.Of == nil {
				continue
			}
		}
		if all++; len(some) < most {
			some = append(some, effects[i])
		}
	}
	if all == len(effects) {
		return effects, all
	}
	return some, all
}
