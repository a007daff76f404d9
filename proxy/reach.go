package proxy

import (
	"sync"

	"eslguard/policy"
)

// A reach remembers which upstreams could not be logged in to the last time that this was tried, so
// that the operator is told of a change once, and not for each client. The zero reach knows of
// none. It is safe for use by several goroutines.
type reach struct {
	mu sync.Mutex
	// lost are the upstreams' names, of those of the policy at the last change of it.
	lost map[string]bool
}

// note keeps whether an upstream could be logged in to, and reports whether that is news. That the
// first attempt succeeds is none.
func (r *reach) note(upstream string, ok bool) (news bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lost[upstream] != ok {
		return false
	}
	if ok {
		delete(r.lost, upstream)
		return true
	}
	if r.lost == nil {
		r.lost = make(map[string]bool)
	}
	r.lost[upstream] = true
	return true
}

// keep forgets all upstreams but those of known.
func (r *reach) keep(known map[string]*policy.Upstream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.lost {
		if known[name] == nil {
			delete(r.lost, name)
		}
	}
}

// tellReach tells the operator, once, that an upstream cannot be logged in to, or that it can be
// again. A nil err is a login that succeeded.
func (s *Server) tellReach(up *policy.Upstream, err error) {
	if !s.reach.note(up.Name, err == nil) {
		return
	}
	e := s.reached.Info()
	if err != nil {
		e = s.reached.Error().Err(err)
	}
	e.Str("event", "upstream").Str("upstream", s.shown(up.Name)).Str("address", up.Address)
	if err != nil {
		e.Msg("FreeSWITCH cannot be logged in to; clients are refused until it can")
		return
	}
	e.Msg("FreeSWITCH can be logged in to again")
}
