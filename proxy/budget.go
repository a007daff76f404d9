package proxy

import (
	"sync"
	"sync/atomic"
)

// A budget bounds the memory that waits for slow clients, over all sessions together.
type budget struct {
	max  int64
	used atomic.Int64
	mu   sync.Mutex
	// holders are the outboxes that hold something now.
	holders map[*outbox]struct{}
	// spare are empty chunks of maxChunk bytes that wait to be used again. Together with used they
	// are within max: without them the garbage collector would let twice of it become garbage.
	spare [][]byte
	// freed is told how many bytes are not held any more, so that they may go back to the system.
	// Nil: nobody is.
	freed func(int64)
}

func newBudget(limit int64) *budget {
	return &budget{max: limit, holders: make(map[*outbox]struct{})}
}

// take charges n bytes to o. While the budget is overspent, the outbox that holds most is
// given up, which may be o itself; its session ends and its memory comes back.
func (b *budget) take(o *outbox, n int64) {
	o.held.Add(n)
	b.mu.Lock()
	b.holders[o] = struct{}{}
	b.mu.Unlock()
	if b.used.Add(n) > b.max {
		b.evict()
	}
}

// release gives back n bytes of o.
func (b *budget) release(o *outbox, n int64) {
	b.used.Add(-n)
	if o.held.Add(-n) == 0 {
		b.mu.Lock()
		if o.held.Load() == 0 {
			delete(b.holders, o)
		}
		b.mu.Unlock()
	}
}

// chunk returns an empty chunk of that size.
func (b *budget) chunk(size int) []byte {
	if size == maxChunk {
		if chunk := b.takeSpare(); chunk != nil {
			return chunk
		}
	}
	return make([]byte, 0, size)
}

// takeSpare returns a spare chunk, and nil where there is none.
func (b *budget) takeSpare() []byte {
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

// reuse takes a chunk that is not charged any more and that nobody uses. What is left of one, or a
// small one, is left to the garbage collector.
func (b *budget) reuse(chunk []byte) {
	if b.freed != nil {
		b.freed(int64(cap(chunk)))
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

// trim lets go of the spare chunks.
func (b *budget) trim() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spare = nil
}

// evict gives up the largest holders until the rest fits. An outbox that was given up
// before is not counted: its memory is on its way back.
func (b *budget) evict() {
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
		largest.giveUp(errBudget)
	}
}
