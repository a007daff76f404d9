package feed

import (
	"sync"
	"time"

	"eslguard/event"
)

// The allowance of a client for the filters of all its sessions, in units of
// event.Subscription.TakeWork, one of which takes 10 to 30 ns at worst and usually much less: about
// a quarter of the time of the goroutine that serves all sessions of the upstream, and about 0.4 s
// at once. workBurst must not be more than event.MaxWork, since no more is done.
const (
	workRate  = 10_000_000
	workBurst = event.MaxWork
)

// Allowances has an Allowance for each client. It is safe for use by several goroutines. The zero
// Allowances is ready for use.
type Allowances struct{ clients sync.Map }

// Of returns the Allowance of a client.
func (a *Allowances) Of(client string) *Allowance {
	if have, ok := a.clients.Load(client); ok {
		return have.(*Allowance)
	}
	have, _ := a.clients.LoadOrStore(client, new(Allowance))
	return have.(*Allowance)
}

// An Allowance is a token bucket that all sessions of a client share. The zero Allowance is full.
// It is safe for use by several goroutines.
type Allowance struct {
	mu   sync.Mutex
	used int64
	last time.Time
}

// left returns how much may be taken now. It is at least 1, since 0 is no limit for
// event.Subscription.LimitWork.
func (a *Allowance) left(now time.Time) int64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refill(now)
	return max(1, workBurst-a.used)
}

// take takes n, and returns false if there is not so much left. It also returns false if n is more
// than limit, which left has returned before: a match may not have been tried because of the limit,
// though the time has given enough back since then.
func (a *Allowance) take(n, limit int64, now time.Time) bool {
	if n == 0 {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.refill(now)
	a.used += n
	return n <= limit && a.used <= workBurst
}

// refill gives back what the time has brought. The caller holds mu.
func (a *Allowance) refill(now time.Time) {
	if !a.last.IsZero() && now.After(a.last) {
		a.used = max(0, a.used-int64(now.Sub(a.last).Seconds()*workRate))
	}
	a.last = now
}
