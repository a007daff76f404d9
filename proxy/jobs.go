package proxy

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"eslguard/codec"
	"eslguard/policy"
)

// maxJobs is how many bgapi jobs of one client run at once. Each is a thread of FreeSWITCH.
const maxJobs = 100

// lostJobs is how long a job counts whose end may have been missed, because the watch on
// the upstream was not connected all the time that it ran.
const lostJobs = 10 * time.Minute

// maxJobAge is how long any job counts: one whose connection broke as it was sent may never have begun.
const maxJobAge = 24 * time.Hour

// watchPatience is how long the first bgapi waits for the watch to be connected.
const watchPatience = 2 * time.Second

// How long to wait between attempts to connect the watch: doubled each time up to the second.
const (
	watchRetry    = time.Second
	maxWatchRetry = 30 * time.Second
)

// watchIdle is how long the watch stays after the last session that started jobs.
const watchIdle = time.Minute

// maxJobHead is how much of a BACKGROUND_JOB event is read to find its Job-UUID: some 600
// bytes of headers stand before it.
const maxJobHead = 4 << 10

var (
	errTooManyJobs  = fmt.Errorf("%d bgapi jobs are running already", maxJobs)
	errDuplicateJob = errors.New("a job with that Job-UUID is running already")
)

// jobs keeps count of the bgapi jobs that run on one upstream. It learns of their ends
// from BACKGROUND_JOB events on a connection of its own, the watch, since a client may not
// have subscribed to them, may filter them, and may be gone before its job is.
type jobs struct {
	dial func(context.Context) (link, error)
	log  func(error)

	// life guards users, cancel and idle: the watch is started and ended under it.
	life   sync.Mutex
	users  int // sessions that started jobs
	cancel context.CancelFunc
	idle   *time.Timer
	wg     sync.WaitGroup

	mu      sync.Mutex
	running map[string]job
	clients map[string]int
	// ready is closed while the watch is connected; broken is when it last was not.
	ready  chan struct{}
	broken time.Time
}

type job struct {
	client  string
	started time.Time
}

func newJobs(dial func(context.Context) (link, error), log func(error)) *jobs {
	return &jobs{
		dial: dial, log: log,
		running: make(map[string]job), clients: make(map[string]int),
		ready: make(chan struct{}), broken: time.Now(),
	}
}

// join is called once by a session before its first job; leave undoes it.
func (j *jobs) join() {
	j.life.Lock()
	defer j.life.Unlock()
	j.users++
	if j.idle != nil {
		j.idle.Stop()
		j.idle = nil
	}
	if j.cancel == nil {
		ctx, cancel := context.WithCancel(context.Background())
		j.cancel = cancel
		j.wg.Go(func() { j.watch(ctx) })
	}
}

func (j *jobs) leave() {
	j.life.Lock()
	defer j.life.Unlock()
	if j.users--; j.users == 0 && j.cancel != nil {
		j.idle = time.AfterFunc(watchIdle, j.rest)
	}
}

// rest ends the watch when nobody needs it any more.
func (j *jobs) rest() {
	j.life.Lock()
	defer j.life.Unlock()
	if j.users > 0 || j.cancel == nil {
		return
	}
	if j.count() > 0 {
		j.idle = time.AfterFunc(watchIdle, j.rest)
		return
	}
	j.stop()
}

// close ends the watch for good.
func (j *jobs) close() {
	j.life.Lock()
	defer j.life.Unlock()
	if j.idle != nil {
		j.idle.Stop()
	}
	if j.cancel != nil {
		j.stop()
	}
}

// stop ends the watch and waits for it. The caller holds life.
func (j *jobs) stop() {
	j.cancel()
	j.wg.Wait()
	j.cancel = nil
}

func (j *jobs) count() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.running)
}

