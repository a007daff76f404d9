package answers

import (
	"sync"
	"sync/atomic"
)

// A Budget bounds the memory that waits for slow clients, over all sessions together. It is safe
// for use by several goroutines. It must be made with NewBudget.
//
// A shared frame is charged once while it waits for at least one client. Each session counts all
// that waits for it, shared or not.
//
// While the budget is overspent, the session that counts most is given up, and its memory is
// released soon afterwards. How much that frees is not known before, since other sessions may have
// the same frames. It is assumed that everything is freed: the next session is given up only if
// the budget would be overspent nevertheless, or if it still is once the memory has been released.
// So no more sessions are given up than if they shared nothing, sessions that are up to date come
// last, and until the memory has been released the budget is exceeded by at most what the sessions
// count that have been given up.
type Budget struct {
	max int64
	// used is the memory that is charged, idle that of spare and frames, which are kept for reuse.
	// Nothing is added to idle if together they would be more than max.
	used, idle atomic.Int64
	mu         sync.Mutex
	// holders are the outboxes for whose clients something waits now.
	holders map[*outbox]struct{}
	// spare are empty chunks of maxChunk bytes. Without them the garbage collector would let twice
	// as much become garbage.
	spare [][]byte
	// frames are shared frames that nobody uses.
	frames framePool
	// vectors are *vector that nobody uses.
	vectors sync.Pool
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

// Used returns how many bytes of memory wait for clients. Shared frames count once.
func (b *Budget) Used() int64 { return b.used.Load() }

// SessionIdle counts a session that has become idle. After many of them, memory is returned to the
// system.
func (b *Budget) SessionIdle() {
	if b.reclaim != nil {
		b.reclaim.sessionIdle()
	}
}

// take counts size bytes more for o and charges the budget for as many bytes as are not charged
// already. While the budget is overspent, the outbox that counts most is given up, which may be o
// itself; its session ends and its memory is released.
func (b *Budget) take(o *outbox, size, charged int64) {
	if o.held.Add(size) == size {
		b.addHolder(o)
	}
	if b.used.Add(charged) > b.max {
		b.evict()
	}
}

// release counts size bytes less for o and gives charged bytes back.
func (b *Budget) release(o *outbox, size, charged int64) {
	used := b.used.Add(-charged)
	if o.held.Add(-size) > 0 {
		return
	}
	b.dropHolder(o)
	if used > b.max && o.evicted.Load() {
		b.evict() // the memory of o was shared, so that giving it up has not been enough
	}
}

// addHolder notes that something waits for o's client.
func (b *Budget) addHolder(o *outbox) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.holders[o] = struct{}{}
}

// dropHolder forgets o, unless something waits again.
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
	b.idle.Add(-maxChunk)
	return chunk
}

// reuse takes a chunk that is neither charged nor in use any more. A small chunk is left to the
// garbage collector.
func (b *Budget) reuse(chunk []byte) {
	b.freed(int64(cap(chunk)))
	if cap(chunk) != maxChunk || !b.addIdle(maxChunk) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spare = append(b.spare, chunk[:0])
}

// addIdle counts n bytes that are kept for reuse. It returns false if they may not be kept.
func (b *Budget) addIdle(n int64) bool {
	if b.idle.Add(n)+b.used.Load() > b.max {
		b.idle.Add(-n)
		return false
	}
	return true
}

// freed counts n bytes that waited for a client and do not any more.
func (b *Budget) freed(n int64) {
	if b.reclaim != nil {
		b.reclaim.freed(n)
	}
}

// trim drops everything that is kept for reuse.
func (b *Budget) trim() {
	b.idle.Add(-b.frames.trim())
	b.mu.Lock()
	defer b.mu.Unlock()
	b.idle.Add(-int64(len(b.spare)) * maxChunk)
	b.spare = nil
}

// evict gives up the outboxes that count most until the rest fits, if all that the outboxes count
// that were given up is freed.
func (b *Budget) evict() {
	b.mu.Lock()
	defer b.mu.Unlock()
	var leaving int64 // read before used, which release reduces first
	for o := range b.holders {
		if o.evicted.Load() {
			leaving += o.held.Load()
		}
	}
	expected := b.used.Load() - leaving
	for expected > b.max {
		largest := b.largest()
		if largest == nil {
			return
		}
		expected -= largest.held.Load()
		largest.evicted.Store(true)
		largest.giveUp(ErrBudget)
		go largest.freeEvicted()
	}
}

// largest returns the outbox that counts most of those that have not been given up, and nil if
// there is none. The caller has mu.
func (b *Budget) largest() (largest *outbox) {
	for o := range b.holders {
		if !o.evicted.Load() && (largest == nil || o.held.Load() > largest.held.Load()) {
			largest = o
		}
	}
	return largest
}
