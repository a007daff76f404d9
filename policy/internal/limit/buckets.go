package limit

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/effect"
)

// Taken is what a command has taken of its client's limits. A nil Taken has nothing to give back.
// It is safe for use by many goroutines.
type Taken struct {
	use    *Usage
	counts []takenCount
	// over is true after the first Release or Undo.
	over bool
}

// A takenCount is the number taken of one limit. day is the day of a limit per day.
type takenCount struct {
	bucket *bucket
	day    int64
	atOnce bool
	n      int
}

// A Demand is how much a command takes of one limit.
type Demand struct {
	limit *Limit
	n     int
}

// Demands appends to dst how much the effects take of each limit, and returns the longer slice. It
// leaves out limits of which they take nothing.
func Demands(dst []Demand, limits []Limit, effects []effect.Effect) []Demand {
	for i := range limits {
		if n := limits[i].count(effects); n > 0 {
			dst = append(dst, Demand{&limits[i], n})
		}
	}
	return dst
}

// CountsAtOnce reports whether a limit "N at once" counts the command, so that Release gives
// something back. It returns false for a nil Taken.
func (t *Taken) CountsAtOnce() bool {
	return t != nil && slices.ContainsFunc(t.counts, func(c takenCount) bool { return c.atOnce })
}

// Release gives back what the command took of limits "N at once". It is called when the command has
// ended. A second call does nothing.
func (t *Taken) Release() { t.giveBack(false) }

// Undo is like Release, for a command that was never sent. It also gives back what the command took
// of limits per day. A rate needs nothing back, because it refills with time.
func (t *Taken) Undo() { t.giveBack(true) }

func (t *Taken) giveBack(all bool) {
	if t == nil {
		return
	}
	t.use.mu.Lock()
	defer t.use.mu.Unlock()
	if t.over {
		return
	}
	t.over = true
	t.use.uses.Add(1)
	for _, c := range t.counts {
		if c.atOnce || all && c.bucket.day == c.day {
			c.bucket.used = max(0, c.bucket.used-c.n)
		}
	}
}

// Usage is what one client has used of its limits. Its lock is the client's own, and no rule is
// matched while it is held.
type Usage struct {
	mu      sync.Mutex
	buckets map[bucketKey]*bucket
	// uses is [Buckets.Uses].
	uses *atomic.Uint64
}

// Take takes what the demands say, all of it or nothing. If a limit is exceeded, it returns that
// limit, such as "dial 2000/day", and false. The Taken is nil if there is nothing to give back.
func (u *Usage) Take(demands []Demand, now time.Time) (*Taken, string, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	give := 0
	for _, d := range demands {
		if u.bucket(d.limit, now).left(d.limit, now) < d.n {
			return nil, d.limit.overBy(d.n), false
		}
		if d.limit.Measure != PerTime {
			give++
		}
	}
	u.uses.Add(1)
	var taken *Taken
	if give > 0 {
		taken = &Taken{use: u, counts: make([]takenCount, 0, give)}
	}
	for _, d := range demands {
		b := u.bucket(d.limit, now)
		if d.limit.Measure == PerTime {
			b.limiter.AllowN(now, d.n)
			continue
		}
		b.used += d.n
		taken.counts = append(taken.counts, takenCount{bucket: b, day: b.day, atOnce: d.limit.Measure == AtOnce, n: d.n})
	}
	return taken, "", true
}

// bucket returns the bucket for l and configures it as l says. The caller holds mu.
func (u *Usage) bucket(l *Limit, now time.Time) *bucket {
	b := u.buckets[l.bucketKey()]
	if b == nil {
		b = &bucket{}
		u.buckets[l.bucketKey()] = b
	}
	b.configure(l, now)
	return b
}

// Buckets are what every client has used of its limits. They survive a reload of the policy, so
// that a reload resets nobody's use.
type Buckets struct {
	// mu guards the map only. It is held for a single look-up or change.
	mu      sync.Mutex
	clients map[string]*Usage
	// Uses increases whenever something is taken or given back.
	Uses atomic.Uint64
}

// NewBuckets returns Buckets from which nothing has been used.
func NewBuckets() *Buckets { return &Buckets{clients: make(map[string]*Usage)} }

// Of returns what the client of that name has used. It adds the client if it is new.
func (b *Buckets) Of(client string) *Usage {
	b.mu.Lock()
	defer b.mu.Unlock()
	u := b.clients[client]
	if u == nil {
		u = &Usage{buckets: make(map[bucketKey]*bucket), uses: &b.Uses}
		b.clients[client] = u
	}
	return u
}
