package identity

import (
	"sync"
	"time"

	"eslguard/policy"
)

// maxExpiryWait is how long the next expiry is waited for at most before the clock is read again: a
// timer does not notice that the clock was set, or that the host slept.
const maxExpiryWait = time.Minute

// expiryMargin is how much later than the expiry the sessions are checked, so that it is certainly
// past.
const expiryMargin = time.Millisecond

// An Expiry waits for the next moment at which a password of the policy in force expires. The zero
// value waits for nothing. It is safe for use by several goroutines.
type Expiry struct {
	mu     sync.Mutex
	timer  *time.Timer
	next   time.Time
	closed bool
}

// Await waits for the first expiry that is not past, instead of the one before, and then calls due.
// If no password expires it waits for nothing.
func (e *Expiry) Await(p *policy.Policy, due func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.timer != nil {
		e.timer.Stop()
		e.timer = nil
	}
	now := time.Now()
	next, ok := p.NextExpiry(now)
	if !ok || e.closed {
		return
	}
	e.next = next
	e.timer = time.AfterFunc(min(next.Sub(now)+expiryMargin, maxExpiryWait), due)
}

// Past reports whether the expiry that is waited for has come.
func (e *Expiry) Past() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return time.Now().After(e.next)
}

// Close ends the waiting for good.
func (e *Expiry) Close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	if e.timer != nil {
		e.timer.Stop()
	}
}
