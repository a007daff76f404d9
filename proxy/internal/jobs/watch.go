package jobs

import (
	"sync"
	"sync/atomic"
	"time"

	"eslguard/catalog"
	"eslguard/event"
	"eslguard/proxy/internal/stream"
)

// watchPatience is how long the bgapis of all sessions wait until FreeSWITCH reports the ends of
// jobs, after the connection has been lost, or after the first login at a FreeSWITCH that is back.
// Later ones do not wait.
const watchPatience = 2 * time.Second

// watchCheck is how often it is checked, after the last session that started jobs, whether a job
// still runs.
const watchCheck = time.Minute

// backgroundJob is the type of the events at the ends of jobs.
var backgroundJob, _ = catalog.ParseEventName("BACKGROUND_JOB")

// jobEnds is the subscription to the ends of jobs.
var jobEnds = func() (n event.Need) {
	n.Types.Add(backgroundJob)
	return n
}()

// A watch makes a Registry a member of the stream while sessions that start jobs are there, or jobs
// run.
type watch struct {
	stream *stream.Stream
	// ended is called with every event.
	ended func(*event.Event)
	// busy reports whether a job runs whose end may still be reported. The watch stays while one
	// does.
	busy func() bool
	// abandoned is called when the watch ends although jobs may run, because the policy no longer
	// has their upstream.
	abandoned func()
	// contain recovers from a fault. Nil: a fault ends the program.
	contain func()
	// member is the membership of the stream. Nil while there is none.
	member atomic.Pointer[stream.Member]
	// faultAt is when events were last missed because of a fault, in nanoseconds since 1970. Zero:
	// never.
	faultAt atomic.Int64

	mu     sync.Mutex
	users  int         // sessions that started jobs
	check  *time.Timer // nil while sessions need the watch, or no job runs
	closed bool        // it never watches again
	gone   bool        // the policy in force has no such upstream
	// patience is until when a bgapi waits because of a login, and renewed when the loss began
	// after which that login was the first.
	patience, renewed time.Time
}

// join is called once by a session before its first job; leave undoes it.
func (w *watch) join() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.users++
	w.stopCheck()
	w.begin()
}

// begin joins the stream, unless that has been done. The caller holds mu.
func (w *watch) begin() {
	if w.member.Load() != nil || w.closed {
		return
	}
	m := w.stream.JoinResident(subscriber{w})
	m.SetNeed(jobEnds)
	w.member.Store(m)
}

func (w *watch) leave() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.users--; w.users > 0 {
		return
	}
	if w.gone {
		w.abandon()
		return
	}
	w.expire()
}

// expire ends the watch if no job runs, and otherwise checks again later. The caller holds mu, and
// no session needs the watch.
func (w *watch) expire() {
	if w.member.Load() == nil {
		return
	}
	if !w.busy() {
		w.stop()
		return
	}
	w.check = time.AfterFunc(watchCheck, func() {
		if w.contain != nil {
			defer w.contain()
		}
		w.checkAgain()
	})
}

// checkAgain is expire, with the lock and unless a session has come.
func (w *watch) checkAgain() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.users == 0 {
		w.expire()
	}
}

// known notes whether the policy in force has the upstream. If it does not, the watch ends with the
// last session there.
func (w *watch) known(known bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gone = !known
	if w.gone && w.users == 0 && w.member.Load() != nil {
		w.abandon()
	}
}

// abandon ends the watch though jobs may run. The caller holds mu.
func (w *watch) abandon() {
	w.stop()
	w.abandoned()
}

// close ends the watch for good.
func (w *watch) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
	w.stop()
}

// stop leaves the stream. The caller holds mu.
func (w *watch) stop() {
	w.stopCheck()
	if m := w.member.Swap(nil); m != nil {
		m.Leave()
	}
}

// stopCheck stops the timer. The caller holds mu.
func (w *watch) stopCheck() {
	if w.check != nil {
		w.check.Stop()
		w.check = nil
	}
}

// lastSeenDown returns the last time that the ends of jobs are known not to have been reported:
// now, if they are not.
func (w *watch) lastSeenDown() time.Time {
	m := w.member.Load()
	if m == nil {
		return time.Now()
	}
	ready, since, _ := m.State()
	if !ready {
		return time.Now()
	}
	if fault := time.Unix(0, w.faultAt.Load()); fault.After(since) {
		return fault
	}
	return since
}

// reachable is called when a session has logged in at the upstream: the bgapis that follow wait
// until the stream is connected, if it is not.
func (w *watch) reachable() {
	m := w.member.Load()
	if m == nil {
		return
	}
	if ready, since, _ := m.State(); !ready {
		w.renew(since)
	}
}

// renew renews the patience of bgapis once for the loss that began then.
func (w *watch) renew(lost time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.renewed.Equal(lost) {
		w.renewed, w.patience = lost, time.Now().Add(watchPatience)
	}
}

// await implements Registry.Await, until done is closed.
func (w *watch) await(done <-chan struct{}) {
	m := w.member.Load()
	if m == nil {
		return
	}
	ready, since, changed := m.State()
	left := w.left(since)
	if ready {
		return
	}
	m.Wake()
	if left <= 0 {
		return
	}
	t := time.NewTimer(left)
	defer t.Stop()
	select {
	case <-changed:
	case <-done:
	case <-t.C:
	}
}

// left returns how long a bgapi waits for the connection that was lost then.
func (w *watch) left(lost time.Time) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return max(time.Until(lost.Add(watchPatience)), time.Until(w.patience))
}

// A subscriber gives the events of the stream to a watch.
type subscriber struct{ w *watch }

// Deliver implements stream.Subscriber.
func (s subscriber) Deliver(b *stream.Batch) {
	for i := range b.Len() {
		s.deliver(b.Event(i))
	}
}

// deliver handles one event. After a fault in that, the ends of the jobs that run may have been
// missed.
func (s subscriber) deliver(e *event.Event) {
	handled := false
	defer func() {
		if !handled {
			s.w.faultAt.Store(time.Now().UnixNano())
		}
	}()
	if s.w.contain != nil {
		defer s.w.contain()
	}
	s.w.ended(e)
	handled = true
}

// Lost implements stream.Subscriber. Deliver contains its own faults, so it is only called when the
// stream is closed.
func (subscriber) Lost(error) {}
