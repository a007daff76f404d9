package proxy

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"eslguard/audit"
	"eslguard/codec"
)

// The defaults of what may be written to the audit because of others, in bytes a second, and in
// bytes at once.
const (
	DefaultAuditRate     = 1 << 20
	DefaultAuditBurst    = 32 << 20
	DefaultStrangerRate  = 256 << 10
	DefaultStrangerBurst = 8 << 20
)

// How long the commands of one client may take to decide: a quarter of one core, and so much at
// once.
const (
	clientWorkRate  = 250 * time.Millisecond // for each second
	clientWorkBurst = 2 * time.Second
)

// allowances bound how much of the audit others can fill, and how long their commands may keep the
// guard busy. Each client has one, all its sessions together, and all strangers share one, which
// are the connections that have not logged in. They are charged with what records take once they
// are written, so one may be overdrawn by what was under way; then the client is not read, or
// connections of strangers are closed, until it is made good. They outlive sessions and policies.
// They are safe for use by many goroutines.
type allowances struct {
	each allowance

	mu        sync.Mutex
	strangers *rate.Limiter
	clients   map[string]account
	// sweepAt is at how many clients those are forgotten that have all of theirs again.
	sweepAt int
}

// An account is what a client has left: bytes of the audit, and nanoseconds of deciding.
type account struct{ audit, work *rate.Limiter }

// full reports whether all of it is there.
func (a account) full(now time.Time) bool {
	return a.audit.TokensAt(now) >= float64(a.audit.Burst()) && a.work.TokensAt(now) >= float64(a.work.Burst())
}

// owed returns how long it takes until nothing is owed any more.
func (a account) owed(now time.Time) time.Duration {
	return max(owed(a.audit, now), owed(a.work, now))
}

func owed(l *rate.Limiter, now time.Time) time.Duration {
	if l == nil {
		return 0
	}
	return max(0, time.Duration(-l.TokensAt(now)/float64(l.Limit())*float64(time.Second)))
}

// An allowance is what one may write: rate in bytes a second, burst in bytes.
type allowance struct{ rate, burst int64 }

func (a allowance) limiter() *rate.Limiter {
	return rate.NewLimiter(rate.Limit(a.rate), int(min(a.burst, math.MaxInt)))
}

// minSweep is how many clients are always remembered.
const minSweep = 64

func newAllowances(each, strangers allowance) *allowances {
	return &allowances{each: each, strangers: strangers.limiter(), clients: make(map[string]account), sweepAt: minSweep}
}

// of returns the account of a client, and that of strangers, who decide nothing, for "". The caller
// holds mu.
func (a *allowances) of(client string, now time.Time) account {
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
		work := allowance{int64(clientWorkRate), int64(clientWorkBurst)}
		c = account{audit: a.each.limiter(), work: work.limiter()}
		a.clients[client] = c
	}
	return c
}

// charge takes n bytes from a client's, or from strangers' for "".
func (a *allowances) charge(client string, n int, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	take(a.of(client, now).audit, n, now)
}

// chargeWork takes the time that a command took to decide from its client's.
func (a *allowances) chargeWork(client string, d time.Duration, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if work := a.of(client, now).work; work != nil {
		take(work, int(d), now)
	}
}

// perByte is what it takes to read a byte of a frame and to write it on, about.
const perByte = 10 * time.Nanosecond

// chargeWork charges the session's client with the time since begin, and with what it took to read
// the frame.
func (s *session) chargeWork(begin time.Time, f *codec.Frame) {
	size := len(f.Line) + len(f.Body)
	for i := range f.Headers {
		size += len(f.Headers[i].Name) + len(f.Headers[i].Value)
	}
	now := time.Now()
	s.srv.allowances.chargeWork(s.counted, now.Sub(begin)+time.Duration(size)*perByte, now)
}

