package proxy

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"eslguard/audit"
	"eslguard/policy"
)

// lostJobs is how long a job counts whose end may have been missed, because the watch on the
// upstream was not connected all the time that it ran, or because the end that was heard may be
// that of another client's job.
const lostJobs = 10 * time.Minute

// maxJobAge is how long any job counts: one whose connection broke as it was sent may never have begun.
const maxJobAge = 24 * time.Hour

// sweepEvery is how often lost jobs are looked for, at most.
const sweepEvery = time.Second

// errDuplicateJob is about a job of the same client.
var errDuplicateJob = errors.New("a job with that Job-UUID is running already")

// errTooManyJobs says how many jobs run, and which setting lets more of them run.
func errTooManyJobs(running int) error {
	if running == 1 {
		return errors.New("1 bgapi job is running already, and \"jobs\" of the client in the policy allows no more")
	}
	return fmt.Errorf("%d bgapi jobs are running already, and \"jobs\" of the client in the policy allows no more", running)
}

// jobs keeps count of the bgapi jobs that run on one upstream. It learns of their ends from
// BACKGROUND_JOB events on a connection of its own, since a client may not have subscribed to them,
// may filter them, and may be gone before its job is.
type jobs struct {
	watch jobWatch
	// done is told the end of each job, with the beginning of its result and the whole one's length.
	done func(j job, id string, result []byte, size int64)

	mu sync.Mutex
	// running are the jobs by their Job-UUID, then by client: two clients may have chosen the same.
	running map[string]map[string]job
	clients map[string]int
	// nested are the jobs that the API bgapi starts, by their commands, the oldest first.
	nested map[jobMark][]nestedJob
	// swept is when lost jobs were last looked for.
	swept time.Time
}

// A job is a bgapi that runs.
type job struct {
	client, session string
	started         time.Time
	// record is the sequence of the command's audit record; 0 before it is written.
	record uint64
	// mark tells its command from another of the same Job-UUID.
	mark jobMark
	// doubts is how many ends were heard that may have been this job's: several clients run the
	// same command under the same Job-UUID. It is unsure once it has ended, where nobody can say
	// which end was its own.
	doubts int
	unsure bool
	// secret and originates say of the command what they say of a pending.
	secret, originates bool
	// taken is what the job holds of the client's limits until it ends.
	taken *policy.Taken
}

func newJobs(dial func(context.Context, *policy.Upstream) (link, error), log func(error), done func(job, string, []byte, int64)) *jobs {
	j := &jobs{
		done: done, running: make(map[string]map[string]job), clients: make(map[string]int),
		nested: make(map[jobMark][]nestedJob),
	}
	j.watch.dial, j.watch.log, j.watch.ended = dial, log, j.ended
	j.watch.busy, j.watch.abandoned = j.anyRuns, j.forgetAll
	j.watch.init()
	return j
}

func (j *jobs) count() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	n := 0
	for _, of := range j.clients {
		n += of
	}
	return n
}

// anyRuns reports whether a job runs whose end may still be heard.
func (j *jobs) anyRuns() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.forgetLost()
	return len(j.running) > 0 || len(j.nested) > 0
}

// forgetAll gives up on all jobs: nobody will hear of their ends.
func (j *jobs) forgetAll() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for id, running := range j.running {
		for client := range running {
			j.forget(client, id)
		}
	}
	for mark, list := range j.nested {
		for range len(list) {
			j.dropNested(mark, 0)
		}
	}
}

// start counts a job that may be forwarded, unless most jobs of its client run already.
func (j *jobs) start(id string, started job, most int) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.room(started.client, id, most); err != nil {
		j.forgetLost()
		if err := j.room(started.client, id, most); err != nil {
			return err
		}
	}
	if j.running[id] == nil {
		j.running[id] = make(map[string]job, 1)
	}
	j.running[id][started.client] = started
	j.clients[started.client]++
	return nil
}

// sent notes the record of a client's job that is about to be forwarded.
func (j *jobs) sent(client, id string, record uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if started, ok := j.running[id][client]; ok {
		started.record = record
		j.running[id][client] = started
	}
}

func (j *jobs) room(client, id string, most int) error {
	if _, ok := j.running[id][client]; ok {
		return errDuplicateJob
	}
	if n := j.clients[client]; n >= most {
		return errTooManyJobs(n)
	}
	return nil
}

// undo forgets a job that was not forwarded.
func (j *jobs) undo(client, id string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.forget(client, id)
}

