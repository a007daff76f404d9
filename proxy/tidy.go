package proxy

import (
	"runtime/debug"
	"sync"
	"time"
)

// How memory that quiet sessions gave back is returned to the system: after so many of them,
// a moment after the last but not more often than each tidyEvery, since it costs a collection.
const (
	tidySessions = 256
	tidyDelay    = 2 * time.Second
	tidyEvery    = 30 * time.Second
)

// A tidy returns memory to the system after a crowd of sessions has become quiet. The runtime would
// keep what their logins and first commands took for minutes, and most of it for ever. The zero tidy is ready.
type tidy struct {
	mu     sync.Mutex
	count  int
	next   time.Time // not before
	waking bool
}

// rested counts a session that has become quiet.
func (t *tidy) rested() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.count++; t.count < tidySessions || t.waking {
		return
	}
	t.waking = true
	time.AfterFunc(max(tidyDelay, time.Until(t.next)), t.run)
}

func (t *tidy) run() {
	t.mu.Lock()
	t.count, t.waking, t.next = 0, false, time.Now().Add(tidyEvery)
	t.mu.Unlock()
	debug.FreeOSMemory()
}
