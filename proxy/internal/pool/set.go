package pool

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
)

// The defaults of Options.
const (
	DefaultMax  = 256
	DefaultWait = 5 * time.Second
)

// Options configure the Pools of a Set.
type Options struct {
	// Dial makes a logged-in connection. Its errors are given to those that wait, so they should be
	// an *upstream.Error. It is required.
	Dial func(context.Context, *policy.Upstream) (upstream.Link, error)
	// Max is how many connections a Pool has at most. Zero: DefaultMax.
	Max int
	// Wait is how long a Get waits for a connection. Zero: DefaultWait.
	Wait time.Duration
	// Contain is deferred in the goroutines of dials and timers and recovers from a fault there.
	// Nil: a fault ends the program.
	Contain func()
}

// A Set is the Pools of all upstreams. It is safe for use by several goroutines. It must be made
// with NewSet.
type Set struct {
	opts Options

	mu sync.Mutex
	// byAddress has a Pool for each address that Of was called with.
	byAddress map[string]*Pool
	// upstreams are those of the policy in force, by address. Nil before the first Keep.
	upstreams map[string]*policy.Upstream
}

// NewSet returns a Set without connections.
func NewSet(o Options) *Set {
	if o.Max <= 0 {
		o.Max = DefaultMax
	}
	if o.Wait <= 0 {
		o.Wait = DefaultWait
	}
	return &Set{opts: o, byAddress: make(map[string]*Pool)}
}

// Of returns the Pool of one upstream. It belongs to the address: two names for one FreeSWITCH
// share its connections.
func (s *Set) Of(up *policy.Upstream) *Pool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.byAddress[up.Address]
	if p == nil {
		p = newPool(s.opts, up)
		if s.upstreams != nil {
			p.use(s.upstreams[up.Address])
		}
		s.byAddress[up.Address] = p
	}
	return p
}

// Keep is called with the upstreams of a new policy. The connections to other upstreams are closed
// when the last session there has left.
func (s *Set) Keep(upstreams map[string]*policy.Upstream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.upstreams = make(map[string]*policy.Upstream, len(upstreams))
	for _, name := range slices.Sorted(maps.Keys(upstreams)) {
		up := upstreams[name]
		if s.upstreams[up.Address] == nil {
			s.upstreams[up.Address] = up
		}
	}
	for address, p := range s.byAddress {
		p.use(s.upstreams[address])
	}
}

// Close closes all connections and waits for the dials that are under way. Connections in use are
// interrupted. Gets that wait fail, as do later ones.
func (s *Set) Close() {
	for _, p := range s.all() {
		p.close()
	}
}

func (s *Set) all() map[string]*Pool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.byAddress)
}