// end forgets and returns the jobs that are over now that FreeSWITCH has ended one of that id and
// command: none, where that is somebody else's. Where several clients have one, it returns none
// before as many have ended.
func (j *jobs) end(id string, mark jobMark) (ended []job) {
	j.mu.Lock()
	defer j.mu.Unlock()
	heard := 0
	for client, job := range j.running[id] {
		if job.mark == mark || job.mark == anyMark {
			job.doubts++
			j.running[id][client] = job
			heard = max(heard, job.doubts)
			ended = append(ended, job)
		}
	}
	if heard < len(ended) {
		return nil
	}
	for i := range ended {
		ended[i].unsure = len(ended) > 1
		j.forget(ended[i].client, id)
	}
	return ended
}

// forget forgets a job. The caller holds mu.
func (j *jobs) forget(client, id string) {
	forgotten, ok := j.running[id][client]
	if !ok {
		return
	}
	if delete(j.running[id], client); len(j.running[id]) == 0 {
		delete(j.running, id)
	}
	forgotten.taken.Release()
	j.uncount(client)
}

// uncount makes the place of one job free. The caller holds mu.
func (j *jobs) uncount(client string) {
	if j.clients[client]--; j.clients[client] == 0 {
		delete(j.clients, client)
	}
}

// forgetLost gives up on jobs whose end may have been missed, and returns how many. The caller holds mu.
func (j *jobs) forgetLost() (n int) {
	broken := j.watch.lastBroken()
	for id, running := range j.running {
		for client, job := range running {
			age := time.Since(job.started)
			if age > maxJobAge || age > lostJobs && (job.doubts > 0 || !job.started.After(broken)) {
				j.forget(client, id)
				n++
			}
		}
	}
	return n + j.forgetLostNested()
}

// sweep is forgetLost for callers waiting for a job's limits. It returns false if no job was lost,
// or if lost jobs were looked for a moment before.
func (j *jobs) sweep() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	if time.Since(j.swept) < sweepEvery {
		return false
	}
	j.swept = time.Now()
	return j.forgetLost() > 0
}

// newJobUUID makes the id of a job for which the client gave none.
func newJobUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// unsureJob is recorded in the place of a result of which nobody can say whose it is.
const unsureJob = "several clients ran the same command under this Job-UUID: whose result is which cannot be told"

// recordJob records the result of a job.
func (s *Server) recordJob(j job, id string, result []byte, size int64) {
	r := &audit.Record{
		Kind: audit.KindJob, Session: j.session, Client: j.client, Of: j.record, JobUUID: id, Took: time.Since(j.started),
	}
	switch {
	case j.unsure:
		r.Reason = unsureJob
	case j.originates:
		r.CallUUID = callUUID(result)
		fallthrough
	default:
		r.Reply = s.Audit.Reply(result, size, j.secret)
	}
	if _, err := s.Audit.Write(r); err != nil {
		s.troubled.Error().Str("event", "audit").Err(err).Msg("the result of a bgapi is not recorded")
	}
	s.allowances.charge(r.Client, r.Size, time.Now())
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

// sweepJobs looks for lost jobs of an upstream, and reports whether there were any.
func (s *Server) sweepJobs(up *policy.Upstream) bool {
	j := s.knownJobs(up.Address)
	return j != nil && j.sweep()
}

// jobsOf returns the jobs of one upstream, by its address: two names for one switch share its jobs.
func (s *Server) jobsOf(up *policy.Upstream) *jobs {
	s.mu.Lock()
	defer s.mu.Unlock()
	j, ok := s.jobs[up.Address]
	if !ok {
		j = newJobs(s.dialer.dial, s.watchLog(up.Name), s.recordJob)
		j.watch.contain = s.contain
		s.jobs[up.Address] = j
	}
	j.watch.up.Store(up)
	return j
}

// watchLog returns what tells the operator of the watch on an upstream.
func (s *Server) watchLog(upstream string) func(error) {
	return func(err error) {
		if err == nil {
			s.Log.Info().Str("event", "jobs").Str("upstream", upstream).Msg("the connection that hears the ends of bgapi jobs is back")
			return
		}
		s.Log.Warn().Str("event", "jobs").Str("upstream", upstream).Err(err).
			Msg("the connection that hears the ends of bgapi jobs is lost; eslguard tries again until it is back")
	}
}

// reachable tells the watch on an upstream that a session has just logged in there.
func (s *Server) reachable(up *policy.Upstream) {
	if j := s.knownJobs(up.Address); j != nil {
		j.watch.reachable()
	}
}

// knownJobs returns the jobs of the upstream at an address, and nil if none was ever started there.
func (s *Server) knownJobs(address string) *jobs {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.jobs[address]
}

// leaveUpstreams ends the watches on upstreams that p does not have.
func (s *Server) leaveUpstreams(p *policy.Policy) {
	addresses := make(map[string]bool)
	for _, up := range p.Upstreams() {
		addresses[up.Address] = true
	}
	for address, j := range s.allJobs() {
		j.watch.known(addresses[address])
	}
}

func (s *Server) allJobs() map[string]*jobs {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.jobs)
}
