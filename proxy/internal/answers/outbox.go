package answers

import (
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/proxy/internal/wire"
)

// The errors about a client that is given up because it does not take what it is sent.
var (
	ErrSlowClient = errors.New("client too slow: what waits for it exceeds the limit of a session")
	ErrBudget     = errors.New("client too slow: what waits for all clients exceeds the limit, and it holds most")
)

// writePatience is how long a full socket is waited for before bytes are copied to wait in memory.
// A client that keeps up never costs the copy.
const writePatience = 5 * time.Millisecond

// An outbox carries bytes to a client without ever delaying the goroutine that writes. Bytes that
// the socket does not take, and the pieces of an answer that is to be sent as a whole, wait in
// memory, within the session's limit and the budget of all sessions, while a goroutine of its own
// drains the queue. The Writer's mutex guards all of it.
type outbox struct {
	conn   *wire.Conn
	max    int64
	budget *Budget
	// giveUp ends the session. It does not block, and may be called from other sessions'
	// goroutines.
	giveUp func(error)
	// contain is deferred in drain and ends the session after a fault there.
	contain func()

	// copyTo is given everything that is written, as it is written. Nil for a session that is not
	// recorded whole.
	copyTo func([]byte)

	// drained is signalled when queue becomes empty or err is set. Its L is the Writer's mutex, mu.
	drained sync.Cond
	// wg is the Writer's; the drain goroutine is counted in it.
	wg *sync.WaitGroup

	// queue are the chunks that wait. Nil if none does.
	queue [][]byte
	// gathered are chunks of an answer that is not complete, which must not be written yet. Nil if
	// there is none.
	gathered [][]byte

	draining bool
	// sealed is true once the last words have been written: nothing more is taken.
	sealed bool
	// err is the first error. After it nothing can be written any more, and nothing waits.
	err error
	// inFlight is the capacity of the first chunk of queue while drain writes it without mu, and 0
	// while it does not.
	inFlight int64
	// undelivered is how many bytes of queue were dropped.
	undelivered int64

	// held is the capacity of queue and gathered, as charged to the budget. evicted is true if the
	// budget gave this outbox up.
	held    atomic.Int64
	evicted atomic.Bool
}

// write sends b, now or later, in order. The caller holds mu and may reuse b at once. After an
// error nothing is written; giveUp has been called.
func (o *outbox) write(b []byte) {
	if o.err != nil || o.sealed || len(b) == 0 {
		return
	}
	if o.copyTo != nil {
		o.copyTo(b)
	}
	if !o.draining {
		n, err := o.writeNow(b)
		if err != nil {
			o.fail(err)
			return
		}
		if b = b[n:]; len(b) == 0 {
			return
		}
	}
	o.enqueue(b)
}

// writeNow writes what the socket takes within writePatience.
func (o *outbox) writeNow(b []byte) (int, error) {
	n, err := o.conn.TryWrite(b)
	if err != nil || n == len(b) {
		return n, err
	}
	_ = o.conn.SetWriteDeadline(time.Now().Add(writePatience))
	m, err := o.conn.Write(b[n:])
	_ = o.conn.SetWriteDeadline(time.Time{})
	if errors.Is(err, os.ErrDeadlineExceeded) {
		err = nil
	}
	return n + m, err
}

// Sizes of the chunks that wait: small for a reply to a stuck client, large for a stream.
const (
	minChunk = 4 << 10
	maxChunk = 256 << 10
)

// enqueue copies b to the end of the queue and starts the drain goroutine if it does not run.
func (o *outbox) enqueue(b []byte) {
	if o.keep(&o.queue, b) && !o.draining {
		o.draining = true
		o.wg.Go(o.drain)
	}
}

// keep copies b to the end of chunks, within the session's limit and the budget. It returns false
// if they do not allow it; then giveUp has been called.
func (o *outbox) keep(chunks *[][]byte, b []byte) bool {
	for len(b) > 0 {
		last := len(*chunks) - 1
		if last < 0 || len((*chunks)[last]) == cap((*chunks)[last]) {
			size := minChunk
			if last >= 0 {
				size = min(max(2*cap((*chunks)[last]), minChunk), maxChunk)
			}
			if o.held.Load()+int64(size) > o.max {
				o.fail(ErrSlowClient)
				return false
			}
			*chunks = append(*chunks, o.budget.chunk(size))
			last++
			o.budget.take(o, int64(size))
			if o.evicted.Load() {
				o.fail(ErrBudget)
				return false
			}
		}
		chunk := (*chunks)[last]
		n := min(len(b), cap(chunk)-len(chunk))
		(*chunks)[last] = append(chunk, b[:n]...)
		b = b[n:]
	}
	return true
}

