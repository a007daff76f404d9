package limit

import (
	"math"
	"time"

	"golang.org/x/time/rate"
)

const secondsPerDay = 24 * 60 * 60

// clockSlack is how far, in seconds, the clock may be set back without changing the day: as a
// person or a time server may do around midnight. If the clock is set back further, it was wrong
// before, and the new time is believed.
const clockSlack = 60 * 60

// A bucket is what one client has used of one limit. The zero bucket is unused.
type bucket struct {
	// limiter counts a rate. It is nil until the first use, and for other measures.
	limiter *rate.Limiter
	// day is the day of a limit per day, in days since 1970-01-01.
	day int64
	// seen is the latest time of a limit per day at which the clock was believed, in seconds since
	// 1970-01-01.
	seen int64
	// used is how much of a limit per day was used on that day, or how much of a limit at once is
	// in use now.
	used int
	// spent is how much of a rate was used at spentAt, before a restart. The limiter starts with
	// it.
	spent   int
	spentAt time.Time
	// goneSince is when the limit was removed from the policy, zero while it is in the policy.
	goneSince time.Time
}

// configure sets the rate and the burst of b to those of l. It does nothing for other measures.
func (b *bucket) configure(l *Limit, now time.Time) {
	if l.Measure != PerTime {
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

// spentBy returns how much of a rate is used and has not been refilled, and the time for which that
// is true.
func (b *bucket) spentBy(now time.Time) (int, time.Time) {
	if b.limiter == nil {
		return b.spent, b.spentAt
	}
	return b.limiter.Burst() - int(math.Floor(b.limiter.TokensAt(now))), now.UTC()
}

// left returns how many more effects l allows at now.
func (b *bucket) left(l *Limit, now time.Time) int {
	switch l.Measure {
	case PerTime:
		return int(b.limiter.TokensAt(now))
	case PerDay:
		b.advanceDay(now.Unix())
	}
	return l.n - b.used
}

// advanceDay starts a new day if now, in seconds since 1970-01-01, is on a later day.
//
// If the clock was set back by at most clockSlack, the current day continues; the day before does
// not start again. If it was set back further, it had jumped ahead before. The new time is then
// believed, because otherwise the count would last until the day to which the clock had jumped.
// What has been used stays used until the next midnight.
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
