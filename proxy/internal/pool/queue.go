package pool

import (
	"container/heap"
	"container/list"
	"time"

	"eslguard/proxy/internal/upstream"
)

// An account is what a Pool knows of one client.
type account struct {
	name string
	// inUse is how many connections the client has.
	inUse int
	// waiting are its Gets that wait, as *waiter, the oldest first.
	waiting list.List
	// index is the index in the queue, or -1 if none of its Gets wait.
	index int
}

func newAccount(name string) *account { return &account{name: name, index: -1} }

// oldest returns the Get that has waited longest. One must be waiting.
func (a *account) oldest() *waiter { return a.waiting.Front().Value.(*waiter) }

// A waiter is a Get that waits. Its link and err are set when done is closed.
type waiter struct {
	client *account
	// number is that of the Get: a later one has a higher number.
	number uint64
	// element is that of the client's list.
	element *list.Element
	since   time.Time
	done    chan struct{}
	link    upstream.Link
	err     error
}

// settle ends the wait.
func (w *waiter) settle(l upstream.Link, err error) {
	w.link, w.err = l, err
	close(w.done)
}

// settled reports whether the wait has ended.
func (w *waiter) settled() bool {
	select {
	case <-w.done:
		return true
	default:
		return false
	}
}

// A queue is the clients that wait: first the one with the fewest connections in use, and among
// several the one whose Get has waited longest. The zero queue is empty.
type queue struct {
	clients byUse
	// number is how many Gets have waited, and waiting is how many wait now.
	number  uint64
	waiting int
}

// add adds a Get of a client.
func (q *queue) add(a *account) *waiter {
	q.number++
	q.waiting++
	w := &waiter{client: a, number: q.number, since: time.Now(), done: make(chan struct{})}
	w.element = a.waiting.PushBack(w)
	q.fix(a)
	return w
}

// remove removes a Get that waits.
func (q *queue) remove(w *waiter) {
	q.waiting--
	w.client.waiting.Remove(w.element)
	q.fix(w.client)
}

// pop removes the Get of a client that has waited longest, and returns it.
func (q *queue) pop(a *account) *waiter {
	w := a.oldest()
	q.remove(w)
	return w
}

// first returns the client whose turn it is, and nil if none waits.
func (q *queue) first() *account {
	if len(q.clients) == 0 {
		return nil
	}
	return q.clients[0]
}

// fix puts a client into its place after its Gets that wait or its connections have changed.
func (q *queue) fix(a *account) {
	switch waits := a.waiting.Len() > 0; {
	case waits && a.index < 0:
		heap.Push(&q.clients, a)
	case waits:
		heap.Fix(&q.clients, a.index)
	case a.index >= 0:
		heap.Remove(&q.clients, a.index)
	}
}

// byUse implements heap.Interface for a queue.
type byUse []*account

func (b byUse) Len() int { return len(b) }

func (b byUse) Less(i, j int) bool {
	if b[i].inUse != b[j].inUse {
		return b[i].inUse < b[j].inUse
	}
	return b[i].oldest().number < b[j].oldest().number
}

func (b byUse) Swap(i, j int) {
	b[i], b[j] = b[j], b[i]
	b[i].index, b[j].index = i, j
}

func (b *byUse) Push(x any) {
	a := x.(*account)
	a.index = len(*b)
	*b = append(*b, a)
}

func (b *byUse) Pop() any {
	last := len(*b) - 1
	a := (*b)[last]
	(*b)[last] = nil
	*b = (*b)[:last]
	a.index = -1
	return a
}
