package policy

import (
	"sync"
	"time"

	"eslguard/command"
	"golang.org/x/time/rate"
)

// buckets hold what every client has used of its limits. They outlive the policies of a Store, so that a
// reload gives nobody a fresh start.
type buckets struct {
	mu      sync.Mutex
	clients map[string]map[bucketKey]*bucket
}

// A bucket is what one client has used of one limit.
type bucket struct {
	limiter *rate.Limiter // of a rate
	day     int64         // of a number a day: which day, counted from 1970
	used    int           // of a number a day: on that day; of one at once: now
}

// Taken is what a command has taken of its client's limits. A nil Taken has nothing to give back. It is
// safe for use by many goroutines.
type Taken struct {
	buckets *buckets
	day     int64
	counts  []takenCount
	over    bool
}

type takenCount struct {
	bucket *bucket
	atOnce bool
	n      int
}

// TakeAll takes one of each limit for each effect that falls under it, all of them or none. It
// returns false and the limit, such as "dial 2000/day", where one has too few left, with a word about it where the
// command could never pass. All sessions of a client share its limits.
//
// The Taken counts against the limits of the sort "N at once" until its Release, which belongs right
// after the answer to the command, or after the end of the job of a bgapi. It is nil, and nothing is
// allocated, where there is nothing to give back. A nil client may take nothing.
func (c *Client) TakeAll(effects []command.Effect, now time.Time) (taken *Taken, limit string, ok bool) {
	if c == nil {
		return nil, "", false
	}
	for i := range c.limits {
		if c.limits[i].count(effects) > 0 {
			return c.shared.buckets.take(c, effects, now)
		}
	}
	return nil, "", true
}

// Take is TakeAll for what is over at once: it does not count as under way.
func (c *Client) Take(effects []command.Effect, now time.Time) (limit string, ok bool) {
	taken, limit, ok := c.TakeAll(effects, now)
	taken.Release()
	return limit, ok
}

// Release says that the command is not under way any more. A second Release does nothing.
func (t *Taken) Release() { t.giveBack(false) }

// Undo is Release for a command that was never sent: it does not count for the day either. What it
// took of a rate comes back by itself.
func (t *Taken) Undo() { t.giveBack(true) }

func (t *Taken) giveBack(all bool) {
	if t == nil {
		return
	}
	t.buckets.mu.Lock()
	defer t.buckets.mu.Unlock()
	if t.over {
		return
	}
	t.over = true
	for _, c := range t.counts {
		if c.atOnce || all && c.bucket.day == t.day {
			c.bucket.used -= c.n
		}
	}
}

func (b *buckets) take(c *Client, effects []command.Effect, now time.Time) (*Taken, string, bool) {
	today := now.Unix() / secondsPerDay
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := range c.limits {
		l := &c.limits[i]
		if n := l.count(effects); n > 0 && b.bucket(c.Name, l, now).left(l, now, today) < n {
			return nil, l.overBy(n), false
		}
	}
	var taken *Taken
	for i := range c.limits {
		l := &c.limits[i]
		n := l.count(effects)
		if n == 0 {
			continue
		}
		u := b.bucket(c.Name, l, now)
		if l.measure == perTime {
			u.limiter.AllowN(now, n)
			continue
		}
		u.used += n
		if taken == nil {
			taken = &Taken{buckets: b, day: today}
		}
		taken.counts = append(taken.counts, takenCount{bucket: u, atOnce: l.measure == atOnce, n: n})
	}
	return taken, "", true
}

const secondsPerDay = 24 * 60 * 60

// left returns how many more l lets pass.
func (u *bucket) left(l *limit, now time.Time, today int64) int {
	switch l.measure {
	case perTime:
		return int(u.limiter.TokensAt(now))
	case perDay:
		// A clock that is set back does not begin a day anew.
		if today > u.day {
			u.day, u.used = today, 0
		}
	}
	return l.n - u.used
}

// bucket returns the client's bucket for l, set to what l says now.
func (b *buckets) bucket(client string, l *limit, now time.Time) *bucket {
	mine := b.clients[client]
	if mine == nil {
		mine = make(map[bucketKey]*bucket)
		b.clients[client] = mine
	}
	u := mine[l.bucketKey()]
	if u == nil {
		u = &bucket{}
		mine[l.bucketKey()] = u
	}
	if l.measure != perTime {
		return u
	}
	if u.limiter == nil {
		u.limiter = rate.NewLimiter(l.rate(), l.burst)
	}
	if u.limiter.Limit() != l.rate() {
		u.limiter.SetLimitAt(now, l.rate())
	}
	if u.limiter.Burst() != l.burst {
		u.limiter.SetBurstAt(now, l.burst)
	}
	return u
}

// retain forgets the clients and limits that p no longer has.
func (b *buckets) retain(p *Policy) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for name, mine := range b.clients {
		c := p.clients[name]
		if c == nil {
			delete(b.clients, name)
			continue
		}
		keep := make(map[bucketKey]bool, len(c.limits))
		for i := range c.limits {
			keep[c.limits[i].bucketKey()] = true
		}
		for key := range mine {
			if !keep[key] {
				delete(mine, key)
			}
		}
	}
}
