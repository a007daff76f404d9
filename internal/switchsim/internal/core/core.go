package core

import (
	"cmp"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"eslguard/internal/switchsim/internal/event"
	"eslguard/internal/switchsim/internal/fstext"
)

// A Core is the switch behind the event socket: its channels, variables, APIs and applications. Its
// methods may be called from any goroutine. It must be made with New.
type Core struct {
	recorder
	opts    Options
	uuid    string // Core-UUID
	started time.Time
	apis    map[string]bool // by name in lower case
	apps    map[string]bool // by name in lower case
	seq     atomic.Int64    // Event-Sequence
	tasks   atomic.Int64    // sched_api
	// Listening counts the sessions that have events on. Events are made only if it is not 0.
	Listening atomic.Int32
	jobs      sync.WaitGroup
	closing   sync.Once
	done      chan struct{}

	mu       sync.Mutex // guards the following fields
	globals  map[string]string
	channels map[string]*Channel
}

// Options configure a Core. Those that switchsim.Options has too mean the same.
type Options struct {
	Aliases    map[string]string
	Globals    map[string]string
	APIs, Apps []string
	DialString string
	Second     time.Duration
	Quiet      bool
	// Deliver is called with every event that is fired while Listening is not 0.
	Deliver func(...*event.Fired)
}

// New returns a Core without channels. It must be closed.
func New(opts Options) *Core {
	opts.Second = cmp.Or(opts.Second, time.Second)
	s := &Core{
		opts: opts, uuid: fstext.NewUUID(), started: time.Now(),
		apis:     names(showAPI, opts.APIs),
		apps:     names(showApplication, opts.Apps),
		done:     make(chan struct{}),
		globals:  map[string]string{},
		channels: map[string]*Channel{},
	}
	s.setup(opts.Quiet)
	s.Clear()
	return s
}

// Close cancels schedules and waits for jobs. Nothing may be started after it. It may be called
// more than once.
func (s *Core) Close() {
	s.closing.Do(func() { close(s.done) })
	s.jobs.Wait()
	s.Wake()
}

// Clear removes the channels, the recorded executions and commands, and the global variables other
// than those of the options.
func (s *Core) Clear() {
	defer s.Forget()
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.channels)
	clear(s.globals)
	s.globals["hostname"] = hostname
	maps.Copy(s.globals, s.opts.Globals)
}
