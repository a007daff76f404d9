package stream

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"eslguard/policy"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/upstream"
)

// A Set is the Streams of all upstreams. Its exported fields must be set before use, except
// Contain, and are not changed afterwards. It is safe for use by several goroutines.
type Set struct {
	// Dial connects a Stream to its upstream. Its errors are returned by Member.Require.
	Dial func(context.Context, *policy.Upstream) (upstream.Link, error)
	// Budget is where the frames of events come from.
	Budget *answers.Budget
	// Log is called when the Stream of the upstream of that name is lost or cannot be connected,
	// with the reason and once for each loss, and with a nil error when it is back.
	Log func(upstream string, err error)
	// Contain is deferred around calls of Subscribers, and where commands are sent and events read.
	// It recovers from a fault there. Nil: a fault is not contained.
	Contain func()

	// delay replaces shrinkDelay in tests. Zero: the constant.
	delay time.Duration

	mu sync.Mutex
	// byAddress has a Stream for each upstream that Of was called with.
	byAddress map[string]*Stream
	// closed is true once Close has been called.
	closed bool
}

// Of returns the Stream of an upstream. It belongs to the address: two names for one FreeSWITCH
// share it.
func (s *Set) Of(up *policy.Upstream) *Stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, ok := s.byAddress[up.Address]
	if !ok {
		st = newStream(s, s.closed)
		if s.byAddress == nil {
			s.byAddress = make(map[string]*Stream)
		}
		s.byAddress[up.Address] = st
	}
	st.up.Store(up)
	return st
}

// Reachable is called when a session has logged in at an upstream: if its Stream is to be connected
// again, that is tried without further delay.
func (s *Set) Reachable(up *policy.Upstream) {
	if st := s.all()[up.Address]; st != nil {
		st.wake()
	}
}

// Keep is called with the upstreams of a new policy. A Stream to any other address ends as soon as
// no member requires events.
func (s *Set) Keep(upstreams map[string]*policy.Upstream) {
	byAddress := make(map[string]*policy.Upstream)
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		byAddress[upstreams[name].Address] = upstreams[name]
	}
	for address, st := range s.all() {
		up := byAddress[address]
		if same := upstreams[st.up.Load().Name]; same != nil && same.Address == address {
			up = same
		}
		st.keep(up)
	}
}

// all returns the Streams by address.
func (s *Set) all() map[string]*Stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.byAddress)
}

// Close ends all Streams and waits for them. It calls Lost with ErrClosed for members that still
// require events.
func (s *Set) Close() {
	for _, st := range s.close() {
		st.close()
	}
}

// close notes that Close has been called, and returns the Streams.
func (s *Set) close() map[string]*Stream {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return maps.Clone(s.byAddress)
}
