package stream

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/event"
	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
	"eslguard/proxy/internal/wire"
)

// streamIdle is how long a Stream stays connected while no member requires events.
const streamIdle = time.Minute

// The pause between attempts to connect a Stream. It begins with firstRetry and doubles up to
// maxRetry. A login at FreeSWITCH or a call of Require ends it, but not before minRetry.
const (
	minRetry   = 200 * time.Millisecond
	firstRetry = time.Second
	maxRetry   = 30 * time.Second
)

// A Stream is the shared event connection of one upstream. It is safe for use by several
// goroutines. Set.Of makes it.
type Stream struct {
	set *Set
	// up is the upstream as the policy in force has it: a new policy may read its password from
	// another place.
	up atomic.Pointer[policy.Upstream]
	// wakeup ends the pause before the next attempt to connect. toSend makes the goroutine that
	// sends commands look what is to be sent.
	wakeup, toSend chan struct{}
	// running counts the goroutine of run.
	running sync.WaitGroup

	mu sync.Mutex
	// members are all members. changed is true if others require events than at the last call of
	// recipients.
	members map[*Member]struct{}
	changed bool
	// requiring is how many members require events, waiting how many calls of Require wait.
	requiring, waiting int
	// idleSince is when the last member ceased to require events.
	idleSince time.Time
	// cancel ends run. Nil while it does not run.
	cancel context.CancelFunc
	// closed is true once run must not start again. gone is true if the policy in force has no such
	// upstream.
	closed, gone bool
	// news is closed, and replaced, when calls of Require that wait have to look again.
	news chan struct{}
	// conn is the connection. Nil while there is none, or one that is being given up.
	conn *connection
	demand
	// failures is how many attempts to connect have failed, and failure the error of the last one.
	failures int
	failure  error
	// lastLoss is the reason of the last loss or failure. lossLogged is true once Log has been
	// called about it.
	lastLoss   error
	lossLogged bool
}

// A connection is one that is logged in.
type connection struct {
	// end ends all waits on it.
	end context.CancelFunc
	// retired is true if the Stream itself ends it because it is not needed.
	retired bool
	// err is why no more commands are sent. Nil: they are.
	err error
}

func newStream(set *Set, closed bool) *Stream {
	return &Stream{
		set: set, closed: closed, members: make(map[*Member]struct{}), news: make(chan struct{}),
		wakeup: make(chan struct{}, 1), toSend: make(chan struct{}, 1),
	}
}

// start starts run if it does not run. The caller holds mu.
func (st *Stream) start() {
	if st.cancel != nil || st.closed {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	st.cancel = cancel
	st.running.Go(func() { st.run(ctx) })
}

// run keeps the Stream connected while members require events.
func (st *Stream) run(ctx context.Context) {
	retry := firstRetry
	for st.needed() {
		started := time.Now()
		st.clearWake()
		err := st.follow(ctx)
		if !st.lost(err) {
			continue // it was not needed
		}
		if time.Since(started) > maxRetry {
			retry = firstRetry
		}
		upstream.Pause(ctx, minRetry)
		st.pause(ctx, retry-minRetry)
		retry = min(2*retry, maxRetry)
	}
}

// needed reports whether run is to connect. If it returns false, run must end.
func (st *Stream) needed() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.requiring > 0 && !st.closed {
		return true
	}
	st.cancel()
	st.cancel = nil
	return false
}

// pause waits until d has passed, a member waits for the connection, or ctx ends.
func (st *Stream) pause(ctx context.Context, d time.Duration) {
	if st.awaited() {
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-st.wakeup:
	case <-ctx.Done():
	}
}

// awaited reports whether a call of Require waits.
func (st *Stream) awaited() bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.waiting > 0
}

// wake ends the pause before the next attempt to connect.
func (st *Stream) wake() {
	select {
	case st.wakeup <- struct{}{}:
	default:
	}
}

// clearWake undoes a wake that came before: it has had its effect once there is an attempt.
func (st *Stream) clearWake() {
	select {
	case <-st.wakeup:
	default:
	}
}

// errReading is the reason of a loss that is due to a fault.
var errReading = errors.New("internal error while events were read")

// follow connects, subscribes and reads until the connection ends. After a fault in that it returns
// errReading: the Stream of one upstream must not end the whole guard.
func (st *Stream) follow(ctx context.Context) (err error) {
	if st.set.Contain != nil {
		defer st.set.Contain()
	}
	err = errReading
	return st.read(ctx)
}

