package jobs

import "sync"

// A report is the end of a job that is to be reported.
type report struct {
	job    Job
	id     string
	result []byte // the beginning
	size   int64  // of the whole
}

// reports are the ends of jobs that wait to be reported, which may take long: they are written to
// the audit. There are never more than jobs that ran when the reporting began to take long, because
// no command is forwarded before its own record has been written. The zero value has none.
type reports struct {
	// done is called with each report.
	done func(j Job, id string, result []byte, size int64)
	// contain recovers from a fault in done. Nil: a fault ends the program.
	contain func()

	wg    sync.WaitGroup
	mu    sync.Mutex
	queue []report
	busy  bool // the goroutine runs
}

// add reports r soon. It does not wait.
func (q *reports) add(r report) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.queue = append(q.queue, r)
	if !q.busy {
		q.busy = true
		q.wg.Go(q.run)
	}
}

// run reports what waits.
func (q *reports) run() {
	for {
		r, ok := q.next()
		if !ok {
			return
		}
		q.report(r)
	}
}

// next takes the next report, and returns false if none waits; then run must end.
func (q *reports) next() (report, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.queue) == 0 {
		q.queue, q.busy = nil, false
		return report{}, false
	}
	r := q.queue[0]
	q.queue[0] = report{}
	q.queue = q.queue[1:]
	return r, true
}

func (q *reports) report(r report) {
	if q.contain != nil {
		defer q.contain()
	}
	q.done(r.job, r.id, r.result, r.size)
}

// wait waits until everything has been reported. Nothing may be added any more.
func (q *reports) wait() { q.wg.Wait() }
