package proxy

import (
	"io"
	"net"
	"syscall"
	"time"
)

// Keepalive of both sides: a peer that vanished without a word is noticed after about
// 15 + 3×5 seconds, long before an operator would look for it.
var keepAlive = net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}

// A wire is one connection, to a client or to FreeSWITCH. Its owner is the session, which
// alone closes it; others may end a wait on it by setting a deadline in the past.
//
// Beyond net.Conn it can wait for bytes without holding a buffer and write without
// waiting, which needs the file descriptor. Over a connection without one (net.Pipe), the
// first falls back to a plain read and the second writes nothing.
type wire struct {
	net.Conn
	raw syscall.RawConn

	// The closures that raw calls, made once, and what they work on. One goroutine reads,
	// and writers hold the session's mutex.
	readFn, writeFn func(fd uintptr) bool
	take            func() []byte
	woken           bool // readFD has been called before in this ReadLazy
	flowing         bool // the last read filled its buffer: there is more
	readBuf         []byte
	readN, writeN   int
	readErr         error
	writeErr        error
	writeBuf        []byte
}

// newWire takes ownership of c.
func newWire(c net.Conn) *wire {
	w := &wire{Conn: c}
	if tcp, ok := c.(*net.TCPConn); ok {
		// An error means that the connection is dead already; the next read says so.
		_ = tcp.SetKeepAliveConfig(keepAlive)
	}
	if sc, ok := c.(syscall.Conn); ok {
		if raw, err := sc.SyscallConn(); err == nil {
			w.raw = raw
			w.readFn, w.writeFn = w.readFD, w.writeFD
		}
	}
	return w
}

// ReadLazy waits for something to read and only then takes a buffer for it. It implements codec.LazyReader.
func (w *wire) ReadLazy(take func() []byte) (buf []byte, n int, err error) {
	if w.raw == nil {
		buf = take()
		n, err = w.Conn.Read(buf)
		return buf, n, err
	}
	w.take, w.woken, w.readBuf, w.readN, w.readErr = take, false, nil, 0, nil
	err = w.raw.Read(w.readFn)
	buf, n = w.readBuf, w.readN
	if err == nil {
		err = w.readErr
	}
	w.take, w.readBuf = nil, nil
	return buf, n, err
}

// readFD is called when the descriptor may be readable; false waits for more. At first nobody
// knows, so it asks before it takes a buffer; that costs no more than a read in vain.
func (w *wire) readFD(fd uintptr) bool {
	if !w.woken && !w.flowing && !readable(fd) {
		w.woken = true
		return false
	}
	if w.readBuf == nil {
		w.readBuf = w.take()
	}
	n, err := readOnce(fd, w.readBuf)
	switch {
	case err == errWouldBlock:
		return false
	case err != nil:
		w.readErr = err
	case n == 0:
		w.readErr = io.EOF
	default:
		w.readN, w.flowing = n, n == len(w.readBuf)
	}
	return true
}

// tryWrite writes what the socket takes at once, which may be nothing. The caller holds the session's mutex.
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

// interrupt ends every wait of a reader, now and later.
func (w *wire) interrupt() {
	_ = w.SetReadDeadline(past)
}

// past is a deadline that has expired.
var past = time.Unix(1, 0)
