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
	// noWait is true if write must not wait for the socket.
	noWait bool
	// giveUp ends the session. It does not block, and may be called from other sessions'
	// goroutines.
	giveUp func(error)
	// contain is deferred in the outbox's own goroutines and ends the session after a fault there.
	contain func()

	// copyTo is given everything that is written, as it is written. Nil for a session that is not
	// recorded whole.
	copyTo func([]byte)

	// drained is signalled when queue becomes empty or err is set. Its L is the Writer's mutex, mu.
	drained sync.Cond
	// wg is the Writer's; the drain goroutine is counted in it.
	wg *sync.WaitGroup

	// queue is what waits for the socket. Nil if nothing does.
	queue []piece
	// gathered are chunks of an answer that is not complete, which must not be written yet. Nil if
	// there is none.
	gathered []piece
	// heldBack are events that must not be written before answers.
	heldBack []piece

	draining bool
	// sealed is true once the last words have been written: nothing more is taken.
	sealed bool
	// err is the first error. After it nothing can be written any more, and nothing waits.
	err error
	// inFlight is how many pieces of queue, from the first one, drain writes now without mu.
	inFlight int
	// undelivered is how many bytes of queue were dropped.
	undelivered int64

	// held is how much memory queue, gathered and heldBack have, and what the budget counts for
	// this outbox. evicted is true if the budget gave the outbox up.
	held    atomic.Int64
	evicted atomic.Bool
}

// A piece is something that waits for a client: a chunk of the outbox's own or a shared frame.
type piece struct {
	b []byte
	// done is how many bytes of b have been written.
	done int
	// shared is the frame that b belongs to, nil for a chunk.
	shared *Shared
}

// rest returns what has not been written.
func (p *piece) rest() []byte { return p.b[p.done:] }

// free gives back the memory of a piece that does not wait any more.
func (o *outbox) free(p *piece) {
	size := int64(cap(p.b))
	if p.shared == nil {
		o.budget.release(o, size, size)
		o.budget.reuse(p.b)
	} else {
		charged := p.shared.endWait()
		o.budget.release(o, size, charged)
	}
	*p = piece{}
}

// takesNothing reports whether nothing can be sent any more.
func (o *outbox) takesNothing() bool { return o.err != nil || o.sealed }

// write sends b, now or later, in order. The caller holds mu and may reuse b at once. After an
// error nothing is written; giveUp has been called.
func (o *outbox) write(b []byte) {
	if o.takesNothing() || len(b) == 0 {
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

// writeNow writes what the socket takes within writePatience, or at once if it must not wait.
func (o *outbox) writeNow(b []byte) (int, error) {
	n, err := o.conn.TryWrite(b)
	if err != nil || n == len(b) || o.noWait {
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

// enqueue copies b to the end of the queue.
func (o *outbox) enqueue(b []byte) {
	if o.keep(&o.queue, b) {
		o.startDrain()
	}
}

// startDrain starts the drain goroutine if it does not run.
func (o *outbox) startDrain() {
	if !o.draining {
		o.draining = true
		o.wg.Go(o.drain)
	}
}

// keep copies b to the end of list, within the session's limit and the budget. It returns false if
// they do not allow it; then giveUp has been called.
func (o *outbox) keep(list *[]piece, b []byte) bool {
	for len(b) > 0 {
		last := o.chunkFor(list)
		if last == nil {
			return false
		}
		n := min(len(b), cap(last.b)-len(last.b))
		last.b = append(last.b, b[:n]...)
		b = b[n:]
	}
	return true
}

// chunkFor returns the last chunk of list, after adding one if there is no space in it. It returns
// nil if the limits do not allow that; then giveUp has been called.
func (o *outbox) chunkFor(list *[]piece) *piece {
	size := minChunk
	if n := len(*list); n > 0 && (*list)[n-1].shared == nil {
		last := &(*list)[n-1]
		if len(last.b) < cap(last.b) {
			return last
		}
		size = min(max(2*cap(last.b), minChunk), maxChunk)
	}
	if o.held.Load()+int64(size) > o.max {
		o.fail(ErrSlowClient)
		return nil
	}
	*list = append(*list, piece{b: o.budget.chunk(size)})
	o.budget.take(o, int64(size), int64(size))
	if o.failEvicted(); o.err != nil {
		return nil
	}
	return &(*list)[len(*list)-1]
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
	for len(o.gathered) > 0 { // after an error it is empty
		chunk := o.gathered[0].b
		o.gathered = o.gathered[1:]
		o.budget.release(o, int64(cap(chunk)), int64(cap(chunk)))
		o.write(chunk)
		o.budget.reuse(chunk)
	}
	o.gathered = nil
}

func bytesOf(pieces []piece) (n int64) {
	for i := range pieces {
		n += int64(len(pieces[i].rest()))
	}
	return n
}

// maxInFlight is how many pieces drain writes at once.
const maxInFlight = 64

// drain writes the queue until it is empty or the connection fails.
func (o *outbox) drain() {
	defer o.contain()
	o.drained.L.Lock()
	defer o.drained.L.Unlock()
	defer o.endDrain()
	v := o.budget.takeVector()
	defer o.budget.putVector(v)
	for o.err == nil && len(o.queue) > 0 {
		o.inFlight = min(len(o.queue), maxInFlight)
		n, err := o.writeUnlocked(v.of(o.queue[:o.inFlight]))
		o.inFlight = 0
		o.queue = o.written(o.queue, n)
		if err != nil {
			o.fail(err)
		}
	}
}

// written frees those of pieces that n more bytes complete, and returns the others.
func (o *outbox) written(pieces []piece, n int) (rest []piece) {
	for len(pieces) > 0 && n >= len(pieces[0].rest()) {
		n -= len(pieces[0].rest())
		o.free(&pieces[0])
		pieces = pieces[1:]
	}
	if len(pieces) > 0 {
		pieces[0].done += n
	}
	return pieces
}

// writeUnlocked writes a part of bufs, at least one byte, with mu unlocked.
func (o *outbox) writeUnlocked(bufs [][]byte) (int, error) {
	o.drained.L.Unlock()
	defer o.drained.L.Lock()
	return o.conn.WriteSome(bufs)
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

// freeEvicted gives back the memory of an outbox that the budget gave up. It is a goroutine of its
// own, since the budget may be overspent by a goroutine that has another Writer's mu, and since the
// end of the session would be too late: it may have to wait for the disk.
func (o *outbox) freeEvicted() {
	defer o.contain()
	o.drained.L.Lock()
	defer o.drained.L.Unlock()
	o.failEvicted()
}

// drop gives back what waits, except the pieces that drain is writing: the client will not be sent
// it any more. The caller holds mu.
func (o *outbox) drop() {
	waiting := o.queue[o.inFlight:]
	o.undelivered += bytesOf(waiting)
	o.freeAll(waiting)
	o.freeAll(o.gathered)
	o.dropHeldBack()
	o.queue, o.gathered = o.queue[:o.inFlight], nil
}

// freeAll frees pieces.
func (o *outbox) freeAll(pieces []piece) {
	for i := range pieces {
		o.free(&pieces[i])
	}
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
