package jobs

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"eslguard/policy"
	"eslguard/proxy/internal/stream"
)

// LostAfter is how long a job counts whose end may have been missed, because FreeSWITCH did not
// report the ends of jobs all the time that it ran, or because the end that was reported may belong
// to another client's job.
const LostAfter = 10 * time.Minute

// maxAge is how long any job counts: one whose connection broke as it was sent may never have
// begun.
const maxAge = 24 * time.Hour

// sweepEvery is how often sweep looks for lost jobs, at most.
const sweepEvery = time.Second

// errDuplicate is the error about a Job-UUID that the same client uses already.
var errDuplicate = errors.New("a job with that Job-UUID is running already")

// errTooMany says how many jobs run, and which setting lets more of them run.
func errTooMany(running int) error {
	if running == 1 {
		return errors.New("1 bgapi job is running already, and \"jobs\" of the client in the policy allows no more")
	}
	return fmt.Errorf("%d bgapi jobs are running already, and \"jobs\" of the client in the policy allows no more", running)
}

// A Job is a bgapi that runs.
type Job struct {
	// Client and Session are the client's name and the session's id.
	Client, Session string
	Started         time.Time
	// Record is the sequence of the command's audit record, 0 before that is written.
	Record uint64
	// Mark distinguishes its command from another one of the same Job-UUID.
	Mark Mark
	// Secret says that the text of the result may not be recorded, Originates that the result names
	// the call that was made.
	Secret, Originates bool
	// Taken is what the job counts for in the client's limits until it ends. Nil for none.
	Taken *policy.Taken
	// Unsure is set in an ended job if several clients ran the same command under the same
	// Job-UUID, so that it is uncertain which result is its own.
	Unsure bool

	// ends is how many ends were reported that may have been this job's.
	ends int
}

// A Registry counts the jobs of one upstream. It is safe for use by several goroutines. Set.Of
// makes it.
type Registry struct {
	watch   watch
	reports reports
	// lostAfter is LostAfter, except in tests.
	lostAfter time.Duration

	mu sync.Mutex
	// running are the jobs by their Job-UUID, then by client: two clients may have chosen the same.
	running map[string]map[string]Job
	// clients counts the jobs of each client, nested ones too.
	clients map[string]int
	// nested are the jobs that the API bgapi starts, by their commands, the oldest first.
	nested map[Mark][]nestedJob
	// lastSweep is when sweep last looked for lost jobs.
	lastSweep time.Time
}

func newRegistry(st *stream.Stream, done func(Job, string, []byte, int64), contain func()) *Registry {
	r := &Registry{
		lostAfter: LostAfter, running: make(map[string]map[string]Job), clients: make(map[string]int),
		nested: make(map[Mark][]nestedJob),
	}
	r.reports.done, r.reports.contain = done, contain
	r.watch = watch{stream: st, ended: r.Ended, busy: r.anyRuns, abandoned: r.forgetAll, contain: contain}
	return r
}

// Join is called once by a session before its first job: the ends of jobs are reported from then
// on. Leave undoes it.
func (r *Registry) Join() { r.watch.join() }

// Leave is called at the end of a session that called Join.
func (r *Registry) Leave() { r.watch.leave() }

// Await waits a moment until FreeSWITCH reports the ends of jobs, but no longer than ctx lasts, so
// that the end of a short job is not missed. It waits only within watchPatience of the loss of the
// connection, so that no session is slow for as long as FreeSWITCH is away.
func (r *Registry) Await(ctx context.Context) { r.watch.await(ctx.Done()) }

// Count returns how many jobs count in limits.
func (r *Registry) Count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, jobs := range r.clients {
		n += jobs
	}
	return n
}

// anyRuns reports whether a job runs whose end may still be reported.
func (r *Registry) anyRuns() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forgetLost()
	return len(r.running) > 0 || len(r.nested) > 0
}

// forgetAll gives up on all jobs: their ends will not be reported.
func (r *Registry) forgetAll() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, running := range r.running {
		for client := range running {
			r.forget(client, id)
		}
	}
	for mark, list := range r.nested {
		for range len(list) {
			r.dropNested(mark, 0)
		}
	}
}

// Start counts a job that is about to be forwarded. It returns an error, for the client, if most
// jobs of the client run already, or one with that id.
func (r *Registry) Start(id string, started Job, most int) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if err := r.mayStart(started.Client, id, most); err != nil {
		r.forgetLost()
		if err := r.mayStart(started.Client, id, most); err != nil {
			return err
		}
	}
	if r.running[id] == nil {
		r.running[id] = make(map[string]Job, 1)
	}
	r.running[id][started.Client] = started
	r.clients[started.Client]++
	return nil
}

// Sent notes the audit record of a client's job that is about to be forwarded.
func (r *Registry) Sent(client, id string, record uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if started, ok := r.running[id][client]; ok {
		started.Record = record
		r.running[id][client] = started
	}
}

// mayStart returns an error if the client may not start a job with that id. The caller holds mu.
func (r *Registry) mayStart(client, id string, most int) error {
	if _, ok := r.running[id][client]; ok {
		return errDuplicate
	}
	if n := r.clients[client]; n >= most {
		return errTooMany(n)
	}
	return nil
}

// Undo forgets a job that was not forwarded.
func (r *Registry) Undo(client, id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget(client, id)
}

// end forgets and returns the jobs that are over now that FreeSWITCH has ended one with that id and
// command: none, if that was another job, such as one of a program that is connected directly. If
// several clients have one, it returns none before as many have ended.
func (r *Registry) end(id string, mark Mark) (ended []Job) {
	r.mu.Lock()
	defer r.mu.Unlock()
	heard := 0
	for client, job := range r.running[id] {
		if job.Mark == mark || job.Mark == anyMark {
			job.ends++
			r.running[id][client] = job
			heard = max(heard, job.ends)
			ended = append(ended, job)
		}
	}
	if heard < len(ended) {
		return nil
	}
	for i := range ended {
		ended[i].Unsure = len(ended) > 1
		r.forget(ended[i].Client, id)
	}
	return ended
}

// forget forgets a job. The caller holds mu.
func (r *Registry) forget(client, id string) {
	forgotten, ok := r.running[id][client]
	if !ok {
		return
	}
	if delete(r.running[id], client); len(r.running[id]) == 0 {
		delete(r.running, id)
	}
	forgotten.Taken.Release()
	r.uncount(client)
}

// uncount takes one job from the count of the client. The caller holds mu.
func (r *Registry) uncount(client string) {
	if r.clients[client]--; r.clients[client] == 0 {
		delete(r.clients, client)
	}
}

// forgetLost gives up on jobs whose end may have been missed, and returns how many. The caller
// holds mu.
func (r *Registry) forgetLost() (n int) {
	down := r.watch.lastSeenDown()
	for id, running := range r.running {
		for client, job := range running {
			age := time.Since(job.Started)
			if age > maxAge || age > r.lostAfter && (job.ends > 0 || !job.Started.After(down)) {
				r.forget(client, id)
				n++
			}
		}
	}
	return n + r.forgetLostNested()
}

// sweep frees the limits that lost jobs count in, and reports whether it freed any. It looks at
// most once in sweepEvery, and returns false in between.
func (r *Registry) sweep() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if time.Since(r.lastSweep) < sweepEvery {
		return false
	}
	r.lastSweep = time.Now()
	return r.forgetLost() > 0
}

// NewUUID makes the Job-UUID of a job for which the client gave none.
func NewUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