// take takes n of a limiter, and more than there are.
func take(l *rate.Limiter, n int, now time.Time) {
	for ; n > 0; n -= l.Burst() {
		part := min(n, l.Burst())
		if !l.AllowN(now, part) {
			l.ReserveN(now, part) // overdrawn
		}
	}
}

// owed returns how long it takes until a client, or strangers for "", owe nothing any more, 0 where
// they do not.
func (a *allowances) owed(client string, now time.Time) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.of(client, now).owed(now)
}

// takesStrangers reports whether another connection may be taken. One from an address that no
// client has may use only half of what strangers have: so those who could log in at all are not
// shut out by those who could not.
func (a *allowances) takesStrangers(known bool, now time.Time) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	tokens := a.strangers.TokensAt(now)
	return tokens > 0 && (known || tokens > float64(a.strangers.Burst())/2)
}

// write writes a record and charges it.
func (s *Server) write(r *audit.Record) (uint64, error) {
	seq, err := s.Audit.Write(r)
	if err != nil {
		s.troubled.Error().Str("event", "audit").Err(err).Msg("the audit cannot be written; commands are refused")
	}
	s.allowances.charge(r.Client, r.Size, time.Now())
	return seq, err
}

// minHold is how long a client that owes is not read at least, so that it is not woken for each
// frame.
const minHold = 10 * time.Millisecond

// reasonAllowance is why a client is not read, or does not get in.
const reasonAllowance = "the client writes more to the audit than it may, or keeps the guard busy for longer"

// awaitAudit waits while the client has written more to the audit, or kept the guard busy for
// longer, than it may. What it sends waits in its own socket. It returns false if no more may be
// read.
func (s *session) awaitAudit() bool {
	for held := false; ; held = true {
		wait := s.srv.allowances.owed(s.counted, time.Now())
		if wait == 0 {
			return true
		}
		if !held {
			s.srv.noisy.Warn().Str("event", "held").Str("client", s.counted).Str("session", s.id).Dur("wait", wait).
				Msg(reasonAllowance + "; it is not read for a while")
		}
		err := s.client.hold(max(wait, minHold), s.done)
		if s.isOver() {
			return false
		}
		if err != nil || s.stopping.Load() {
			s.clientEnds(err)
			return false
		}
	}
}

// awaitAuditAtLogin is awaitAudit for a client that logs in, whose login is recorded next. It
// returns false if it does not get in.
func (s *session) awaitAuditAtLogin(ctx context.Context) bool {
	for {
		wait := s.srv.allowances.owed(s.counted, time.Now())
		if wait == 0 {
			return true
		}
		if end, ok := ctx.Deadline(); ok {
			wait = min(wait, time.Until(end))
		}
		err := s.client.hold(max(wait, minHold), s.done)
		if err != nil || s.isOver() || s.stopping.Load() || ctx.Err() != nil {
			return false
		}
	}
}

// reasonStrangers is why connections are closed at once.
const reasonStrangers = "those who have not logged in write more to the audit than they may"

// shutOut reports whether a new connection is to be closed at once because strangers have no
// allowance left. It is counted then, in the log and in a record each second.
func (s *Server) shutOut(se *session) bool {
	known := s.Policies.Current().Knows(se.addr.Addr())
	if s.allowances.takesStrangers(known, time.Now()) {
		return false
	}
	s.countShutOut()
	s.crowded.Warn().Str("event", "crowded").Stringer("addr", se.addr).Uint64("closed", s.closedStrangers.Add(1)).Msg("closed a new connection at once: " + reasonStrangers)
	return true
}

// countShutOut records that a connection is closed at once, or counts it with the one before.
func (s *Server) countShutOut() {
	s.shutOuts.Lock()
	defer s.shutOuts.Unlock()
	r := &audit.Record{Kind: audit.KindSession, Decision: audit.Refuse, Reason: reasonStrangers}
	if _, ok := s.tally.again(frameSum{}, r); ok || s.tally.flush() != nil {
		return
	}
	if _, err := s.write(r); err == nil {
		s.tally.begin(frameSum{}, r)
	}
}
