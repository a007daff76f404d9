package admission

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A WorkMeter measures how long commands keep the processors busy. While more commands are worked
// on than there are processors, each of them waits for most of the time, which is not its client's
// fault. A WorkMeter must be made with NewWorkMeter. It is safe for use by several goroutines.
type WorkMeter struct {
	processors int64
	// running is how many commands are worked on.
	running atomic.Int64
}

// NewWorkMeter returns a WorkMeter for the processors that the program may use now.
func NewWorkMeter() *WorkMeter {
	return &WorkMeter{processors: int64(runtime.GOMAXPROCS(0))}
}

// Work is work that has begun. The zero Work is invalid.
type Work struct {
	begun time.Time
	// running is how many commands were worked on when it began, itself included.
	running int64
}

// Begin begins to work on a command. End must follow.
func (m *WorkMeter) Begin() Work { return Work{begun: time.Now(), running: m.running.Add(1)} }

// End ends work, and returns how long it has kept a processor busy, at most: the time since Begin,
// divided among the commands that were worked on at the same time if there are more of them than
// processors.
func (m *WorkMeter) End(w Work, now time.Time) time.Duration {
	running := max(w.running, m.running.Add(-1)+1)
	took := now.Sub(w.begun)
	if running > m.processors {
		took = took * time.Duration(m.processors) / time.Duration(running)
	}
	return took
}
