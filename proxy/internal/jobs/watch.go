package jobs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/codec"
	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
)

// watchPatience is how long the bgapis of all sessions wait for the watch after it has lost its
// connection, or after the first login at a FreeSWITCH that is back. Later ones do not wait.
const watchPatience = 2 * time.Second

// The pause between attempts to connect the watch. It begins with watchRetry and doubles up to
// maxWatchRetry. A login at FreeSWITCH or a bgapi ends it, but not before minWatchRetry.
const (
	minWatchRetry = 200 * time.Millisecond
	watchRetry    = time.Second
	maxWatchRetry = 30 * time.Second
)

// watchIdle is how long the watch stays after the last session that started jobs.
const watchIdle = time.Minute

// A watch is a connection of the proxy's own to one upstream, on which FreeSWITCH reports the ends
// of bgapi jobs. It is connected while sessions need it, and for a while after.
type watch struct {
	dial func(context.Context, *policy.Upstream) (upstream.Link, error)
	// log is called once when the connection is lost, with the reason, and with nil when it is
	// back.
	log func(error)
	// ended is called with each BACKGROUND_JOB event, which may lack its end.
	ended func(event []byte)
	// busy reports whether a job runs whose end may still be reported. The watch stays while one
	// does.
	busy func() bool
	// abandoned is called when the watch ends although jobs may run, because the policy no longer
	// has their upstream.
	abandoned func()
	// contain recovers from a fault in the goroutine of expire. Nil: a fault ends the program.
	contain func()
	// up is the upstream as the policy in force has it: a new policy may read its password from
	// another place.
	up atomic.Pointer[policy.Upstream]

	// life guards the fields that say whether the watch runs. Nothing waits while it holds life.
	life   sync.Mutex
	users  int                // sessions that started jobs
	cancel context.CancelFunc // nil while the watch does not run
	idle   *time.Timer        // nil while sessions need the watch
	closed bool               // it never runs again
	gone   bool               // the policy in force has no such upstream

	// running is locked by the goroutine of the watch. A goroutine that has to end may still be
	// busy with an event when the next one starts, which then waits for it.
	running sync.Mutex
	wg      sync.WaitGroup

	// wakeup ends the pause before the next attempt to connect.
	wakeup chan struct{}

	mu sync.Mutex
	// ready is closed while the watch is connected.
	ready chan struct{}
	// lastDown is the last time that the watch is known to have been down.
	lastDown time.Time
	// patience is until when a bgapi waits for the connection.
	patience time.Time
	// lossLogged is true once log has been called about the loss of the connection.
	lossLogged bool
	// renewed is true once a login has renewed the patience since the connection was lost.
	renewed bool
}

// init sets what the zero value lacks. The caller sets the functions.
func (w *watch) init() {
	w.wakeup = make(chan struct{}, 1)
	w.ready = make(chan struct{})
	w.lastDown = time.Now()
}

// join is called once by a session before its first job; leave undoes it.
func (w *watch) join() {
	w.life.Lock()
	defer w.life.Unlock()
	w.users++
	if w.idle != nil {
		w.idle.Stop()
		w.idle = nil
	}
	if w.cancel == nil && !w.closed {
		ctx, cancel := context.WithCancel(context.Background())
		w.cancel = cancel
		w.renewPatience()
		w.wg.Go(func() { w.run(ctx) })
	}
}

func (w *watch) leave() {
	w.life.Lock()
	defer w.life.Unlock()
	w.users--
	if w.users > 0 || w.cancel == nil {
		return
	}
	if w.gone {
		w.abandon()
		return
	}
	w.expireLater()
}

// expireLater makes a timer call expire after watchIdle. The caller holds life.
func (w *watch) expireLater() {
	w.idle = time.AfterFunc(watchIdle, func() {
		if w.contain != nil {
			defer w.contain()
		}
		w.expire()
	})
}

// expire ends the watch if no session needs it and no job runs.
func (w *watch) expire() {
	w.life.Lock()
	defer w.life.Unlock()
	if w.users > 0 || w.cancel == nil {
		return
	}
	if w.busy() {
		w.expireLater()
		return
	}
	w.stop()
}

// known notes whether the policy in force has the upstream. If it does not, the watch ends with the
// last session there.
func (w *watch) known(known bool) {
	w.life.Lock()
	defer w.life.Unlock()
	w.gone = !known
	if w.gone && w.users == 0 && w.cancel != nil {
		w.abandon()
	}
}

// abandon ends the watch though jobs may run. The caller holds life.
func (w *watch) abandon() {
	w.stop()
	w.abandoned()
}

// close ends the watch for good and waits for it.
func (w *watch) close() {
	w.end()
	w.wg.Wait()
}

