package admission

import (
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How much time the guard may need to decide the commands of one client: a quarter of one core, and
// clientWorkBurst at once.
const (
	clientWorkRate  = 250 * time.Millisecond // for each second
	clientWorkBurst = 2 * time.Second
)

// Allowances limit how much of the audit clients can fill, and how long their commands may keep the
// guard busy. Each client has an allowance for all its sessions together, and all strangers, which
// are the connections that have not logged in, share one. An allowance is charged with the size of
// a record once that is written, so that the records in progress may overdraw it; then the client
// is not read, or connections of strangers are closed, until the debt is paid. They outlive
// sessions and policies. They are safe for use by several goroutines. They must be made with
// NewAllowances.
type Allowances struct {
	each Allowance

	mu        sync.Mutex
	strangers *rate.Limiter
	clients   map[string]account
	// sweepAt is the number of clients from which on those that have their full allowance again are
	// forgotten.
	sweepAt int
}

// An account is what a client has left: bytes of the audit, and nanoseconds of deciding.
type account struct{ audit, work *rate.Limiter }

// full reports whether nothing of it is used.
func (a account) full(now time.Time) bool {
	return a.audit.TokensAt(now) >= float64(a.audit.Burst()) && a.work.TokensAt(now) >= float64(a.work.Burst())
}

// debt returns how long it takes until nothing is owed any more.
func (a account) debt(now time.Time) time.Duration {
	return max(debt(a.audit, now), debt(a.work, now))
}

func debt(l *rate.Limiter, now time.Time) time.Duration {
	if l == nil {
		return 0
	}
	return max(0, time.Duration(-l.TokensAt(now)/float64(l.Limit())*float64(time.Second)))
}

// An Allowance is how much may be written: Rate in bytes a second, Burst in bytes at once. The zero
// Allowance allows nothing.
type Allowance struct{ Rate, Burst int64 }

func (a Allowance) limiter() *rate.Limiter {
	return rate.NewLimiter(rate.Limit(a.Rate), int(min(a.Burst, math.MaxInt)))
}

// minSweep is how many clients are always remembered.
const minSweep = 64

// NewAllowances returns the Allowances of each client and of all strangers together.
func NewAllowances(each, strangers Allowance) *Allowances {
	return &Allowances{each: each, strangers: strangers.limiter(), clients: make(map[string]account), sweepAt: minSweep}
}

// of returns the account of a client, and for "" that of strangers, who decide nothing. The caller
// holds mu.
func (a *Allowances) of(client string, now time.Time) account {
	if client == "" {
		return account{audit: a.strangers}
	}
	c, ok := a.clients[client]
	if !ok {
		if len(a.clients) >= a.sweepAt {
			for name, c := range a.clients {
				if c.full(now) {
					delete(a.clients, name)
				}
			}
			a.sweepAt = max(minSweep, 2*len(a.clients))
		}
		work := Allowance{int64(clientWorkRate), int64(clientWorkBurst)}
		c = account{audit: a.each.limiter(), work: work.limiter()}
		a.clients[client] = c
	}
	return c
}

// Charge charges a client, or strangers for "", with n bytes of audit.
func (a *Allowances) Charge(client string, n int, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	take(a.of(client, now).audit, n, now)
}

// ChargeWork charges a client with the time that a command took to decide.
func (a *Allowances) ChargeWork(client string, d time.Duration, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if work := a.of(client, now).work; work != nil {
		take(work, int(d), now)
	}
}

// take takes n tokens of a limiter, even if it has fewer.
func take(l *rate.Limiter, n int, now time.Time) {
	for ; n > 0; n -= l.Burst() {
		part := min(n, l.Burst())
		if !l.AllowN(now, part) {
			l.ReserveN(now, part) // overdrawn
		}
	}
}

// Debt returns how long it takes until a client, or strangers for "", owe nothing any more. It
// returns 0 if they owe nothing.
func (a *Allowances) Debt(client string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.of(client, now).debt(now)
}

// TakesStrangers reports whether another connection may be accepted. A connection from an address
// that no client has (known is false) may use only half of the strangers' allowance: so connections
// that cannot log in at all do not shut out those that can.
func (a *Allowances) TakesStrangers(known bool, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	tokens := a.strangers.TokensAt(now)
	return tokens > 0 && (known || tokens > float64(a.strangers.Burst())/2)
}
