package answers

import (
	"runtime/debug"
	"sync"
	"time"
)

// When memory is returned to the system: after reclaimSessions sessions have become idle, or
// reclaimBytes that waited for slow clients have been freed; reclaimDelay later, but at most once
// in reclaimEvery, since it costs a garbage collection.
const (
	reclaimSessions = 256
	reclaimBytes    = 16 << 20
	reclaimDelay    = 2 * time.Second
	reclaimEvery    = 30 * time.Second
)

// A reclaimer returns memory to the system after many sessions have become idle, and after slow
// clients. The runtime would keep what they used for minutes, and most of it for ever.
type reclaimer struct {
	// trim is called before memory is returned, and drops what is kept for reuse.
	trim func()
	// contain recovers from a fault in the goroutine of run.
	contain func()

	mu        sync.Mutex
	sessions  int
	bytes     int64
	notBefore time.Time
	waking    bool
}

// sessionIdle counts a session that has become idle.
func (r *reclaimer) sessionIdle() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sessions++; r.sessions >= reclaimSessions {
		r.wake()
	}
}

// freed counts bytes that waited for a slow client and no longer do.
func (r *reclaimer) freed(n int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.bytes += n; r.bytes >= reclaimBytes {
		r.wake()
	}
}

// wake makes the timer call run. The caller holds mu.
func (r *reclaimer) wake() {
	if r.waking {
		return
	}
	r.waking = true
	time.AfterFunc(max(reclaimDelay, time.Until(r.notBefore)), r.run)
}

func (r *reclaimer) run() {
	defer r.contain()
	r.begin()
	r.trim()
	debug.FreeOSMemory()
}

func (r *reclaimer) begin() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sessions, r.bytes, r.waking, r.notBefore = 0, 0, false, time.Now().Add(reclaimEvery)
}
