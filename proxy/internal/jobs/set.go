package jobs

import (
	"maps"
	"sync"
	"time"

	"eslguard/policy"
	"eslguard/proxy/internal/stream"
)

// A Set is the Registries of all upstreams. Its fields must be set before use, except LostAfter,
// and are not changed afterwards. It is safe for use by several goroutines.
type Set struct {
	// Streams are the streams of events on which the ends of jobs are reported. The Set does not
	// close them.
	Streams *stream.Set
	// Done is called at the end of each job, with the beginning of its result and the length of the
	// whole.
	Done func(j Job, id string, result []byte, size int64)
	// Contain is deferred in the Set's own goroutines and around the handling of an event. It
	// recovers from a fault there. Nil: a fault ends the program.
	Contain func()
	// LostAfter replaces the constant of that name in tests. Zero: the constant.
	LostAfter time.Duration

	mu sync.Mutex
	// byAddress has a Registry for each upstream that jobs were started on.
	byAddress map[string]*Registry
}

// Of returns the Registry of one upstream. It belongs to the address: two names for one switch
// share its jobs.
func (s *Set) Of(up *policy.Upstream) *Registry {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.byAddress[up.Address]
	if !ok {
		r = newRegistry(s.Streams.Of(up), s.Done, s.Contain)
		if s.LostAfter > 0 {
			r.lostAfter = s.LostAfter
		}
		if s.byAddress == nil {
			s.byAddress = make(map[string]*Registry)
		}
		s.byAddress[up.Address] = r
	}
	return r
}

// known returns the Registry of the upstream at an address, and nil if no job was started there.
func (s *Set) known(address string) *Registry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.byAddress[address]
}

// Sweep frees the limits that lost jobs on an upstream count in, and reports whether it freed any.
// It looks for lost jobs at most once in sweepEvery, and returns false in between.
func (s *Set) Sweep(up *policy.Upstream) bool {
	r := s.known(up.Address)
	return r != nil && r.sweep()
}

// Reachable is called when a session has logged in at an upstream, after stream.Set.Reachable: the
// bgapis that follow wait a moment for the stream if it is not connected.
func (s *Set) Reachable(up *policy.Upstream) {
	if r := s.known(up.Address); r != nil {
		r.watch.reachable()
	}
}

// Keep is called with the upstreams of a new policy. The jobs on other upstreams are given up with
// the last session there.
func (s *Set) Keep(upstreams map[string]*policy.Upstream) {
	addresses := make(map[string]bool)
	for _, up := range upstreams {
		addresses[up.Address] = true
	}
	for address, r := range s.all() {
		r.watch.known(addresses[address])
	}
}

func (s *Set) all() map[string]*Registry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.byAddress)
}

// Close waits until the ends of jobs that are known have been reported. No session may use the Set
// any more, and its Streams must have been closed.
func (s *Set) Close() {
	for _, r := range s.all() {
		r.watch.close()
		r.reports.wait()
	}
}
