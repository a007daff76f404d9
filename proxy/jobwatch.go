package proxy

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
)

// watchPatience is how long the bgapis of all sessions wait for the watch after it has lost its
// connection, or after the first login at a FreeSWITCH that is back. Later ones do not wait.
const watchPatience = 2 * time.Second

// The wait between attempts to connect the watch. It begins with watchRetry and doubles up to
// maxWatchRetry. A login at FreeSWITCH or a bgapi ends it, but not before minWatchRetry.
const (
	minWatchRetry = 200 * time.Millisecond
	watchRetry    = time.Second
	maxWatchRetry = 30 * time.Second
)

// watchIdle is how long the watch stays after the last session that started jobs.
const watchIdle = time.Minute

// A jobWatch is a connection of the proxy's own to one upstream, on which it hears the ends of
// bgapi jobs. It is connected while sessions need it, and for a while after.
type jobWatch struct {
	dial func(context.Context, *policy.Upstream) (link, error)
	// log is told once that the connection is lost, with the reason, and with nil that it is back.
	log func(error)
	// ended is called with each BACKGROUND_JOB event, of which the end may be missing.
	ended func(event []byte)
	// busy reports whether a job runs whose end may still be heard. The watch stays while one does.
	busy func() bool
	// abandoned is called when the watch ends though jobs may run, because their upstream has left
	// the policy.
	abandoned func()
	// contain recovers from a fault in the goroutine of rest. Nil: a fault ends the program.
	contain func()
	// up is the upstream as the policy in force has it: its password may stand elsewhere than
	// before.
	up atomic.Pointer[policy.Upstream]

	// life guards the fields that say whether the watch runs. Nobody waits under it.
	life   sync.Mutex
	users  int                // sessions that started jobs
	cancel context.CancelFunc // nil while the watch does not run
	idle   *time.Timer        // nil while it is needed
	closed bool               // it never runs again
	gone   bool               // the policy in force has no such upstream

	// running is held by the goroutine of the watch. One that has been told to end may still be
	// busy with an event when the next one starts; the next one waits for it.
	running sync.Mutex
	wg      sync.WaitGroup

	// kick ends the wait before the next attempt to connect.
	kick chan struct{}

	mu sync.Mutex
	// ready is closed while the watch is connected.
	ready chan struct{}
	// broken is when it was last seen not to be connected.
	broken time.Time
	// patience is until when a bgapi waits for the connection.
	patience time.Time
	// told says that log has been told of the loss of the connection.
	told bool
	// renewed says that a login has renewed the patience since the connection was lost.
	renewed bool
}

// init sets what the zero value lacks. The functions are set by the caller.
func (w *jobWatch) init() {
	w.kick = make(chan struct{}, 1)
	w.ready = make(chan struct{})
	w.broken = time.Now()
}

// join is called once by a session before its first job; leave undoes it.
func (w *jobWatch) join() {
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
		w.wait()
		w.wg.Go(func() { w.run(ctx) })
	}
}

func (w *jobWatch) leave() {
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
	w.idle = time.AfterFunc(watchIdle, contained(w.contain, w.rest))
}

// rest ends the watch if nobody needs it any more.
func (w *jobWatch) rest() {
	w.life.Lock()
	defer w.life.Unlock()
	if w.users > 0 || w.cancel == nil {
		return
	}
	if w.busy() {
		w.idle = time.AfterFunc(watchIdle, contained(w.contain, w.rest))
		return
	}
	w.stop()
}

// known says whether the policy in force has the upstream. The watch of one that has left it ends
// with the last session there.
func (w *jobWatch) known(known bool) {
	w.life.Lock()
	defer w.life.Unlock()
	w.gone = !known
	if w.gone && w.users == 0 && w.cancel != nil {
		w.abandon()
	}
}

// abandon ends the watch though jobs may run. The caller holds life.
func (w *jobWatch) abandon() {
	w.stop()
	w.abandoned()
}

// close ends the watch for good and waits for it.
func (w *jobWatch) close() {
	w.end()
	w.wg.Wait()
}

func (w *jobWatch) end() {
	w.life.Lock()
	defer w.life.Unlock()
	w.closed = true
	if w.cancel != nil {
		w.stop()
	}
}

// stop ends the watch without waiting for it: it may be busy with a record that no disk takes. The
// caller holds life.
func (w *jobWatch) stop() {
	if w.idle != nil {
		w.idle.Stop()
		w.idle = nil
	}
	w.cancel()
	w.cancel = nil
}

