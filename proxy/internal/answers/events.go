package answers

// NeverWait makes the Writer keep a copy of what the socket does not take at once. Otherwise it
// waits a moment for a client that is just not fast enough, with its lock held. NeverWait must be
// called before WriteEvents, whose callers must not wait for one client.
func (w *Writer) NeverWait() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.noWait = true
}

// WriteEvents sends events, in order, between answers. choose is called under the lock and appends
// to dst the events that this client is to be sent; they must not be empty. The Writer takes a
// reference to each event that it keeps. choose is not called if nothing can be sent any more.
//
// While a command has no answer, a place is reserved, or a frame is in progress, the events are
// held back, since FreeSWITCH writes events only while it waits for a command (mod_event_socket.c,
// read_packet). They count as waiting for the client. WriteEvents never waits for the client. A
// fault in it is contained like one in the Writer's own goroutines, so that the caller can go on
// with other clients.
func (w *Writer) WriteEvents(choose func(dst []*Shared) []*Shared) {
	defer w.out.contain()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.failEvicted()
	if w.out.takesNothing() || w.goodbyeSent {
		return
	}
	v := w.out.budget.takeVector()
	v.frames = choose(v.frames)
	if w.queue.n > 0 || w.midFrame.Load() {
		w.out.holdBack(v.frames)
	} else {
		w.out.writeShared(v)
	}
	w.out.budget.putVector(v)
}

// Holding reports whether events are held back.
func (w *Writer) Holding() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.out.heldBack) > 0
}

// DropHeldBack drops the events that are held back.
func (w *Writer) DropHeldBack() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.out.dropHeldBack()
}

// Reserve takes a place in the reply queue for an answer that the proxy gives later, with Settle.
// It counts as a command without an answer. secret says that the answer's text may not be recorded.
// No command may be forwarded to FreeSWITCH before Settle has returned true.
func (w *Writer) Reserve(secret bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.queue.push(Pending{reserved: true, Secret: secret, Size: commandCost})
}

// Turn reports whether Settle would answer: whether a place is reserved, every command before it
// has been answered, and no frame is in progress. Answered's channel receives a value when that may
// have become true.
func (w *Writer) Turn() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.turn()
}

func (w *Writer) turn() bool { return w.queue.reservedFirst() && !w.midFrame.Load() }

// Settle answers the command whose place was reserved: it calls answer under the lock and sends the
// reply that answer returns. If dropEvents is true, events that were held back are dropped.
// Otherwise they are sent before the reply, since their format, and which they are, is what the
// client asked for before this command. Settle returns false, and does not call answer, if Turn
// would return false.
func (w *Writer) Settle(answer func() (reply []byte, dropEvents bool)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.turn() {
		return false
	}
	reply, dropEvents := answer()
	if dropEvents {
		w.out.dropHeldBack()
	}
	w.sendHeldBack()
	w.hideAnswer()
	w.queue.pop()
	w.out.write(reply)
	w.proceed()
	w.Wake()
	return true
}

// proceed sends what has waited for its turn: the proxy's own answers and, if every command has
// been answered, the events that were held back. The caller holds mu, and no frame is in progress.
func (w *Writer) proceed() {
	for {
		b, ok := w.queue.popLocal()
		if !ok {
			break
		}
		w.out.write(b)
	}
	if w.queue.n == 0 {
		w.sendHeldBack()
	}
}

// sendHeldBack sends the events that were held back, unless FreeSWITCH has said goodbye. The caller
// holds mu.
func (w *Writer) sendHeldBack() {
	if w.goodbyeSent {
		w.out.dropHeldBack()
	}
	w.out.sendHeldBack()
}

// seal makes the Writer take nothing more, and drops the events that were held back. The caller
// holds mu.
func (w *Writer) seal() {
	w.out.sealed = true
	w.out.dropHeldBack()
}

// stop seals the Writer, so that no drain goroutine is started any more.
func (w *Writer) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.seal()
}
