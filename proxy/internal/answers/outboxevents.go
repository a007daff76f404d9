package answers

// maxIdleHeld is the capacity of the list of held back events that an outbox may keep while it is
// empty.
const maxIdleHeld = 64

// writeShared sends the frames of v, now or later, in order. What the socket does not take is kept
// without copying it. The caller holds mu, and the outbox takes something.
func (o *outbox) writeShared(v *vector) {
	frames := v.frames
	if o.copyTo != nil {
		for _, s := range frames {
			o.copyTo(s.bytes)
		}
	}
	n := 0
	if !o.draining {
		var err error
		if n, err = o.conn.TryWritev(v.ofFrames()); err != nil {
			o.fail(err)
			return
		}
		for len(frames) > 0 && n >= len(frames[0].bytes) {
			n -= len(frames[0].bytes)
			frames = frames[1:]
		}
	}
	first := len(o.queue)
	if len(frames) > 0 && o.keepShared(&o.queue, frames) {
		o.queue[first].done = n
		o.startDrain()
	}
}

// keepShared adds frames to the end of list, within the session's limit and the budget. It returns
// false if they do not allow it; then giveUp has been called.
func (o *outbox) keepShared(list *[]piece, frames []*Shared) bool {
	var size, charged int64
	for _, s := range frames {
		size += s.size()
	}
	if o.held.Load()+size > o.max {
		o.fail(ErrSlowClient)
		return false
	}
	for _, s := range frames {
		charged += s.wait()
		*list = append(*list, piece{b: s.bytes, shared: s})
	}
	o.budget.take(o, size, charged)
	o.failEvicted()
	return o.err == nil
}

// holdBack keeps events that must not be written yet. The caller holds mu.
func (o *outbox) holdBack(events []*Shared) {
	if len(events) > 0 {
		o.keepShared(&o.heldBack, events)
	}
}

// dropHeldBack drops the events that were held back. The caller holds mu.
func (o *outbox) dropHeldBack() {
	o.freeAll(o.heldBack)
	o.heldBack = nil
}

// sendHeldBack sends the events that were held back, now or later, in order. The caller holds mu.
func (o *outbox) sendHeldBack() {
	held := o.heldBack
	if len(held) == 0 {
		return
	}
	if o.copyTo != nil {
		for i := range held {
			o.copyTo(held[i].b)
		}
	}
	rest, err := held, error(nil)
	if !o.draining {
		rest, err = o.writePieces(held)
	}
	o.queue = append(o.queue, rest...)
	clear(rest)
	o.heldBack = nil
	if cap(held) <= maxIdleHeld {
		o.heldBack = held[:0]
	}
	switch {
	case err != nil:
		o.fail(err)
	case len(o.queue) > 0:
		o.startDrain()
	}
}

// writePieces writes what the socket takes at once of pieces, and returns those that remain.
func (o *outbox) writePieces(pieces []piece) (rest []piece, err error) {
	v := o.budget.takeVector()
	defer o.budget.putVector(v)
	n, err := o.conn.TryWritev(v.of(pieces))
	return o.written(pieces, n), err
}

// A vector is a scratch list of frames and of their bytes, which are written together.
type vector struct {
	frames []*Shared
	bufs   [][]byte
}

// maxIdleVector is the capacity of the lists of a vector that may be kept for reuse.
const maxIdleVector = 1 << 10

// takeVector returns an empty vector.
func (b *Budget) takeVector() *vector {
	if v, ok := b.vectors.Get().(*vector); ok {
		return v
	}
	return new(vector)
}

// putVector keeps v for reuse.
func (b *Budget) putVector(v *vector) {
	if cap(v.frames) > maxIdleVector || cap(v.bufs) > maxIdleVector {
		return
	}
	clear(v.frames)
	clear(v.bufs)
	v.frames, v.bufs = v.frames[:0], v.bufs[:0]
	b.vectors.Put(v)
}

// of returns what has not been written of pieces. It is valid until the next call.
func (v *vector) of(pieces []piece) [][]byte {
	v.bufs = v.bufs[:0]
	for i := range pieces {
		v.bufs = append(v.bufs, pieces[i].rest())
	}
	return v.bufs
}

// ofFrames returns the bytes of v's frames. It is valid until the next call.
func (v *vector) ofFrames() [][]byte {
	v.bufs = v.bufs[:0]
	for _, s := range v.frames {
		v.bufs = append(v.bufs, s.bytes)
	}
	return v.bufs
}
