package answers

import (
	"sync"
	"sync/atomic"
)

// A Budget bounds the memory that waits for slow clients, over all sessions together. It is safe
// for use by several goroutines. It must be made with NewBudget.
type Budget struct {
	max  int64
	used atomic.Int64
	mu   sync.Mutex
	// holders are the outboxes that are charged for memory now.
	holders map[*outbox]struct{}
	// spare are empty chunks of maxChunk bytes that wait to be reused. Together, used and they are
	// within max. Without them the garbage collector would let twice as much become garbage.
	spare [][]byte
	// reclaim returns freed memory to the system. Nil: nothing does.
	reclaim *reclaimer
}

// NewBudget returns a Budget of limit bytes. contain recovers from a fault in the goroutine that
// returns memory to the system.
func NewBudget(limit int64, contain func()) *Budget {
	b := newBudget(limit)
	b.reclaim = &reclaimer{trim: b.trim, contain: contain}
	return b
}

func newBudget(limit int64) *Budget {
	return &Budget{max: limit, holders: make(map[*outbox]struct{})}
}

// Used returns how many bytes wait for clients.
func (b *Budget) Used() int64 { return b.used.Load() }

// SessionIdle counts a session that has become idle. After many of them, memory is returned to the
// system.
func (b *Budget) SessionIdle() {
	if b.reclaim != nil {
		b.reclaim.sessionIdle()
	}
}

// take charges n bytes to o. While the budget is overspent, the outbox that is charged for most is
// given up, which may be o itself; its session ends and its memory is released.
func (b *Budget) take(o *outbox, n int64) {
	o.held.Add(n)
	b.addHolder(o)
	if b.used.Add(n) > b.max {
		b.evict()
	}
}

// release gives back n bytes of o.
func (b *Budget) release(o *outbox, n int64) {
	b.used.Add(-n)
	if o.held.Add(-n) == 0 {
		b.dropHolder(o)
	}
}

// addHolder notes that o has memory of the budget.
func (b *Budget) addHolder(o *outbox) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holders[o] = struct{}{}
}

// dropHolder forgets o, unless it has been charged again.
func (b *Budget) dropHolder(o *outbox) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if o.held.Load() == 0 {
		delete(b.holders, o)
	}
}

// chunk returns an empty chunk of that size.
func (b *Budget) chunk(size int) []byte {
	if size == maxChunk {
		if chunk := b.takeSpare(); chunk != nil {
			return chunk
		}
	}
	return make([]byte, 0, size)
}

// takeSpare returns a spare chunk, and nil if there is none.
func (b *Budget) takeSpare() []byte {
	b.mu.Lock()
	defer b.mu.Unlock()
	last := len(b.spare) - 1
	if last < 0 {
		return nil
	}
	chunk := b.spare[last]
	b.spare[last] = nil
	b.spare = b.spare[:last]
	return chunk
}

// reuse takes a chunk that is neither charged nor in use any more. The rest of a chunk, or a small
// one, is left to the garbage collector.
func (b *Budget) reuse(chunk []byte) {
	if b.reclaim != nil {
		b.reclaim.freed(int64(cap(chunk)))
	}
	if cap(chunk) != maxChunk {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.used.Load()+int64(len(b.spare)+1)*maxChunk <= b.max {
		b.spare = append(b.spare, chunk[:0])
	}
}

// trim drops the spare chunks.
func (b *Budget) trim() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spare = nil
}

// evict gives up the largest holders until the rest fits. An outbox that was given up before is not
// counted: its memory is being released.
func (b *Budget) evict() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		var largest *outbox
		var live int64
		for o := range b.holders {
			if o.evicted.Load() {
				continue
			}
			held := o.held.Load()
			live += held
			if largest == nil || held > largest.held.Load() {
				largest = o
			}
		}
		if largest == nil || live <= b.max {
			return
		}
		largest.evicted.Store(true)
		largest.giveUp(ErrBudget)
	}
}
