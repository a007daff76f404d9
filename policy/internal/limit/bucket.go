package limit

import (
	"math"
	"time"

	"golang.org/x/time/rate"
)

const secondsPerDay = 24 * 60 * 60

// clockSlack is how far, in seconds, a clock may be set back without beginning a day anew: what is
// set by hand or by a time server around midnight. A clock that is set back further had been wrong
// before, and is believed.
const clockSlack = 60 * 60

// A bucket is what one client has used of one limit.
type bucket struct {
	limiter *rate.Limiter // of a rate
	day     int64         // of a number a day: which day, counted from 1970
	// seen is, of a number a day, the latest time, in seconds from 1970, that the clock is believed
	// to have said.
	seen int64
	used int // of a number a day: on that day; of one at once: now
	// spent and spentAt are what had been used of a rate before a restart, and when: limiter is
	// made with it.
	spent   int
	spentAt time.Time
	// gone is when the limit left the policy, zero while it is in it.
	goneSince time.Time
}

// configure makes b what l says now.
func (b *bucket) configure(l *Limit, now time.Time) {
	if l.Measure != perTime {
		return
	}
	if b.limiter == nil {
		b.limiter = rate.NewLimiter(l.rate(), l.burst)
		if b.spent > 0 {
			b.limiter.AllowN(b.spentAt, min(b.spent, l.burst))
		}
	}
	if b.limiter.Limit() != l.rate() {
		b.limiter.SetLimitAt(now, l.rate())
	}
	if b.limiter.Burst() != l.burst {
		b.limiter.SetBurstAt(now, l.burst)
	}
}

// spentBy returns what of a rate is used and has not come back, and when that was so.
func (b *bucket) spentBy(now time.Time) (int, time.Time) {
	if b.limiter == nil {
		return b.spent, b.spentAt
	}
	return b.limiter.Burst() - int(math.Floor(b.limiter.TokensAt(now))), now.UTC()
}

// left returns how many more l lets pass.
func (b *bucket) left(l *Limit, now time.Time) int {
	switch l.Measure {
	case perTime:
		return int(b.limiter.TokensAt(now))
	case perDay:
		b.advanceDay(now.Unix())
	}
	return l.n - b.used
}

// advanceDay begins a new day where the clock says that there is one.
//
// A clock that is set back a little, up to clockSlack, does not begin the day before anew: the day
// that has begun goes on. One that is set back further shows that it had jumped ahead before. It is
// believed, or else the day that it had jumped to would have to come before the count ends. What
// has been used stays used, until the next midnight.
func (b *bucket) advanceDay(now int64) {
	today := now / secondsPerDay
	switch {
	case today > b.day:
		b.day, b.used = today, 0
	case now < b.seen-clockSlack:
		b.day, b.seen = today, now
	}
	b.seen = max(b.seen, now)
}
