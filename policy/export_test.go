package policy

import (
	"time"

	"eslguard/effect"
)

// Take is like TakeAll, but gives back what it took from limits of the form "N at once".
func (c *Client) Take(effects []effect.Effect, now time.Time) (limit string, ok bool) {
	taken, limit, ok := c.TakeAll(effects, now)
	taken.Release()
	return limit, ok
}