// read implements follow.
func (st *Stream) read(ctx context.Context) error {
	l, err := st.set.Dial(ctx, st.up.Load())
	if err != nil {
		return err
	}
	defer l.Conn.Close()
	var sending sync.WaitGroup
	defer sending.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, l.Interrupt)()
	l.Reader.SetBuffer(readBuffer)
	c := st.connect(cancel)
	sending.Go(func() { st.send(ctx, l, c) })
	r := &reader{st: st, link: l, batch: Batch{budget: st.set.Budget}}
	return r.run()
}

// connect notes a new connection, which end ends.
func (st *Stream) connect(end context.CancelFunc) *connection {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.conn = &connection{end: end}
	st.changed = true // the new connection has no list of the members
	st.demand.reset(st.members)
	return st.conn
}

// retire ends the connection because it is not needed. The caller holds mu.
func (st *Stream) retire() {
	st.conn.retired = true
	st.conn.end()
	st.demand.reset(nil)
}

// lost notes that the connection has ended or could not be made, and notifies members and Log. It
// returns false if the Stream itself ended the connection because it was not needed.
func (st *Stream) lost(err error) bool {
	affected, err, log := st.disconnect(err)
	if err == nil {
		return false
	}
	if log {
		st.set.Log(st.up.Load().Name, err)
	}
	for _, m := range affected {
		m.lost(err)
	}
	return true
}

// disconnect notes that the connection has ended. It returns the members that have lost events,
// the reason, and whether that is to be logged. The reason is nil if the connection was not needed.
func (st *Stream) disconnect(err error) (affected []*Member, reason error, log bool) {
	st.mu.Lock()
	defer st.mu.Unlock()
	c := st.conn
	st.conn = nil
	st.demand.reset(nil)
	defer st.report()
	switch {
	case st.closed:
		err = ErrClosed
	case c == nil:
		st.failures++
		st.failure = unreachable(err)
	case c.retired:
		return nil, nil, false
	case c.err != nil && wire.IsTimeout(err):
		err = c.err
	}
	log = !st.closed && !st.lossLogged && st.requiring > 0
	st.lossLogged = st.lossLogged || log
	st.lastLoss = err
	for m := range st.members {
		if !m.granted.Empty() && (!m.resident || st.closed) {
			affected = append(affected, m)
		}
	}
	for _, m := range affected {
		st.drop(m, err)
	}
	return affected, err, log
}

// report makes calls of Require that wait look again, and refreshes the residents. The caller holds
// mu.
func (st *Stream) report() {
	close(st.news)
	st.news = make(chan struct{})
	for m := range st.members {
		if m.resident {
			m.refresh()
		}
	}
}

// remove ends a membership for that reason. It returns false if it has ended before.
func (st *Stream) remove(m *Member, err error) bool {
	st.mu.Lock()
	defer st.mu.Unlock()
	if m.over.Load() {
		return false
	}
	st.drop(m, err)
	return true
}

// drop ends a membership. The caller holds mu.
func (st *Stream) drop(m *Member, err error) {
	st.setNeed(m, event.Need{})
	m.over.Store(true)
	m.err = err
	delete(st.members, m)
}

// setNeed makes n what m requires. The caller holds mu.
func (st *Stream) setNeed(m *Member, n event.Need) {
	before := m.need
	m.need = n
	switch {
	case before.Empty() && !n.Empty():
		st.changed = true
		st.requiring++
		st.start()
	case !before.Empty() && n.Empty():
		st.changed = true
		if st.requiring--; st.requiring == 0 {
			st.idleSince = time.Now()
		}
	}
	if st.demand.change(before, n, cmp.Or(st.set.delay, shrinkDelay)) || st.requiring == 0 {
		st.wakeSender()
	}
	if m.resident {
		m.refresh()
	}
}

// wakeSender makes the goroutine that sends commands look what is to be sent.
func (st *Stream) wakeSender() {
	select {
	case st.toSend <- struct{}{}:
	default:
	}
}

// recipients returns the members that require events. Unless they have changed since the last call,
// that is list; otherwise it overwrites list.
func (st *Stream) recipients(list []*Member) []*Member {
	st.mu.Lock()
	defer st.mu.Unlock()
	if !st.changed {
		return list
	}
	st.changed = false
	clear(list)
	list = list[:0]
	for m := range st.members {
		if !m.need.Empty() {
			list = append(list, m)
		}
	}
	return list
}

// keep notes the upstream as a new policy has it. Nil: the policy has none at this address, so the
// Stream ends as soon as no member requires events.
func (st *Stream) keep(up *policy.Upstream) {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.gone = up == nil
	if up != nil {
		st.up.Store(up)
	}
	st.wakeSender()
	if st.requiring == 0 {
		st.wake()
	}
}

// close ends the Stream for good and waits for it.
func (st *Stream) close() {
	st.end()
	st.running.Wait()
}

func (st *Stream) end() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.closed = true
	if st.cancel != nil {
		st.cancel()
	}
	st.report()
}