// gather keeps b, a piece of an answer that can be sent only once it is complete. It counts as
// waiting for the client. It returns false if the limits do not allow it; then giveUp has been
// called. The caller holds mu and may reuse b at once.
func (o *outbox) gather(b []byte) bool { return o.err == nil && o.keep(&o.gathered, b) }

// gatheredBytes returns how many bytes have been gathered.
func (o *outbox) gatheredBytes() int64 { return bytesOf(o.gathered) }

// sendGathered sends head and then what was gathered. Each chunk is free for others once it is
// sent. The caller holds mu.
func (o *outbox) sendGathered(head []byte) {
	o.write(head)
	gathered := o.gathered
	o.gathered = nil
	for _, chunk := range gathered {
		if o.err != nil {
			return // all has been dropped
		}
		o.budget.release(o, int64(cap(chunk)))
		o.write(chunk)
		o.budget.reuse(chunk)
	}
}

func bytesOf(chunks [][]byte) (n int64) {
	for _, chunk := range chunks {
		n += int64(len(chunk))
	}
	return n
}

// drain writes the queue until it is empty or the connection fails.
func (o *outbox) drain() {
	defer o.contain()
	o.drained.L.Lock()
	defer o.drained.L.Unlock()
	defer o.endDrain()
	for o.err == nil && len(o.queue) > 0 {
		chunk := o.queue[0]
		// A chunk that is being written must not grow under the writer.
		o.queue[0] = chunk[:len(chunk):len(chunk)]
		o.inFlight = int64(cap(chunk))
		n, err := o.writeUnlocked(chunk)
		o.inFlight = 0
		if err != nil || o.err != nil {
			o.queue[0] = chunk[n:]
			o.fail(err)
			return
		}
		o.queue[0] = nil
		o.queue = o.queue[1:]
		o.budget.release(o, int64(cap(chunk)))
		o.budget.reuse(chunk)
	}
}

// writeUnlocked writes a chunk with mu unlocked.
func (o *outbox) writeUnlocked(chunk []byte) (int, error) {
	o.drained.L.Unlock()
	defer o.drained.L.Lock()
	return o.conn.Write(chunk)
}

// errDrainFault is the error after drain has ended with a fault, so that no goroutine waits for it.
var errDrainFault = errors.New("internal error while writing to the client")

// endDrain notes that the queue is not drained any more. The caller holds mu.
func (o *outbox) endDrain() {
	o.inFlight = 0
	if len(o.queue) > 0 && o.err == nil {
		o.err = errDrainFault // drain leaves something only after an error
	}
	if o.err != nil {
		o.drop()
	}
	o.queue, o.draining = nil, false
	o.drained.Broadcast()
}

// fail keeps the first error, drops what waits and ends the session. The caller holds mu.
func (o *outbox) fail(err error) {
	if o.err == nil {
		o.err = err
		o.drop()
		o.drained.Broadcast()
		o.giveUp(err)
	}
}

// failEvicted calls fail if the budget gave the outbox up. The caller holds mu.
func (o *outbox) failEvicted() {
	if o.evicted.Load() {
		o.fail(ErrBudget)
	}
}

// drop gives back what waits, except the chunk that drain is writing: the client will not be sent
// it any more. The end of the session would be too late for that, since it may have to wait for the
// disk. The caller holds mu.
func (o *outbox) drop() {
	o.budget.release(o, o.held.Load()-o.inFlight)
	writing := 0
	if o.inFlight > 0 {
		writing = 1
	}
	for i, chunk := range o.queue[writing:] {
		o.undelivered += int64(len(chunk))
		o.queue[writing+i] = nil
		o.budget.reuse(chunk)
	}
	for _, chunk := range o.gathered {
		o.budget.reuse(chunk)
	}
	o.queue, o.gathered = o.queue[:writing], nil
}

// flush waits until everything has been written or the connection fails, which it does at its write
// deadline. The caller holds mu and has sealed the outbox: a write would clear the deadline.
func (o *outbox) flush() {
	for o.draining && o.err == nil {
		o.drained.Wait()
	}
}

// discard drops what waits and returns how many bytes were not delivered. The caller holds mu, and
// drain has ended.
func (o *outbox) discard() int64 {
	o.drop()
	return o.undelivered
}
