package answers

import (
	"time"

	"eslguard/policy"
)

// A Pending is one command that waits for its answer, or for its turn to be answered.
type Pending struct {
	// local is the whole answer, if the proxy gives it. Nil: FreeSWITCH gives it, or the place is
	// reserved.
	local []byte
	// reserved says that the proxy will give the answer once it is its turn.
	reserved bool
	// API says that the answer from FreeSWITCH must be an api/response. Otherwise it must be a
	// command/reply.
	API bool
	// Parts is how many answers FreeSWITCH still owes: more than one for a console_execute of
	// several parts, whose bodies are gathered and answered as one.
	Parts int
	// Joined says that the answers are gathered, because more than one was owed.
	Joined bool
	// Hidden says that the client is not sent the answer: eslguard has sent the command itself.
	Hidden bool
	// OnReply is called with the Reply-Text before the answer is passed on. It returns false if
	// FreeSWITCH may not have answered that. Nil: nothing is called.
	OnReply func(text []byte) bool
	// Getvar says that an api/response is to be given to the client in getvar's form.
	Getvar bool
	// Size is how many bytes the command has.
	Size int
	// Record is the sequence of the command's audit record, by which its outcome refers to it.
	Record uint64
	// Secret says that the answer's text may not be recorded.
	Secret bool
	// Originates says that the answer names the call that was made.
	Originates bool
	// Job is the Job-UUID of a bgapi, "" for any other command.
	Job string
	// Taken is what the command counts for in the client's limits until it is answered. Nil for
	// none.
	Taken *policy.Taken
	// Sent is when the command was forwarded.
	Sent time.Time
}

// A queue keeps the order of answers: one for each command, in the order of the commands, whether
// FreeSWITCH or the proxy gives it. The zero queue is empty. It is not safe for concurrent use.
type queue struct {
	ring  []Pending
	first int
	n     int
	bytes int
}

// push adds a command at the end.
func (q *queue) push(p Pending) {
	if q.n == len(q.ring) {
		q.grow()
	}
	q.ring[(q.first+q.n)%len(q.ring)] = p
	q.n++
	q.bytes += p.Size
}

func (q *queue) grow() {
	ring := make([]Pending, max(4, 2*len(q.ring)))
	for i := range q.n {
		ring[i] = q.ring[(q.first+i)%len(q.ring)]
	}
	q.ring, q.first = ring, 0
}

// head returns the command whose turn it is, and nil if the queue is empty.
func (q *queue) head() *Pending {
	if q.n == 0 {
		return nil
	}
	return &q.ring[q.first]
}

// owed returns the command that the next answer from FreeSWITCH belongs to: the head, since answers
// of the proxy's own never stay at the head. It returns nil if FreeSWITCH owes nothing, or if the
// head is a reserved place.
func (q *queue) owed() *Pending {
	if h := q.head(); h != nil && h.local == nil && !h.reserved {
		return h
	}
	return nil
}

// reservedFirst reports whether the head is a reserved place.
func (q *queue) reservedFirst() bool {
	h := q.head()
	return h != nil && h.reserved
}

// abandon empties the queue of a session that has ended. It returns what the commands that
// FreeSWITCH has not answered count for in the client's limits on what is in progress. Those limits
// bound how many they are.
func (q *queue) abandon() (unanswered []*policy.Taken) {
	for q.n > 0 {
		if p := q.owed(); p != nil && p.Taken.CountsAtOnce() {
			unanswered = append(unanswered, p.Taken)
			p.Taken = nil
		}
		q.pop()
	}
	return unanswered
}

// release gives back what the head counts for in the client's limits, since FreeSWITCH has carried
// the command out. The queue must not be empty.
func (q *queue) release() { q.head().Taken.Release() }

// pop removes the head. The queue must not be empty.
func (q *queue) pop() {
	q.bytes -= q.ring[q.first].Size
	q.ring[q.first].Taken.Release()
	q.ring[q.first] = Pending{}
	q.first = (q.first + 1) % len(q.ring)
	q.n--
	if q.n == 0 && len(q.ring) > idleRing {
		*q = queue{}
	}
}

// idleRing is the largest ring that an empty queue keeps, so that an idle session stays small.
const idleRing = 8

// popLocal removes the head if the proxy answers it and its turn has come, and returns that answer.
// It returns false if the queue is empty, the head is FreeSWITCH's to answer, or it is a reserved
// place.
func (q *queue) popLocal() (answer []byte, ok bool) {
	h := q.head()
	if h == nil || h.local == nil {
		return nil, false
	}
	answer = h.local
	q.pop()
	return answer, true
}