func (w *watch) end() {
	w.life.Lock()
	defer w.life.Unlock()
	w.closed = true
	if w.cancel != nil {
		w.stop()
	}
}

// stop ends the watch without waiting for it: it may be busy with a record that no disk takes. The
// caller holds life.
func (w *watch) stop() {
	if w.idle != nil {
		w.idle.Stop()
		w.idle = nil
	}
	w.cancel()
	w.cancel = nil
}

// run keeps the watch connected until ctx ends.
func (w *watch) run(ctx context.Context) {
	w.running.Lock()
	defer w.running.Unlock()
	retry := watchRetry
	for ctx.Err() == nil {
		started := time.Now()
		if err := w.follow(ctx); ctx.Err() == nil {
			w.lost(err)
		}
		if time.Since(started) > maxWatchRetry {
			retry = watchRetry
		}
		upstream.Pause(ctx, minWatchRetry)
		w.pause(ctx, retry-minWatchRetry)
		retry = min(2*retry, maxWatchRetry)
	}
}

// pause waits until d has passed, a session needs the connection, or ctx ends.
func (w *watch) pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-w.wakeup:
	case <-ctx.Done():
	}
}

// follow connects, subscribes and reads until the connection ends. It returns a fault in eslguard
// as an error: the watch of one upstream must not end the whole guard.
func (w *watch) follow(ctx context.Context) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("internal error, please report this: %.200v\n%s", fault, debug.Stack())
		}
	}()
	l, err := w.dial(ctx, w.up.Load())
	if err != nil {
		return err
	}
	defer l.Conn.Close()
	stop := context.AfterFunc(ctx, l.Conn.Interrupt)
	defer stop()
	if err := l.Send(codec.Frame{Line: []byte("event plain BACKGROUND_JOB")}); err != nil {
		return err
	}
	defer w.setDown()
	for {
		f, err := l.Reader.Next()
		if err != nil {
			return err
		}
		switch f.Kind {
		case codec.KindCommandReply:
			if text := f.Get("Reply-Text"); !bytes.HasPrefix(text, []byte("+OK")) {
				return fmt.Errorf("FreeSWITCH refuses to report the ends of jobs: %.100q", text)
			}
			w.setReady()
		case codec.KindDisconnect:
			return errors.New("FreeSWITCH ended the connection")
		case codec.KindEvent:
			event, err := upstream.ReadBody(l.Reader, f, maxEvent)
			if err != nil {
				return err
			}
			w.ended(event)
		}
	}
}

func (w *watch) setReady() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.connected() {
		return
	}
	w.lastDown = time.Now() // until now it was not connected
	close(w.ready)
	if w.lossLogged {
		w.log(nil)
	}
	w.lossLogged, w.renewed = false, false
}

func (w *watch) setDown() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lastDown = time.Now()
	if w.connected() {
		w.ready = make(chan struct{})
		w.patience = w.lastDown.Add(watchPatience)
	}
}

// lost calls log, once for each loss of the connection.
func (w *watch) lost(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.lossLogged {
		w.lossLogged = true
		w.log(err)
	}
}

// renewPatience makes the next bgapis wait for the connection.
func (w *watch) renewPatience() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.patience = time.Now().Add(watchPatience)
}

// reachable is called when a session has logged in at the upstream: the watch connects without
// further delay, and the bgapis that follow wait for that.
func (w *watch) reachable() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.connected() || w.renewed {
		return
	}
	w.renewed = true
	w.patience = time.Now().Add(watchPatience)
	w.wake()
}

// wake ends the pause before the next attempt to connect.
func (w *watch) wake() {
	select {
	case w.wakeup <- struct{}{}:
	default:
	}
}

// connected reports whether the watch is connected. The caller holds mu.
func (w *watch) connected() bool {
	select {
	case <-w.ready:
		return true
	default:
		return false
	}
}

// lastSeenDown returns the last time that the watch is known to have been down: now, if it is down.
func (w *watch) lastSeenDown() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.connected() {
		w.lastDown = time.Now()
	}
	return w.lastDown
}

// await implements Registry.Await, until done is closed.
func (w *watch) await(done <-chan struct{}) {
	ready, left := w.missing()
	if left <= 0 {
		return
	}
	t := time.NewTimer(left)
	defer t.Stop()
	select {
	case <-ready:
	case <-done:
	case <-t.C:
	}
}

// missing returns how long a bgapi waits for the connection, 0 if there is one, and a channel that
// is closed once there is. It ends the pause before the next attempt to connect.
func (w *watch) missing() (ready <-chan struct{}, left time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.connected() {
		return nil, 0
	}
	w.wake()
	return w.ready, time.Until(w.patience)
}