// run keeps the watch connected until ctx ends.
func (w *jobWatch) run(ctx context.Context) {
	w.running.Lock()
	defer w.running.Unlock()
	wait := watchRetry
	for ctx.Err() == nil {
		started := time.Now()
		if err := w.follow(ctx); ctx.Err() == nil {
			w.lost(err)
		}
		if time.Since(started) > maxWatchRetry {
			wait = watchRetry
		}
		pause(ctx, minWatchRetry)
		w.pause(ctx, wait-minWatchRetry)
		wait = min(2*wait, maxWatchRetry)
	}
}

// pause waits until d has passed, somebody needs the connection, or ctx ends.
func (w *jobWatch) pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-w.kick:
	case <-ctx.Done():
	}
}

// follow connects, subscribes and reads until the connection ends. A fault in eslguard is an error
// like any other: the watch of one upstream must not end the whole guard.
func (w *jobWatch) follow(ctx context.Context) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("internal error, please report this: %.200v\n%s", fault, debug.Stack())
		}
	}()
	l, err := w.dial(ctx, w.up.Load())
	if err != nil {
		return err
	}
	defer l.w.Close()
	stop := context.AfterFunc(ctx, l.w.interrupt)
	defer stop()
	if err := l.send(codec.Frame{Line: []byte("event plain BACKGROUND_JOB")}); err != nil {
		return err
	}
	defer w.setBroken()
	for {
		f, err := l.reader.Next()
		if err != nil {
			return err
		}
		switch f.Kind {
		case codec.KindCommandReply:
			if text := f.Get("Reply-Text"); !bytes.HasPrefix(text, []byte("+OK")) {
				return fmt.Errorf("FreeSWITCH does not tell the ends of jobs: %.100q", text)
			}
			w.setReady()
		case codec.KindDisconnect:
			return errors.New("FreeSWITCH ended the connection")
		case codec.KindEvent:
			event, err := readBody(l.reader, f, maxJobEvent)
			if err != nil {
				return err
			}
			w.ended(event)
		}
	}
}

// readBody returns a copy of the first n bytes of a body, or all of a shorter one.
func readBody(r *codec.UpstreamReader, f *codec.UpstreamFrame, n int) ([]byte, error) {
	body := append([]byte(nil), f.Body[:min(n, len(f.Body))]...)
	for f.Rest > 0 && len(body) < n {
		piece, err := r.More()
		if err != nil {
			return nil, err
		}
		if piece == nil {
			break
		}
		body = append(body, piece[:min(n-len(body), len(piece))]...)
	}
	return body, nil
}

func (w *jobWatch) setReady() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.connected() {
		return
	}
	w.broken = time.Now() // until now it was not connected
	close(w.ready)
	if w.told {
		w.log(nil)
	}
	w.told, w.renewed = false, false
}

func (w *jobWatch) setBroken() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.broken = time.Now()
	if w.connected() {
		w.ready = make(chan struct{})
		w.patience = w.broken.Add(watchPatience)
	}
}

// lost tells the operator, once for each loss of the connection.
func (w *jobWatch) lost(err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.told {
		w.told = true
		w.log(err)
	}
}

// wait makes the next bgapis wait for the connection.
func (w *jobWatch) wait() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.patience = time.Now().Add(watchPatience)
}

// reachable is called when a session has logged in at the upstream: the watch connects without
// further delay, and the bgapis that follow wait for that.
func (w *jobWatch) reachable() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.connected() || w.renewed {
		return
	}
	w.renewed = true
	w.patience = time.Now().Add(watchPatience)
	w.hurry()
}

// hurry ends the wait before the next attempt to connect.
func (w *jobWatch) hurry() {
	select {
	case w.kick <- struct{}{}:
	default:
	}
}

// connected reports whether the watch is. The caller holds mu.
func (w *jobWatch) connected() bool {
	select {
	case <-w.ready:
		return true
	default:
		return false
	}
}

// lastBroken returns when the watch was last not connected: now, if it is not.
func (w *jobWatch) lastBroken() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.connected() {
		w.broken = time.Now()
	}
	return w.broken
}

// await waits a moment for the connection, so that the end of a short job is not missed. It waits
// only within watchPatience of the loss of the connection, so that no session is slow for as long
// as the watch is away.
func (w *jobWatch) await(done <-chan struct{}) {
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

// missing returns how long a bgapi waits for the connection, 0 if there is one, and what is closed
// once there is. It asks for the connection.
func (w *jobWatch) missing() (ready <-chan struct{}, left time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.connected() {
		return nil, 0
	}
	w.hurry()
	return w.ready, time.Until(w.patience)
}
