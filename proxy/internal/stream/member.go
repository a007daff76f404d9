package stream

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"eslguard/event"
	"eslguard/proxy/internal/upstream"
)

// requirePatience is how long Require waits for the connection and for FreeSWITCH's confirmation.
const requirePatience = 10 * time.Second

// The errors about members.
var (
	// ErrClosed is the reason of a loss that is due to Set.Close.
	ErrClosed = errors.New("stream: closed")
	// ErrLeft is returned by Require after Leave.
	ErrLeft = errors.New("stream: no member any more")

	errFault = errors.New("stream: internal error while an event was delivered")
	errSlow  = errors.New("it did not confirm the subscription to events in time")
)

// A Subscriber is given the events of a Stream. Its methods are called by the Stream's goroutine,
// one at a time and without a lock, and must not block. They may call methods of Member, except
// Require.
type Subscriber interface {
	// Deliver is given each batch of events, in order, while the member requires events. It must
	// not keep b. The events include those that other members require.
	Deliver(b *Batch)
	// Lost is called once if the Stream is lost after Require has succeeded, and after a fault in
	// the Subscriber. It is a member no longer, and nothing is delivered any more.
	Lost(err error)
}

// A Member is a Subscriber's part in a Stream. Its methods are safe for use by several goroutines,
// but only one at a time may call Require or SetNeed. It must be made with Stream.Join or
// JoinResident.
type Member struct {
	st  *Stream
	sub Subscriber
	// resident is true if the member remains one when the Stream is lost.
	resident bool
	// over is true once it is a member no longer. It is set with st.mu held.
	over atomic.Bool
	// format is the format of the frames that the member took last. Only the Stream's goroutine
	// uses it.
	format event.Format

	// st.mu guards the fields below.

	// err is why the member is over.
	err error
	// need is what the member requires, granted what the last Require that succeeded asked for.
	need, granted event.Need
	// ready, since and changed are what State returns. They are used only for a resident.
	ready   bool
	since   time.Time
	changed chan struct{}
}

// Join makes sub a member that requires nothing yet.
func (st *Stream) Join(sub Subscriber) *Member { return st.join(&Member{st: st, sub: sub}) }

// JoinResident is like Join for a Subscriber that remains a member when the Stream is lost, and for
// which the Stream is connected again as long as it requires events. State reports whether it is
// connected. Its Lost is called only after a fault in it and by Set.Close.
func (st *Stream) JoinResident(sub Subscriber) *Member {
	return st.join(&Member{st: st, sub: sub, resident: true, since: time.Now(), changed: make(chan struct{})})
}

func (st *Stream) join(m *Member) *Member {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.members[m] = struct{}{}
	return m
}

// Leave ends the membership. The Stream's goroutine may be about to call Deliver or Lost meanwhile,
// so that one more call may come after Leave has returned. A second call of Leave does nothing.
func (m *Member) Leave() { m.st.remove(m, ErrLeft) }

// SetNeed makes n what m requires, and does not wait until FreeSWITCH has confirmed it. m must be a
// resident.
func (m *Member) SetNeed(n event.Need) {
	m.st.mu.Lock()
	defer m.st.mu.Unlock()
	if !m.over.Load() {
		m.st.setNeed(m, n)
	}
}

