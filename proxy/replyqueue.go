package proxy

import (
	"time"

	"eslguard/policy"
)

// A pending is one command that waits for its answer, or for its turn to be answered.
type pending struct {
	// local is the whole answer, when the proxy gives it. nil: FreeSWITCH gives it.
	local []byte
	// api says that the answer from FreeSWITCH must be an api/response; otherwise it must be a command/reply.
	api bool
	// parts is how many answers FreeSWITCH still owes: more than one for a console_execute
	// of several parts, whose bodies are gathered and answered as one.
	parts int
	// joined says that the answers are gathered in the outbox, because more than one was owed.
	joined bool
	// getvar says that an api/response is to be given to the client in getvar's form.
	getvar bool
	// size is what the command counts for in replyQueue.bytes.
	size int
	// record is the sequence of the command's audit record, by which its outcome refers to it.
	record uint64
	// secret says that the answer's text may not be recorded.
	secret bool
	// originates says that the answer names the call that was made.
	originates bool
	// job is the Job-UUID of a bgapi.
	job string
	// taken is what the command holds of the client's limits until it is answered.
	taken *policy.Taken
	// sent is when the command was forwarded.
	sent time.Time
}

// A replyQueue keeps the order of answers: one for each command, in the order of the
// commands, whoever gives them. The zero replyQueue is empty. It is not safe for
// concurrent use; the session's mutex guards it.
type replyQueue struct {
	ring  []pending
	first int
	n     int
	bytes int
}

// push adds a command at the end.
func (q *replyQueue) push(p pending) {
	if q.n == len(q.ring) {
		q.grow()
	}
	q.ring[(q.first+q.n)%len(q.ring)] = p
	q.n++
	q.bytes += p.size
}

func (q *replyQueue) grow() {
	ring := make([]pending, max(4, 2*len(q.ring)))
	for i := range q.n {
		ring[i] = q.ring[(q.first+i)%len(q.ring)]
	}
	q.ring, q.first = ring, 0
}

// head returns the command whose turn it is, and nil when none waits.
func (q *replyQueue) head() *pending {
	if q.n == 0 {
		return nil
	}
	return &q.ring[q.first]
}

// owed returns the command that the next answer from FreeSWITCH belongs to: the head,
// since answers of the proxy's own never stay at the head. It is nil when FreeSWITCH owes nothing.
func (q *replyQueue) owed() *pending {
	if h := q.head(); h != nil && h.local == nil {
		return h
	}
	return nil
}

// abandon empties the queue of a session that has ended, and returns what commands that FreeSWITCH
// has not answered hold of the client's limits on what is under way. These limits bound how many
// they are.
func (q *replyQueue) abandon() (held []*policy.Taken) {
	for q.n > 0 {
		if p := q.owed(); p != nil && p.taken.CountsAtOnce() {
			held = append(held, p.taken)
			p.taken = nil
		}
		q.pop()
	}
	return held
}

// release gives back what the head holds of the client's limits, since FreeSWITCH has carried the
// command out. The queue must not be empty.
func (q *replyQueue) release() { q.head().taken.Release() }

// pop removes the head. The queue must not be empty.
func (q *replyQueue) pop() {
	q.bytes -= q.ring[q.first].size
	q.ring[q.first].taken.Release()
	q.ring[q.first] = pending{}
	q.first = (q.first + 1) % len(q.ring)
	q.n--
	if q.n == 0 && len(q.ring) > idleRing {
		*q = replyQueue{}
	}
}

// idleRing is the largest ring that an empty queue keeps, so that an idle session stays small.
const idleRing = 8

// popLocal removes the head if the proxy answers it and its turn has come, and returns
// that answer. ok is false when the queue is empty or FreeSWITCH's answer is awaited.
func (q *replyQueue) popLocal() (answer []byte, ok bool) {
	h := q.head()
	if h == nil || h.local == nil {
		return nil, false
	}
	answer = h.local
	q.pop()
	return answer, true
}
