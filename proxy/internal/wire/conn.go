package wire

import (
	"errors"
	"net"
	"sync/atomic"
	"syscall"
	"time"
)

// keepAlive is set for both sides: a far end that vanished without closing its connection is
// noticed after about 15 + 3×5 seconds.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// IdleAfter is how long nothing must come before Wait reports that a connection is idle.
const IdleAfter = 5 * time.Second

// Past is a deadline that has expired.
var Past = time.Unix(1, 0)

// A Conn is one connection. Its owner, which is the session, alone closes it; others may interrupt
// it. One goroutine reads at a time, and one writes.
//
// What it can do beyond net.Conn needs the file descriptor. Over a connection without one
// (net.Pipe), and on systems where canPoll is false, Wait does not wait, TryWrite and TryWritev
// write nothing, and WriteSome writes one buffer.
type Conn struct {
	net.Conn
	raw syscall.RawConn

	// The closures that raw calls, made once, and their arguments and results.
	waitFn, writeFn, writevFn func(fd uintptr) bool

	woken     bool
	writeBuf  []byte
	writeBufs [][]byte
	writeWait bool // WriteSome is called, which waits
	writeN    int
	writeErr  error

	// idleSet is when Wait last set a read deadline. Zero: no deadline of Wait's is set.
	idleSet time.Time
	// idle is true after Wait has reported that the connection is idle, until something comes.
	idle bool
	// interrupted is true once every read deadline has to stay in the past.
	interrupted atomic.Bool

	// onFirst is called by Read when the first bytes have come, before they are returned. Nil:
	// nothing is called.
	onFirst func()
}

// New returns a Conn over c, which it takes ownership of.
func New(c net.Conn) *Conn {
	w := &Conn{Conn: c}
	if tcp, ok := c.(*net.TCPConn); ok {
		// An error means that the connection is dead already; the next read reports it.
		_ = tcp.SetKeepAliveConfig(keepAlive)
	}
	if sc, ok := c.(syscall.Conn); ok && canPoll {
		if raw, err := sc.SyscallConn(); err == nil {
			w.raw = raw
			w.waitFn, w.writeFn, w.writevFn = w.waitFD, w.writeFD, w.writevFD
		}
	}
	return w
}

// OnFirst makes Read call f once, when the next bytes have come and before it returns them. Nil
// removes what was set. Only the goroutine that reads may call OnFirst.
func (w *Conn) OnFirst(f func()) { w.onFirst = f }

// Wait waits until there is something to read or the connection has ended, which the next read
// reports. It returns true if nothing came for IdleAfter: the caller may then continue in a fresh
// goroutine and wait again. It returns true once, until something comes.
func (w *Conn) Wait() (idle bool) {
	if w.raw == nil {
		return false
	}
	if !w.idle {
		w.setIdleDeadline(time.Now())
	}
	w.woken = false
	err := w.raw.Read(w.waitFn)
	if err == nil || w.idle || w.interrupted.Load() || !IsTimeout(err) {
		w.idle = false
		return false
	}
	w.idle = true
	w.clearIdleDeadline()
	return true
}

// waitFD is called when the descriptor may be readable. It returns false to wait until it is.
func (w *Conn) waitFD(fd uintptr) bool {
	if w.woken || readable(fd) {
		return true
	}
	w.woken = true
	return false
}

// Hold waits for d without reading, or until the Conn is interrupted or done is closed. Its error
// reports that the far end is gone: io.EOF if it has closed its side.
func (w *Conn) Hold(d time.Duration, done <-chan struct{}) error {
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
	defer w.clearIdleDeadline()
	var gone error
	err := w.raw.Read(func(fd uintptr) bool {
		gone = farEnd(fd)
		return gone != nil
	})
	if err == nil {
		return gone
	}
	if IsTimeout(err) {
		return nil
	}
	return err
}

// Gone reports without waiting whether the far end is gone: nil while it is there, or if this
// system cannot report it; io.EOF if it has closed its side; another error if the connection is
// broken.
func (w *Conn) Gone() (err error) {
	if w.raw == nil {
		return nil
	}
	if closed := w.raw.Control(func(fd uintptr) { err = farEnd(fd) }); closed != nil {
		return closed
	}
	return err
}

// quietRead is how long Quiet waits in a read on systems that do not report the state of a
// connection.
const quietRead = time.Millisecond

// Quiet reports whether nothing has come, the far end is there, and the Conn has not been
// interrupted. If it returns false, the Conn must be closed: a byte may be lost. Only the goroutine
// that reads may call Quiet. It does not wait, except for quietRead on systems that do not report
// the state of a connection.
func (w *Conn) Quiet() bool {
	if w.interrupted.Load() {
		return false
	}
	if w.raw != nil {
		comes := false
		closed := w.raw.Control(func(fd uintptr) { comes = readable(fd) })
		return closed == nil && !comes
	}
	w.setReadDeadline(time.Now().Add(quietRead))
	n, err := w.Conn.Read(make([]byte, 1))
	w.clearIdleDeadline()
	return n == 0 && IsTimeout(err) && !w.interrupted.Load()
}

// setIdleDeadline makes Wait return after IdleAfter. It moves the deadline only now and then: while
// there is traffic, the deadline need only be in the future.
func (w *Conn) setIdleDeadline(now time.Time) {
	if now.Sub(w.idleSet) < IdleAfter/2 {
		return
	}
	w.idleSet = now
	w.setReadDeadline(now.Add(IdleAfter))
}

// clearIdleDeadline removes the read deadline that Wait or Hold has set.
func (w *Conn) clearIdleDeadline() {
	w.idleSet = time.Time{}
	w.setReadDeadline(time.Time{})
}

// setReadDeadline sets a read deadline, unless the Conn has been interrupted.
func (w *Conn) setReadDeadline(t time.Time) {
	_ = w.SetReadDeadline(t)
	if w.interrupted.Load() {
		_ = w.SetReadDeadline(Past)
	}
}

// Read is like that of net.Conn, but does not return a timeout that is due to a deadline of Wait's.
// Other errors are those of the connection.
func (w *Conn) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	for n == 0 && IsTimeout(err) && !w.idleSet.IsZero() && !w.interrupted.Load() {
		w.clearIdleDeadline()
		n, err = w.Conn.Read(b)
	}
	if n > 0 && w.onFirst != nil {
		first := w.onFirst
		w.onFirst = nil
		first()
	}
	return n, err
}

// InterruptIn interrupts the Conn after d: reads go on until then, and Wait does not wait.
func (w *Conn) InterruptIn(d time.Duration) {
	// Set before the deadline, which Read would otherwise take for one of Wait's.
	w.interrupted.Store(true)
	_ = w.SetReadDeadline(time.Now().Add(d))
}

// Interrupt ends every wait of a reader, now and later.
func (w *Conn) Interrupt() {
	w.interrupted.Store(true)
	_ = w.SetReadDeadline(Past)
}

// IsTimeout reports whether err is due to a deadline.
func IsTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}
