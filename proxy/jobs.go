package proxy

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/audit"
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

// maxJobEvent is how much of a BACKGROUND_JOB event is looked at: some 600 bytes of headers,
// and of the result what a record tells.
const maxJobEvent = 8 << 10

var (
	errTooManyJobs  = fmt.Errorf("%d bgapi jobs are running already", maxJobs)
	errDuplicateJob = errors.New("a job with that Job-UUID is running already")
)

// jobs keeps count of the bgapi jobs that run on one upstream. It learns of their ends
// from BACKGROUND_JOB events on a connection of its own, the watch, since a client may not
// have subscribed to them, may filter them, and may be gone before its job is.
type jobs struct {
	dial func(context.Context, *policy.Upstream) (link, error)
	log  func(error)
	// done is told the end of each job, with the beginning of its result and the whole one's length.
	done func(j job, id string, result []byte, size int64)
	// up is the upstream as the policy in force has it: its password may stand elsewhere than before.
	up atomic.Pointer[policy.Upstream]

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

// A job is a bgapi that runs.
type job struct {
	client, session string
	started         time.Time
	// record is the sequence of the command's audit record; 0 before it is written.
	record uint64
	// secret and originates say of the command what they say of a pending.
	secret, originates bool
	// taken is what the job holds of the client's limits until it ends.
	taken *policy.Taken
}

func newJobs(dial func(context.Context, *policy.Upstream) (link, error), log func(error), done func(job, string, []byte, int64)) *jobs {
	return &jobs{
		dial: dial, log: log, done: done,
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

// start counts a job that may be forwarded.
func (j *jobs) start(id string, started job) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.room(started.client, id); err != nil {
		j.forgetLost()
		if err := j.room(started.client, id); err != nil {
			return err
		}
	}
	j.running[id] = started
	j.clients[started.client]++
	return nil
}

// sent notes the record of a job that is about to be forwarded.
func (j *jobs) sent(id string, record uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if started, ok := j.running[id]; ok {
		started.record = record
		j.running[id] = started
	}
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

// end forgets a job and returns it. One that is not known is someone else's.
func (j *jobs) end(id string) (ended job, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.forget(id)
}

func (j *jobs) forget(id string) (forgotten job, ok bool) {
	forgotten, ok = j.running[id]
	if ok {
		delete(j.running, id)
		forgotten.taken.Release()
		if j.clients[forgotten.client]--; j.clients[forgotten.client] == 0 {
			delete(j.clients, forgotten.client)
		}
	}
	return forgotten, ok
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
	l, err := j.dial(ctx, j.up.Load())
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
			event, err := readBody(l.reader, f, maxJobEvent)
			if err != nil {
				return err
			}
			j.ended(event)
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

// ended handles a plain BACKGROUND_JOB event, of which the end may be missing.
func (j *jobs) ended(event []byte) {
	head, result, _ := bytes.Cut(event, []byte("\n\n"))
	id := eventHeader(head, "Job-UUID")
	ended, ok := j.end(id)
	if !ok || ended.record == 0 {
		return
	}
	size, err := strconv.ParseInt(eventHeader(head, "Content-Length"), 10, 64)
	if err != nil {
		size = int64(len(result)) // a job without output has no length either
	}
	j.done(ended, id, result, size)
}

// eventHeader returns a header of a plain event, as it stands there, and "" without one.
func eventHeader(head []byte, name string) string {
	_, rest, ok := bytes.Cut(head, []byte("\n"+name+": "))
	if !ok {
		return ""
	}
	value, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(value)
}

// newJobUUID makes the id of a job for which the client gave none.
func newJobUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// recordJob records the result of a job.
func (s *Server) recordJob(j job, id string, result []byte, size int64) {
	r := &audit.Record{
		Kind: audit.KindJob, Session: j.session, Client: j.client, Of: j.record, JobUUID: id,
		Reply: s.Audit.Reply(result, size, j.secret), Took: time.Since(j.started),
	}
	if j.originates {
		r.CallUUID = callUUID(result)
	}
	if _, err := s.Audit.Write(r); err != nil {
		s.troubled.Error().Err(err).Msg("the result of a bgapi is not recorded")
	}
}

// uuidLength is that of a uuid as FreeSWITCH writes it.
const uuidLength = 36

// callUUID returns the call that an originate says it made ("+OK UUID"), and "" where it does not.
func callUUID(answer []byte) string {
	uuid, ok := bytes.CutPrefix(answer, []byte("+OK "))
	if !ok || len(uuid) < uuidLength || bytes.ContainsAny(uuid[:uuidLength], " \r\n") {
		return ""
	}
	return string(uuid[:uuidLength])
}

// jobsOf returns the jobs of one upstream, by its address: two names for one switch share its jobs.
func (s *Server) jobsOf(up *policy.Upstream) *jobs {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, ok := s.jobs[up.Address]
	if !ok {
		j = newJobs(
			s.dialer.dial,
			func(err error) {
				s.Log.Warn().Str("upstream", up.Name).Err(err).Msg("the watch on bgapi jobs lost its connection; it tries again")
			},
			s.recordJob)
		s.jobs[up.Address] = j
	}
	j.up.Store(up)
	return j
}
