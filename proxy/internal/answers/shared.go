package answers

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

// A Shared is a frame that is sent to several clients. It is in memory once, however many clients
// it waits for. Its memory comes from a pool of the Budget and returns to it with the last
// reference: that of NewShared's caller, and one for each Writer that keeps the frame.
type Shared struct {
	budget *Budget
	bytes  []byte
	// refs counts the references. While there is none, the frame is in the pool.
	refs atomic.Int32
	// waiting counts how often the frame waits for a client. While it does, its memory is charged
	// to the budget.
	waiting atomic.Int32
}

// NewShared returns an empty frame with capacity for at least size bytes and one reference, which
// the caller gives back with Release.
func (b *Budget) NewShared(size int) *Shared {
	s := b.frames.take(size)
	if s == nil {
		s = &Shared{budget: b, bytes: make([]byte, 0, pooledSize(size))}
	} else {
		b.idle.Add(-s.size())
	}
	s.refs.Store(1)
	return s
}

// Bytes returns the frame. The caller must not change it, but may append to it and call SetBytes.
func (s *Shared) Bytes() []byte { return s.bytes }

// SetBytes makes b, which must be Bytes with more appended to it, the frame. It keeps b. It must
// not be called after the frame has been given to a Writer. It costs memory if b has outgrown the
// capacity of the frame.
func (s *Shared) SetBytes(b []byte) { s.bytes = b }

// Release gives back the caller's reference. The caller must not use the frame afterwards.
func (s *Shared) Release() {
	switch n := s.refs.Add(-1); {
	case n < 0:
		panic("answers: a shared frame was released too often")
	case n == 0:
		s.budget.recycle(s)
	}
}

// retain takes a reference.
func (s *Shared) retain() {
	if s.refs.Add(1) <= 1 {
		panic("answers: a shared frame was used after its release")
	}
}

// size returns how much memory the frame has.
func (s *Shared) size() int64 { return int64(cap(s.bytes)) }

// wait notes that the frame waits for one client more. It returns what the budget is to be charged
// for that: the frame's memory if it has waited for nobody, 0 otherwise.
func (s *Shared) wait() int64 {
	s.retain()
	if s.waiting.Add(1) > 1 {
		return 0
	}
	return s.size()
}

// endWait notes that the frame waits for one client less, and releases the reference of wait. It
// returns what is to be given back to the budget.
func (s *Shared) endWait() (charged int64) {
	if s.waiting.Add(-1) == 0 {
		charged = s.size()
		s.budget.freed(charged)
	}
	s.Release()
	return charged
}

// recycle returns a frame that nobody uses any more to the pool. If the pool may not grow, the
// frame is left to the garbage collector.
func (b *Budget) recycle(s *Shared) {
	s.bytes = s.bytes[:0]
	if class, ok := classOf(cap(s.bytes)); ok && b.addIdle(s.size()) {
		b.frames.put(class, s)
	}
}

// The sizes of the frames in a pool are minPooled, doubled up to maxPooled, and for each of them
// half as much again. A larger frame is allocated, and left to the garbage collector.
const (
	minPooled   = 512
	poolDoubles = 8
	maxPooled   = minPooled << (poolDoubles - 1)
	poolClasses = 2*poolDoubles - 1
)

// classSize returns the size of a class.
func classSize(class int) int {
	size := minPooled << (class / 2)
	return size + class%2*size/2
}

// classOf returns the largest class whose size is at most n. It returns false if n is outside the
// sizes of the pool.
func classOf(n int) (class int, ok bool) {
	if n < minPooled || n > maxPooled {
		return 0, false
	}
	class = 2 * (bits.Len(uint(n)/minPooled) - 1)
	if class+1 < poolClasses && n >= classSize(class+1) {
		class++
	}
	return class, true
}

// pooledSize returns the capacity of a new frame for n bytes: the smallest size of a class that is
// at least n, and n itself if there is none.
func pooledSize(n int) int {
	if n > maxPooled {
		return n
	}
	class, _ := classOf(max(n, minPooled))
	if size := classSize(class); size >= n {
		return size
	}
	return classSize(class + 1)
}

// A framePool keeps frames that nobody uses. The zero framePool is empty. It is safe for use by
// several goroutines.
type framePool struct {
	mu      sync.Mutex
	classes [poolClasses][]*Shared
}

// take returns a frame with capacity for n bytes, and nil if there is none.
func (p *framePool) take(n int) *Shared {
	class, ok := classOf(pooledSize(n))
	if !ok {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	list := p.classes[class]
	last := len(list) - 1
	if last < 0 {
		return nil
	}
	s := list[last]
	list[last] = nil
	p.classes[class] = list[:last]
	return s
}

// put adds a frame of that class.
func (p *framePool) put(class int, s *Shared) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.classes[class] = append(p.classes[class], s)
}

// trim removes all frames and returns how much memory they have.
func (p *framePool) trim() (n int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, list := range p.classes {
		for _, s := range list {
			n += s.size()
		}
	}
	p.classes = [poolClasses][]*Shared{}
	return n
}
