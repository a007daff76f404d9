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
