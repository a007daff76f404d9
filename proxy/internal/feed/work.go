package feed

import (
	"time"

	"eslguard/event"
)

// The allowance of a session for the regular expressions of its filters, in units of
// event.Subscription.TakeWork, one of which takes about 10 ns at worst: a tenth of the time of the
// goroutine that serves all sessions of the upstream, and about 0.2 s at once. workBurst must not
// be more than event.MaxMatchWork, since a match that would cost more is not made.
const (
	workRate  = 10_000_000
	workBurst = event.MaxMatchWork
)

// An allowance is a token bucket. The zero allowance is full.
type allowance struct {
	used int64
	last time.Time
}

// take takes n, and returns false if there is not so much left.
func (a *allowance) take(n int64) bool {
	if n == 0 {
		return true
	}
	now := time.Now()
	if !a.last.IsZero() {
		a.used -= int64(now.Sub(a.last).Seconds() * workRate)
	}
	a.last = now
	a.used = max(a.used, 0) + n
	return a.used <= workBurst
}
