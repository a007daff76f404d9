package limit

import (
	"slices"
	"time"
)

const (
	// keepUse is how long the use of a limit is kept after the limit, or its client, has left the
	// policy: whoever takes a limit out and puts it back gives nobody a fresh start.
	keepUse = 24 * time.Hour
	// maxKept is how many such limits are kept, of all clients together. Those that left first are
	// forgotten first.
	maxKept = 10_000
)

// A goneBucket bucket is one whose limit is not in the policy.
type goneBucket struct {
	use  *Usage
	key  bucketKey
	gone time.Time
}

// Retain keeps the use of the limits in force, which clients has by the clients' names, and for a
// while that of limits that were in force before. Each client is locked by itself.
func (b *Buckets) Retain(clients map[string][]Limit, now time.Time) {
	var left []goneBucket
	for name, u := range b.all() {
		left = u.retain(left, limitKeys(clients[name]), now)
	}
	if len(left) > maxKept {
		slices.SortFunc(left, func(a, b goneBucket) int { return b.gone.Compare(a.gone) })
		for _, k := range left[maxKept:] {
			k.use.forget(k.key)
		}
	}
	b.sweep(clients)
}

// all returns what every client has used.
func (b *Buckets) all() map[string]*Usage {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make(map[string]*Usage, len(b.clients))
	for name, u := range b.clients {
		out[name] = u
	}
	return out
}

// sweep forgets those that are not among clients and of whom nothing is kept.
func (b *Buckets) sweep(clients map[string][]Limit) {
	for name, u := range b.all() {
		if _, known := clients[name]; !known && u.empty() {
			b.drop(name, u)
		}
	}
}

func (b *Buckets) drop(name string, u *Usage) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.clients[name] == u {
		delete(b.clients, name)
	}
}

// limitKeys returns the keys of limits.
func limitKeys(limits []Limit) map[bucketKey]bool {
	keys := make(map[bucketKey]bool, len(limits))
	for i := range limits {
		keys[limits[i].bucketKey()] = true
	}
	return keys
}

// Retain notes which limits are in the policy now, forgets those that left it longer ago than
// keepUse, and appends to left the others that are not in it.
func (u *Usage) retain(left []goneBucket, now map[bucketKey]bool, at time.Time) []goneBucket {
	u.mu.Lock()
	defer u.mu.Unlock()
	for key, b := range u.buckets {
		switch {
		case !b.goneSince.IsZero() && at.Sub(b.goneSince) > keepUse:
			delete(u.buckets, key)
		case now[key]:
			b.goneSince = time.Time{}
		default:
			if b.goneSince.IsZero() {
				b.goneSince = at
			}
			left = append(left, goneBucket{u, key, b.goneSince})
		}
	}
	return left
}

func (u *Usage) forget(key bucketKey) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.buckets, key)
}

func (u *Usage) empty() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.buckets) == 0
}
