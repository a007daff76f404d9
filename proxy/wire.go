package proxy

import (
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

// Keepalive of both sides: a peer that vanished without a word is noticed after about
// 15 + 3×5 seconds, long before an operator would look for it.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// restAfter is how long a connection is quiet before the goroutine that waits on it is begun
// anew. A goroutine keeps the stack that its deepest call needed; a fresh one waits on the
// smallest there is, which is most of what an idle session costs.
const restAfter = 5 * time.Second

// A wire is one connection, to a client or to FreeSWITCH. Its owner is the session, which
// alone closes it; others may interrupt it. One goroutine reads at a time, and one writes.
//
// Beyond net.Conn it can wait for bytes without holding a buffer and write without
// waiting, which needs the file descriptor. Over a connection without one (net.Pipe), and on
// systems where canPoll is false, the first does not wait and the second writes nothing.
type wire struct {
	net.Conn
	raw syscall.RawConn

	// The closures that raw calls, made once, and what they work on.
	waitFn, writeFn func(fd uintptr) bool
	woken           bool
	writeBuf        []byte
	writeN          int
	writeErr        error

	// restSet is when wait last set a read deadline; zero: there is none of its making.
	restSet time.Time
	// rested: wait has said before that the connection is quiet.
	rested bool
	// interrupted: every read deadline stays in the past.
	interrupted atomic.Bool

	// onFirst is called by Read when the first bytes have come, before they are returned; nil:
	// nobody is told, or has been told.
	onFirst func()
}

// newWire takes ownership of c.
func newWire(c net.Conn) *wire {
	w := &wire{Conn: c}
	if tcp, ok := c.(*net.TCPConn); ok {
		// An error means that the connection is dead already; the next read says so.
		_ = tcp.SetKeepAliveConfig(keepAlive)
	}
	if sc, ok := c.(syscall.Conn); ok && canPoll {
		if raw, err := sc.SyscallConn(); err == nil {
			w.raw = raw
			w.waitFn, w.writeFn = w.waitFD, w.writeFD
		}
	}
	return w
}

// wait waits until there is something to read, or the connection has come to an end, which
// the next read tells. quiet says instead that nothing came for restAfter: the caller may go on
// in a fresh goroutine, and wait again. It says so once, until something comes.
func (w *wire) wait() (quiet bool) {
	if w.raw == nil {
		return false
	}
	if !w.rested {
		w.setRest(time.Now())
	}
	w.woken = false
	err := w.raw.Read(w.waitFn)
	if err == nil || w.rested || w.interrupted.Load() || !isTimeout(err) {
		w.rested = false
		return false
	}
	w.rested = true
	w.clearRest()
	return true
}

// waitFD is called when the descriptor may be readable; false waits until it is.
func (w *wire) waitFD(fd uintptr) bool {
	if w.woken || readable(fd) {
		return true
	}
	w.woken = true
	return false
}

// hold waits for d without reading, or until the wire is interrupted or done is closed. Its error
// says that the far end is gone: io.EOF where it has closed its side.
func (w *wire) hold(d time.Duration, done <-chan struct{}) error {
	if w.raw == nil {
		t := time.NewTimer(d)
		defer t.Stop()
		select {
		case <-t.C:
		case <-done:
		}
		return nil
	}
	w.setReadDeadline(time.Now().Add(d))
	defer w.clearRest()
	var gone error
	err := w.raw.Read(func(fd uintptr) bool {
		gone = farEnd(fd)
		return gone != nil
	})
	if err == nil {
		return gone
	}
	if isTimeout(err) {
		return nil
	}
	return err
}

// gone says without waiting what hold does of the far end: nil while it is there, or where this
// system does not tell.
func (w *wire) gone() (err error) {
	if w.raw == nil {
		return nil
	}
	if closed := w.raw.Control(func(fd uintptr) { err = farEnd(fd) }); closed != nil {
		return closed
	}
	return err
}

// setRest lets wait end after restAfter. The deadline is moved only now and then: while there
// is traffic, it need only stay in the future.
func (w *wire) setRest(now time.Time) {
	if now.Sub(w.restSet) < restAfter/2 {
		return
	}
	w.restSet = now
	w.setReadDeadline(now.Add(restAfter))
}

func (w *wire) clearRest() {
	w.restSet = time.Time{}
	w.setReadDeadline(time.Time{})
}

// setReadDeadline sets a deadline, which an interrupt that comes meanwhile outdoes.
func (w *wire) setReadDeadline(t time.Time) {
	_ = w.SetReadDeadline(t)
	if w.interrupted.Load() {
		_ = w.SetReadDeadline(past)
	}
}

// Read reads. A deadline of wait's making is not its caller's matter.
func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	for n == 0 && isTimeout(err) && !w.restSet.IsZero() && !w.interrupted.Load() {
		w.clearRest()
		n, err = w.Conn.Read(b)
	}
	if n > 0 && w.onFirst != nil {
		first := w.onFirst
		w.onFirst = nil
		first()
	}
	return n, err
}

// tryWrite writes what the socket takes at once, which may be nothing. One goroutine writes at a
// time: to a client whoever holds the session's mutex, to FreeSWITCH the one that serves the
// session.
func (w *wire) tryWrite(b []byte) (int, error) {
	if w.raw == nil || len(b) == 0 {
		return 0, nil
	}
	w.writeBuf, w.writeN, w.writeErr = b, 0, nil
	err := w.raw.Write(w.writeFn)
	w.writeBuf = nil
	if err == nil {
		err = w.writeErr
	}
	return w.writeN, err
}

// writeFD writes once and never waits.
func (w *wire) writeFD(fd uintptr) bool {
	n, err := writeOnce(fd, w.writeBuf)
	if err != nil && err != errWouldBlock {
		w.writeErr = err
	}
	w.writeN = max(n, 0)
	return true
}

// closeWrite says that no more will be written, where the connection can say so.
func (w *wire) closeWrite() {
	if c, ok := w.Conn.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite() // a dead connection is closed soon anyway
	}
}

// interruptIn is interrupt after a while: reads go on until then, and waits do not.
func (w *wire) interruptIn(d time.Duration) {
	w.interrupted.Store(true) // before the deadline, which a read would take for one of wait's making otherwise
	_ = w.SetReadDeadline(time.Now().Add(d))
}

// interrupt ends every wait of a reader, now and later.
func (w *wire) interrupt() {
	w.interrupted.Store(true)
	_ = w.SetReadDeadline(past)
}

// past is a deadline that has expired.
var past = time.Unix(1, 0)