// await waits a moment for the watch, so that the end of a short job is not missed.
func (j *jobs) await(done <-chan struct{}) {
	j.mu.Lock()
	ready := j.ready
	j.mu.Unlock()
	t := time.NewTimer(watchPatience)
	defer t.Stop()
	select {
	case <-ready:
	case <-done:
	case <-t.C:
	}
}

// start counts a job that is about to be forwarded.
func (j *jobs) start(client, id string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.room(client, id); err != nil {
		j.forgetLost()
		if err := j.room(client, id); err != nil {
			return err
		}
	}
	j.running[id] = job{client, time.Now()}
	j.clients[client]++
	return nil
}

func (j *jobs) room(client, id string) error {
	if _, ok := j.running[id]; ok {
		return errDuplicateJob
	}
	if j.clients[client] >= maxJobs {
		return errTooManyJobs
	}
	return nil
}

// end forgets a job. One that is not known is someone else's.
func (j *jobs) end(id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.forget(id)
}

func (j *jobs) forget(id string) {
	if job, ok := j.running[id]; ok {
		delete(j.running, id)
		if j.clients[job.client]--; j.clients[job.client] == 0 {
			delete(j.clients, job.client)
		}
	}
}

// forgetLost gives up on jobs whose end may have been missed.
func (j *jobs) forgetLost() {
	for id, job := range j.running {
		age := time.Since(job.started)
		if age > maxJobAge || age > lostJobs && !job.started.After(j.broken) {
			j.forget(id)
		}
	}
}

// watch stays connected to the upstream until ctx ends.
func (j *jobs) watch(ctx context.Context) {
	wait := watchRetry
	for ctx.Err() == nil {
		started := time.Now()
		if err := j.follow(ctx); err != nil && ctx.Err() == nil {
			j.log(err)
		}
		if time.Since(started) > maxWatchRetry {
			wait = watchRetry
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, maxWatchRetry)
	}
}

// follow connects, subscribes and reads until the connection ends.
func (j *jobs) follow(ctx context.Context) error {
	l, err := j.dial(ctx)
	if err != nil {
		return err
	}
	defer l.w.Close()
	stop := context.AfterFunc(ctx, l.w.interrupt)
	defer stop()
	if err := l.send(codec.Frame{Line: []byte("event plain BACKGROUND_JOB")}); err != nil {
		return err
	}
	defer j.setBroken()
	for {
		f, err := l.reader.Next()
		if err != nil {
			return err
		}
		switch f.Kind {
		case codec.KindCommandReply:
			j.setReady()
		case codec.KindEvent:
			head, err := readBody(l.reader, f, maxJobHead)
			if err != nil {
				return err
			}
			if id := jobUUID(head); id != "" {
				j.end(id)
			}
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

func (j *jobs) setReady() {
	j.mu.Lock()
	defer j.mu.Unlock()
	select {
	case <-j.ready:
	default:
		close(j.ready)
	}
}

func (j *jobs) setBroken() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.broken = time.Now()
	select {
	case <-j.ready:
		j.ready = make(chan struct{})
	default:
	}
}

// jobUUID finds the job of a plain BACKGROUND_JOB event. The body may be cut short: the
// header stands well before a job's output.
func jobUUID(body []byte) string {
	const name = "\nJob-UUID: "
	_, rest, ok := bytes.Cut(body, []byte(name))
	if !ok {
		return ""
	}
	id, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(id)
}

// newJobUUID makes the id of a job for which the client gave none.
func newJobUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// jobsOf returns the jobs of one upstream, by its address: two names for one switch share its jobs.
func (s *Server) jobsOf(up *policy.Upstream) *jobs {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, ok := s.jobs[up.Address]
	if !ok {
		j = newJobs(
			func(ctx context.Context) (link, error) { return s.dialer.dial(ctx, up) },
			func(err error) {
				s.Log.Warn().Str("upstream", up.Name).Err(err).Msg("the watch on bgapi jobs lost its connection; it tries again")
			})
		s.jobs[up.Address] = j
	}
	return j
}
