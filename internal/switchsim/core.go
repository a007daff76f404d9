package switchsim

import (
	"cmp"
	"maps"
	"sync"
	"sync/atomic"
	"time"
)

// A core is the switch behind the event socket: its channels, variables, APIs and applications. Its
// methods may be called from any goroutine.
type core struct {
	recorder
	opts      coreOptions
	uuid      string // Core-UUID
	started   time.Time
	apis      map[string]bool // by name in lower case
	apps      map[string]bool // by name in lower case
	seq       atomic.Int64    // Event-Sequence
	tasks     atomic.Int64    // sched_api
	listening atomic.Int32    // sessions that have events on
	jobs      sync.WaitGroup
	closing   sync.Once
	done      chan struct{}

	mu       sync.Mutex // guards what follows
	globals  map[string]string
	channels map[string]*channel
}

// coreOptions configure a core. Those that [Options] has too mean the same.
type coreOptions struct {
	aliases    map[string]string
	globals    map[string]string
	apis, apps []string
	dialString string
	second     time.Duration
	quiet      bool
	// deliver gets every event that is Event while listening is not 0.
	deliver func(*Event)
}

// newCore returns a core without channels. It must be closed.
func newCore(opts coreOptions) *core {
	opts.second = cmp.Or(opts.second, time.Second)
	s := &core{
		opts: opts, uuid: newUUID(), started: time.Now(),
		apis:     names(showAPI, opts.apis),
		apps:     names(showApplication, opts.apps),
		done:     make(chan struct{}),
		globals:  map[string]string{},
		channels: map[string]*channel{},
	}
	s.setup(opts.quiet)
	s.clear()
	return s
}

// close cancels schedules and waits for jobs. Nothing may be started after it. It may be called more
// than once.
func (s *core) close() {
	s.closing.Do(func() { close(s.done) })
	s.jobs.Wait()
	s.wake()
}

// clear removes the channels, the executions and commands, and the global variables other than those
// of the options.
func (s *core) clear() {
	s.mu.Lock()
	clear(s.channels)
	clear(s.globals)
	s.globals["hostname"] = hostname
	maps.Copy(s.globals, s.opts.globals)
	s.mu.Unlock()
	s.forget()
}
