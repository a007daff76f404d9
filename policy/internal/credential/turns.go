package credential

import (
	"context"
	"errors"
	"net/netip"
	"runtime"
	"slices"
	"sync"
	"time"
)

const (
	// maxVerifyWaiting is how many logins may wait for their turn to compute a slow hash, and
	// maxVerifyWaitingOf how many of them may be from one source. Further logins are refused.
	maxVerifyWaiting   = 256
	maxVerifyWaitingOf = 64
	// coresPerHash is the number of the process's cores for each slow hash that is computed at the
	// same time.
	coresPerHash = 4
	// sourceBits6 is how many bits of an IPv6 address distinguish sources: one host usually has a
	// whole /64 network.
	sourceBits6 = 64
)

// ErrBusy is the error of a login that was refused because too many others were waiting.
var ErrBusy = errors.New("policy: too many logins are being checked at once")

// turns limits how many logins compute a slow hash at the same time. Waiting sources take turns, so
// that a source with many logins delays another by one hash and not by all of its own. After each
// hash that did not match there is a rest as long as the hash took, so that guessing uses at most
// half of the cores that hashes may use.
//
// The hashes cannot have a lower priority instead: argon2 computes in its own goroutines, which run
// on any thread.
type turns struct {
	// slots is how many hashes may be computed at the same time.
	slots int
	// later runs f after d. Tests replace it.
	later func(d time.Duration, f func())

	mu      sync.Mutex
	busy    int     // slots that are taken by a hash or by the rest after it
	waiting int     // tickets in all lines
	lines   []*line // of the sources that wait; the first has the next turn
}

// A line is the waiting logins of one source, in the order in which they came. It is never empty.
type line struct {
	source  netip.Prefix
	tickets []*ticket
}

// A ticket is one waiting login.
type ticket struct {
	called  chan struct{} // closed when its turn has come, or when it was evicted
	evicted bool          // it gets no turn; set before called is closed
}

func newTurns() *turns {
	return &turns{slots: max(1, runtime.GOMAXPROCS(0)/coresPerHash), later: func(d time.Duration, f func()) { time.AfterFunc(d, f) }}
}

// sourceOf returns the source of addr: an IPv4 address, or a /64 network of IPv6. It is the zero
// Prefix for the zero Addr.
func sourceOf(addr netip.Addr) netip.Prefix {
	addr = PlainAddr(addr)
	bits := addr.BitLen()
	if addr.Is6() {
		bits = sourceBits6
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // logins without an address are one source
	}
	return p
}

// enter waits for a turn. If it returns nil, the caller must call leave. Otherwise it returns
// ErrBusy or the context's error.
func (t *turns) enter(ctx context.Context, source netip.Prefix) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	mine, err := t.join(source)
	if mine == nil {
		return err
	}
	select {
	case <-mine.called:
		if mine.evicted {
			return ErrBusy
		}
		return nil
	case <-ctx.Done():
		t.abandon(source, mine)
		return ctx.Err()
	}
}

// join takes a free slot and returns nil, or else takes a place in the line of the source and
// returns its ticket. Its error is ErrBusy if neither is free.
func (t *turns) join(source netip.Prefix) (*ticket, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.busy < t.slots {
		t.busy++
		return nil, nil
	}
	i := t.find(source)
	if i < 0 {
		i = len(t.lines)
	}
	mine := 0
	if i < len(t.lines) {
		mine = len(t.lines[i].tickets)
	}
	if mine >= maxVerifyWaitingOf || t.waiting >= maxVerifyWaiting && !t.evict(mine) {
		return nil, ErrBusy
	}
	if i == len(t.lines) {
		t.lines = append(t.lines, &line{source: source})
	}
	w := &ticket{called: make(chan struct{})}
	t.lines[i].tickets = append(t.lines[i].tickets, w)
	t.waiting++
	return w, nil
}

// evict removes the last ticket of the longest line, if that line has more than mine+1 tickets. A
// newcomer whose line has mine tickets can then take its place: a source with many places gives one
// to a source with few. It returns false if there is no such line.
func (t *turns) evict(mine int) bool {
	longest := slices.MaxFunc(t.lines, func(a, b *line) int { return len(a.tickets) - len(b.tickets) })
	last := len(longest.tickets) - 1
	if last <= mine {
		return false
	}
	w := longest.tickets[last]
	longest.tickets = longest.tickets[:last]
	t.waiting--
	w.evicted = true
	close(w.called)
	return true
}

// find returns the index of the source's line, or -1 if it has none.
func (t *turns) find(source netip.Prefix) int {
	return slices.IndexFunc(t.lines, func(l *line) bool { return l.source == source })
}

// abandon removes a ticket whose login no longer waits. If its turn came at the same moment, it
// passes the turn on.
func (t *turns) abandon(source netip.Prefix, w *ticket) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.evicted {
		return
	}
	i := t.find(source)
	at := -1
	if i >= 0 {
		at = slices.Index(t.lines[i].tickets, w)
	}
	if at < 0 {
		t.next()
		return
	}
	t.lines[i].tickets = slices.Delete(t.lines[i].tickets, at, at+1)
	t.waiting--
	if len(t.lines[i].tickets) == 0 {
		t.lines = slices.Delete(t.lines, i, i+1)
	}
}

// leave ends a turn. The next turn begins after the rest.
func (t *turns) leave(rest time.Duration) {
	if rest <= 0 {
		t.restOver()
		return
	}
	t.later(rest, t.restOver)
}

func (t *turns) restOver() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.next()
}

// next gives the slot to the first ticket of the first line, and moves that line to the end. If
// nobody waits, it frees the slot. The caller holds mu.
func (t *turns) next() {
	if len(t.lines) == 0 {
		t.busy--
		return
	}
	l := t.lines[0]
	w := l.tickets[0]
	l.tickets = l.tickets[1:]
	t.waiting--
	t.lines = slices.Delete(t.lines, 0, 1)
	if len(l.tickets) > 0 {
		t.lines = append(t.lines, l)
	}
	close(w.called)
}
