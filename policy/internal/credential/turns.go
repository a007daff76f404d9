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
	// maxVerifyWaiting is how many logins wait for their turn to compute an expensive hash,
	// maxVerifyWaitingOf how many of them from one address. Further ones are refused.
	maxVerifyWaiting   = 256
	maxVerifyWaitingOf = 64
	// coresPerHash is how many cores the process has for each expensive hash that is computed at
	// once.
	coresPerHash = 4
	// sourceBits6 is how much of an IPv6 address tells one source from another: a host has a
	// network of 64 bits.
	sourceBits6 = 64
)

// ErrBusy is the error of a login that came while too many others were being checked.
var ErrBusy = errors.New("policy: too many logins are being checked at once")

// turns lets logins compute expensive hashes: few at once, and the addresses that wait one after
// another, so that one that tries again and again delays another by one hash and not by all of its
// own. After each hash that did not match there is a rest as long as the hash took: guessing takes
// at most half of the cores that hashes may use.
//
// A lower priority for the hash is not to be had: argon2 computes in goroutines of its own, which
// run on any thread.
type turns struct {
	// slots is how many are computed at once.
	slots int
	// later runs f after d. Tests put their own in its place.
	later func(d time.Duration, f func())

	mu      sync.Mutex
	busy    int // slots that are taken, by a hash or by the rest after it
	waiting int
	lines   []*line // of the addresses that wait, whose turn is next first
}

// A line is the logins of one source that wait for their turn, the first to come first. It is never
// empty.
type line struct {
	source  netip.Prefix
	tickets []*ticket
}

// A ticket is one login that waits.
type ticket struct {
	called chan struct{} // closed when its turn has come, or when it was sent away
	sent   bool          // sent away: it has no turn. Set before called is closed
}

func newTurns() *turns {
	return &turns{slots: max(1, runtime.GOMAXPROCS(0)/coresPerHash), later: func(d time.Duration, f func()) { time.AfterFunc(d, f) }}
}

// sourceOf returns what counts as one source: an IPv4 address, or the IPv6 network of a host.
func sourceOf(addr netip.Addr) netip.Prefix {
	addr = PlainAddr(addr)
	bits := addr.BitLen()
	if addr.Is6() {
		bits = sourceBits6
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // no address: all such are one source
	}
	return p
}

// enter waits for a turn, which leave ends. Its error is ErrBusy or the context's, and then there
// is no turn.
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
		if mine.sent {
			return ErrBusy
		}
		return nil
	case <-ctx.Done():
		t.abandon(source, mine)
		return ctx.Err()
	}
}

// join takes a free slot, or a place in the line of the source, of which it returns the ticket. Its
// error is ErrBusy where there is neither; without ticket and error the slot is taken.
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

// evict sends the last of the longest line away, if that line is longer than one of mine and a
// newcomer would be: who holds many places gives one to who holds none.
func (t *turns) evict(mine int) bool {
	longest := slices.MaxFunc(t.lines, func(a, b *line) int { return len(a.tickets) - len(b.tickets) })
	last := len(longest.tickets) - 1
	if last <= mine {
		return false
	}
	w := longest.tickets[last]
	longest.tickets = longest.tickets[:last]
	t.waiting--
	w.sent = true
	close(w.called)
	return true
}

// find returns where the line of the source is, and -1 where nobody of it waits.
func (t *turns) find(source netip.Prefix) int {
	return slices.IndexFunc(t.lines, func(l *line) bool { return l.source == source })
}

// abandon gives up the place of who waits no longer, or the turn that came at the same moment.
func (t *turns) abandon(source netip.Prefix, w *ticket) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.sent {
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

// leave ends a turn. The next one begins after the rest.
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

// next gives a slot to the first of the next line, which then is the last, or frees it. The caller
// holds mu.
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
