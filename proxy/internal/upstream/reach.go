package upstream

import (
	"context"
	"errors"
	"sync"

	"github.com/rs/zerolog"

	"eslguard/policy"
)

// A Reach remembers which upstreams could not be logged in to at the last attempt, so that a change
// is logged once, and not for each client. Log and Shown must be set before use. It is safe for
// use by several goroutines.
type Reach struct {
	// Log is the operator's log for upstreams, limited in rate.
	Log zerolog.Logger
	// Shown returns a text as the log may have it.
	Shown func(string) string

	mu sync.Mutex
	// lost are the names of the upstreams, among those of the policy at its last change.
	lost map[string]bool
}

// Note keeps whether an upstream could be logged in to, and reports whether that is a change. The
// success of the first attempt is not a change.
func (r *Reach) Note(upstream string, ok bool) (changed bool) {
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

// Keep forgets all upstreams except those of a new policy.
func (r *Reach) Keep(known map[string]*policy.Upstream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.lost {
		if known[name] == nil {
			delete(r.lost, name)
		}
	}
}

// Failed is like Report for an attempt that failed. It does nothing if the session that made the
// attempt has ended.
func (r *Reach) Failed(up *policy.Upstream, err error) {
	if !errors.Is(err, context.Canceled) {
		r.Report(up, err)
	}
}

// Report logs, once, that an upstream cannot be logged in to, or that it can again. A nil err is a
// login that succeeded.
func (r *Reach) Report(up *policy.Upstream, err error) {
	if !r.Note(up.Name, err == nil) {
		return
	}
	e := r.Log.Info()
	if err != nil {
		e = r.Log.Error()
	}
	e.Str("event", "upstream").Str("upstream", r.Shown(up.Name)).Str("address", up.Address)
	if err != nil {
		e.Err(err).Msg("FreeSWITCH cannot be logged in to; clients are refused until it can")
		return
	}
	e.Msg("FreeSWITCH can be logged in to again")
}