// Require makes n what m requires. It returns nil once FreeSWITCH has confirmed that it sends these
// events, at once if it has before or n is empty. Otherwise it waits until ctx ends, and no longer
// than requirePatience. Its error is an *upstream.Error if FreeSWITCH cannot be reached, knows none
// of the types or does not answer in time; m then requires again what it did before. It is the
// error of ctx, or the reason why m is a member no longer.
func (m *Member) Require(ctx context.Context, n event.Need) error {
	w, err := m.require(n)
	if w == nil {
		return err
	}
	defer m.st.endWait(m)
	t := time.NewTimer(requirePatience)
	defer t.Stop()
	for {
		select {
		case <-w.news:
			if err, done := m.recheck(n, w); done {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
			return m.st.tooSlow()
		}
	}
}

// A wait is a call of Require that waits.
type wait struct {
	// news is closed when the state of the Stream has changed.
	news <-chan struct{}
	// failures is how many attempts to connect had failed when the call began.
	failures int
}

// require begins a call of Require. It returns nil and the result of the call if it need not wait.
func (m *Member) require(n event.Need) (*wait, error) {
	st := m.st
	st.mu.Lock()
	defer st.mu.Unlock()
	if m.over.Load() {
		return nil, m.err
	}
	st.setNeed(m, n)
	w := &wait{failures: st.failures}
	if err, done := m.check(n, w); done {
		if err != nil {
			st.setNeed(m, m.granted)
		}
		return nil, err
	}
	st.waiting++
	st.wake()
	return w, nil
}

// recheck is check, with the lock.
func (m *Member) recheck(n event.Need, w *wait) (err error, done bool) {
	m.st.mu.Lock()
	defer m.st.mu.Unlock()
	return m.check(n, w)
}

// check returns the result of a call of Require, or false if it has to wait for further news. The
// caller holds st.mu.
func (m *Member) check(n event.Need, w *wait) (err error, done bool) {
	st := m.st
	w.news = st.news
	switch {
	case m.over.Load():
		return m.err, true
	case st.confirmed().Covers(n):
	case st.closed:
		return ErrClosed, true
	case st.failures != w.failures:
		return st.failure, true
	case !st.confirmed().Union(st.unknown).Covers(n):
		return nil, false
	case n.Minus(st.unknown).Empty():
		return st.refusal, true
	}
	m.granted = n // without events of types that FreeSWITCH does not know: it never fires those
	return nil, true
}

// endWait ends a call of Require that has waited. If it failed, m requires what it did before.
func (st *Stream) endWait(m *Member) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.waiting--
	if !m.over.Load() {
		st.setNeed(m, m.granted)
	}
}

// tooSlow returns the error of a Require that has waited long enough. If the Stream is not
// connected, that contains the reason of its last loss.
func (st *Stream) tooSlow() error {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.conn == nil && st.lastLoss != nil {
		return unreachable(st.lastLoss)
	}
	return &upstream.Error{Reply: "-ERR FreeSWITCH is busy", Err: errSlow}
}

// unreachable returns an *upstream.Error as it is, and another error as the cause of one.
func unreachable(err error) error {
	if up := (*upstream.Error)(nil); errors.As(err, &up) {
		return up
	}
	return &upstream.Error{Reply: "-ERR FreeSWITCH is unreachable", Err: err}
}

// State returns whether FreeSWITCH has confirmed all that m requires, and since when that is so or
// is not so. changed is closed when it changes. m must be a resident.
func (m *Member) State() (ready bool, since time.Time, changed <-chan struct{}) {
	m.st.mu.Lock()
	defer m.st.mu.Unlock()
	return m.ready, m.since, m.changed
}

// Wake ends the pause before the next attempt to connect the Stream, but not before minRetry.
func (m *Member) Wake() { m.st.wake() }

// refresh brings what State returns up to date. The caller holds st.mu.
func (m *Member) refresh() {
	ready := !m.need.Empty() && m.st.confirmed().Covers(m.need)
	if ready != m.ready {
		m.ready, m.since = ready, time.Now()
		close(m.changed)
		m.changed = make(chan struct{})
	}
}

// deliver gives the member a batch, and contains a fault in that.
func (m *Member) deliver(b *Batch) {
	if m.over.Load() {
		return
	}
	delivered := false
	defer func() {
		if !delivered && m.st.remove(m, errFault) {
			m.lost(errFault)
		}
	}()
	if contain := m.st.set.Contain; contain != nil {
		defer contain()
	}
	m.sub.Deliver(b)
	delivered = true
}

// lost notifies the member of a loss, and contains a fault in that.
func (m *Member) lost(err error) {
	if contain := m.st.set.Contain; contain != nil {
		defer contain()
	}
	m.sub.Lost(err)
}

// refused returns the error about a subscription that FreeSWITCH has answered with text.
func refused(text []byte) error {
	return &upstream.Error{Reply: "-ERR FreeSWITCH refuses the subscription", Err: fmt.Errorf("it says %.100q", text)}
}
