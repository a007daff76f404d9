package wire

// TryWrite writes what the socket takes at once, and returns how many bytes that is. A full socket
// is no error. One goroutine writes at a time.
func (w *Conn) TryWrite(b []byte) (int, error) {
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
func (w *Conn) writeFD(fd uintptr) bool {
	n, err := writeOnce(fd, w.writeBuf)
	if err != nil && err != errWouldBlock {
		w.writeErr = err
	}
	w.writeN = max(n, 0)
	return true
}

// TryWritev writes what the socket takes at once of the bytes of bufs, one buffer after the other,
// and returns how many bytes that is. A full socket is no error. On Linux it needs one system call
// for maxIovecs buffers; on other systems it needs one for each buffer. One goroutine writes at a
// time.
func (w *Conn) TryWritev(bufs [][]byte) (int, error) {
	if w.raw == nil {
		return 0, nil
	}
	return w.writev(bufs, false)
}

// WriteSome waits until the socket takes bytes. Then it writes what the socket takes of the bytes
// of bufs, as TryWritev does, and returns how many bytes that is: at least one unless there is an
// error. After the write deadline there is. The first buffer must not be empty.
func (w *Conn) WriteSome(bufs [][]byte) (int, error) {
	if w.raw == nil {
		return w.Write(bufs[0])
	}
	return w.writev(bufs, true)
}

// writev implements TryWritev, and WriteSome if wait is true. The Conn must have a descriptor.
func (w *Conn) writev(bufs [][]byte, wait bool) (int, error) {
	w.writeBufs, w.writeWait, w.writeN, w.writeErr = bufs, wait, 0, nil
	err := w.raw.Write(w.writevFn)
	w.writeBufs = nil
	if err == nil {
		err = w.writeErr
	}
	return w.writeN, err
}

// writevFD writes until the socket is full. It returns false to wait until it is not.
func (w *Conn) writevFD(fd uintptr) bool {
	for bufs := w.writeBufs; len(bufs) > 0; {
		group := bufs[:min(len(bufs), maxIovecs)]
		bufs = bufs[len(group):]
		n, err := writevOnce(fd, group)
		w.writeN += max(n, 0)
		if err != nil && err != errWouldBlock {
			w.writeErr = err
		}
		if err != nil || n < sizeOf(group) {
			break
		}
	}
	return w.writeN > 0 || w.writeErr != nil || !w.writeWait
}

// sizeOf returns how many bytes bufs have.
func sizeOf(bufs [][]byte) (n int) {
	for _, b := range bufs {
		n += len(b)
	}
	return n
}

// CloseWrite tells the far end that no more will be written, if the connection can tell it.
func (w *Conn) CloseWrite() {
	if c, ok := w.Conn.(interface{ CloseWrite() error }); ok {
		_ = c.CloseWrite() // a dead connection is closed soon anyway
	}
}
