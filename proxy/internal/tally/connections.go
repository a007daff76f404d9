package tally

import (
	"cmp"
	"net/netip"
	"sync"
	"time"

	"eslguard/audit"
	"eslguard/proxy/internal/admission"
)

const (
	// defaultEvery is how often the number of connections is recorded.
	defaultEvery = time.Minute
	// maxSources is how many sources are counted one by one, each for each reason. Further ones are
	// counted together.
	maxSources = 1_024
)

// Connections counts connections that came to nothing: the health checks of a load balancer, which
// send nothing, and those from addresses that no client has. The first from a source is recorded
// when it ends, and has no other record. Those that follow are counted, and their number is
// recorded once in a while, until none has come for that long. So an attacker who kills the program
// may hide how many there were in the last minute, but not that there were any. Write and Contain
// must be set before use. Connections is safe for use by several goroutines.
type Connections struct {
	// Every is how often numbers are recorded. Zero: one minute.
	Every time.Duration
	// Write writes a record. It reports a failure to the operator.
	Write func(*audit.Record) error
	// Contain is deferred in the goroutine of a timer and recovers from a fault there.
	Contain func()

	mu sync.Mutex
	// more are the connections since the last record of the same key.
	more   map[connectionKey]uint64
	timer  *time.Timer // nil while more is empty
	closed bool
}

// A connectionKey is the common part of connections that are counted together.
type connectionKey struct {
	source   netip.Prefix // the zero Prefix: all sources beyond maxSources
	decision audit.Decision
	reason   string
}

// record returns the record of n more connections, and of the first one for 0.
func (k connectionKey) record(n uint64) *audit.Record {
	return &audit.Record{Kind: audit.KindSession, Addr: admission.SourceText(k.source), Decision: k.decision, Reason: k.reason, Times: n}
}

// Count records a connection from a source, or counts it with those before it. A connection that
// cannot be recorded is counted.
func (c *Connections) Count(source netip.Prefix, decision audit.Decision, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := connectionKey{source, decision, reason}
	if _, known := c.more[key]; !known && len(c.more) >= maxSources {
		key.source = netip.Prefix{}
	}
	if n, known := c.more[key]; known {
		c.more[key] = n + 1
		return
	}
	n := uint64(0)
	if c.Write(key.record(0)) != nil {
		n = 1
	}
	if c.closed {
		return
	}
	if c.more == nil {
		c.more = make(map[connectionKey]uint64)
	}
	c.more[key] = n
	if c.timer == nil {
		c.timer = time.AfterFunc(cmp.Or(c.Every, defaultEvery), c.tick)
	}
}

// tick records the numbers and forgets the sources that no connection has come from since the last
// time. A number that cannot be recorded is kept.
func (c *Connections) tick() {
	defer c.Contain()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	for key, n := range c.more {
		switch {
		case n == 0:
			delete(c.more, key)
		case c.Write(key.record(n)) == nil:
			c.more[key] = 0
		}
	}
	c.timer = nil
	if len(c.more) > 0 {
		c.timer = time.AfterFunc(cmp.Or(c.Every, defaultEvery), c.tick)
	}
}

// Close records the numbers for the last time.
func (c *Connections) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.timer != nil {
		c.timer.Stop()
		c.timer = nil
	}
	for key, n := range c.more {
		if n > 0 {
			_ = c.Write(key.record(n)) // Write reports a failure
		}
	}
	c.more, c.closed = nil, true
}
