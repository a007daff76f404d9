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
	over   bool
}

// A takenCount is what has been taken of one limit: n, and of a number a day on which day.
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

// Demands appends what the effects take of each of the limits that they fall under.
func Demands(dst []Demand, limits []Limit, effects []effect.Effect) []Demand {
	for i := range limits {
		if n := limits[i].count(effects); n > 0 {
			dst = append(dst, Demand{&limits[i], n})
		}
	}
	return dst
}

// CountsAtOnce reports whether a Release would give anything back, that is, whether a limit of the
// sort "N at once" counts the command. It returns false for a nil Taken.
func (t *Taken) CountsAtOnce() bool {
	return t != nil && slices.ContainsFunc(t.counts, func(c takenCount) bool { return c.atOnce })
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

// A Usage is what one client has used of its limits. Its lock is the client's own, and nothing is
// matched under it.
type Usage struct {
	mu      sync.Mutex
	buckets map[bucketKey]*bucket
	// uses counts what all clients take.
	uses *atomic.Uint64
}

// Take takes what the demands say, all of it or nothing.
func (u *Usage) Take(demands []Demand, now time.Time) (*Taken, string, bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	give := 0
	for _, d := range demands {
		if u.bucket(d.limit, now).left(d.limit, now) < d.n {
			return nil, d.limit.overBy(d.n), false
		}
		if d.limit.Measure != perTime {
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
		if d.limit.Measure == perTime {
			b.limiter.AllowN(now, d.n)
			continue
		}
		b.used += d.n
		taken.counts = append(taken.counts, takenCount{bucket: b, day: b.day, atOnce: d.limit.Measure == AtOnce, n: d.n})
	}
	return taken, "", true
}

// bucket returns the bucket for l, set to what l says now. The caller holds mu.
func (u *Usage) bucket(l *Limit, now time.Time) *bucket {
	b := u.buckets[l.bucketKey()]
	if b == nil {
		b = &bucket{}
		u.buckets[l.bucketKey()] = b
	}
	b.configure(l, now)
	return b
}

// Buckets hold what every client has used of its limits. They outlive the policies of a Store, so
// that a reload gives nobody a fresh start.
type Buckets struct {
	// mu guards the map alone, and is held for no longer than one look into it.
	mu      sync.Mutex
	clients map[string]*Usage
	// Uses grows with whatever is used or given back.
	Uses atomic.Uint64
}

// NewBuckets returns Buckets of which nothing has been used.
func NewBuckets() *Buckets { return &Buckets{clients: make(map[string]*Usage)} }

// Of returns what the client of that name has used.
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
