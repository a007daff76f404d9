package proxy

import (
	"runtime/debug"
	"sync"
	"time"
)

// How memory that sessions gave back is returned to the system: after so many that have become
// quiet, or so many bytes that waited for slow clients, a moment later but not more often than each
// tidyEvery, since it costs a collection.
const (
	tidySessions = 256
	tidyBytes    = 16 << 20
	tidyDelay    = 2 * time.Second
	tidyEvery    = 30 * time.Second
)

// A tidy returns memory to the system after a crowd of sessions has become quiet, and after slow
// clients. The runtime would keep for minutes what they took, and most of it for ever. The zero
// tidy is ready.
type tidy struct {
	// trim is called before memory is returned, and lets go of what is kept. Nil: nothing is.
	trim func()
	// contain recovers from a fault in the goroutine of run. Nil: a fault ends the program.
	contain func()

	mu     sync.Mutex
	count  int
	bytes  int64
	next   time.Time // not before
	waking bool
}

// rested counts a session that has become quiet.
func (t *tidy) rested() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count++; t.count >= tidySessions {
		t.wake()
	}
}

// freed counts bytes that waited for a slow client and do not any more.
func (t *tidy) freed(n int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.bytes += n; t.bytes >= tidyBytes {
		t.wake()
	}
}

// wake has run called. The caller holds mu.
func (t *tidy) wake() {
	if t.waking {
		return
	}
	t.waking = true
	time.AfterFunc(max(tidyDelay, time.Until(t.next)), contained(t.contain, t.run))
}

func (t *tidy) run() {
	t.begin()
	if t.trim != nil {
		t.trim()
	}
	debug.FreeOSMemory()
}

func (t *tidy) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.count, t.bytes, t.waking, t.next = 0, 0, false, time.Now().Add(tidyEvery)
}
