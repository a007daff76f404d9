package limit

import (
	"slices"
	"time"
)

const (
	// keepUse is how long the use of a limit is kept after the limit, or its client, has been
	// removed from the policy, so that removing a limit and restoring it does not reset its use.
	keepUse = 24 * time.Hour
	// maxKept is the most removed limits that are kept, of all clients together. Those that were
	// removed first are dropped first.
	maxKept = 10_000
)

// A goneBucket identifies a bucket whose limit is not in the policy.
type goneBucket struct {
	use  *Usage
	key  bucketKey
	gone time.Time
}

// Retain keeps what was used of the limits in clients, the limits in force by the names of the
// clients. It also keeps the use of limits that were removed, for a time. It locks one client at a
// time.
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

// all returns a copy of the map of clients.
func (b *Buckets) all() map[string]*Usage {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := make(map[string]*Usage, len(b.clients))
	for name, u := range b.clients {
		out[name] = u
	}
	return out
}

// sweep drops clients that are not in the policy and have no buckets left.
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

// limitKeys returns the keys of the limits as a set.
func limitKeys(limits []Limit) map[bucketKey]bool {
	keys := make(map[bucketKey]bool, len(limits))
	for i := range limits {
		keys[limits[i].bucketKey()] = true
	}
	return keys
}

// retain records which limits, those in now, are in the policy at the time at. It drops buckets
// that left the policy longer ago than keepUse, and appends to left the others that are not in the
// policy.
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
