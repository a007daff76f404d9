package jobs

import (
	"context"
	"maps"
	"sync"
	"time"

	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
)

// A Set is the Registries of all upstreams. Its fields must be set before use, except LostAfter,
// and are not changed afterwards. It is safe for use by several goroutines.
type Set struct {
	// Dial connects a watch to its upstream.
	Dial func(context.Context, *policy.Upstream) (upstream.Link, error)
	// Log is called when the watch on the upstream of that name has lost its connection, with the
	// reason and once for each loss, and with a nil error when it is back.
	Log func(upstream string, err error)
	// Done is called at the end of each job, with the beginning of its result and the length of the
	// whole.
	Done func(j Job, id string, result []byte, size int64)
	// Contain is deferred in the goroutines of timers and recovers from a fault there.
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
		r = newRegistry(s.Dial, func(err error) { s.Log(up.Name, err) }, s.Done)
		r.watch.contain = s.Contain
		if s.LostAfter > 0 {
			r.lostAfter = s.LostAfter
		}
		if s.byAddress == nil {
			s.byAddress = make(map[string]*Registry)
		}
		s.byAddress[up.Address] = r
	}
	r.Use(up)
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

// Reachable is called when a session has logged in at an upstream: its watch connects without
// further delay.
func (s *Set) Reachable(up *policy.Upstream) {
	if r := s.known(up.Address); r != nil {
		r.watch.reachable()
	}
}

// Keep is called with the upstreams of a new policy. The watches on other upstreams end with the
// last session there.
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

// Close ends all watches and waits for them. No session may use the Set any more.
func (s *Set) Close() {
	for _, r := range s.all() {
		r.watch.close()
	}
}
