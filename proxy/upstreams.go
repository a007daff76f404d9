package proxy

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"eslguard/codec"
	"eslguard/policy"
)

// A reach remembers which upstreams could not be logged in to at the last attempt, so that a change
// is logged once, and not for each client. Its log and shown must be set before use. It is safe for
// use by several goroutines.
type reach struct {
	// log is the operator's log for upstreams, limited in rate.
	log zerolog.Logger
	// shown returns a text as the log may have it.
	shown func(string) string

	mu sync.Mutex
	// lost are the names of the upstreams, among those of the policy at its last change.
	lost map[string]bool
}

// note keeps whether an upstream could be logged in to, and reports whether that is a change. The
// success of the first attempt is not a change.
func (r *reach) note(upstream string, ok bool) (changed bool) {
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

// keep forgets all upstreams except those of a new policy.
func (r *reach) keep(known map[string]*policy.Upstream) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name := range r.lost {
		if known[name] == nil {
			delete(r.lost, name)
		}
	}
}

// failed is like report for an attempt that failed. It does nothing if the session that made the
// attempt has ended.
func (r *reach) failed(up *policy.Upstream, err error) {
	if !errors.Is(err, context.Canceled) {
		r.report(up, err)
	}
}

// report logs, once, that an upstream cannot be logged in to, or that it can again. A nil err is a
// login that succeeded.
func (r *reach) report(up *policy.Upstream, err error) {
	if !r.note(up.Name, err == nil) {
		return
	}
	e := r.log.Info()
	if err != nil {
		e = r.log.Error()
	}
	e.Str("event", "upstream").Str("upstream", r.shown(up.Name)).Str("address", up.Address)
	if err != nil {
		e.Err(err).Msg("FreeSWITCH cannot be logged in to; clients are refused until it can")
		return
	}
	e.Msg("FreeSWITCH can be logged in to again")
}

// logStream logs that the stream of events of an upstream is lost or cannot be connected, or with a
// nil error that it is back.
func (s *Server) logStream(upstream string, err error) {
	if err == nil {
		s.Log.Info().Str("event", "stream").Str("upstream", upstream).Msg("the stream of events from FreeSWITCH is back")
		return
	}
	s.Log.Warn().Str("event", "stream").Str("upstream", upstream).Err(err).
		Msg("the stream of events from FreeSWITCH is lost: sessions that share it are closed, and ends of bgapi jobs may be missed; " +
			"eslguard connects it again while it is needed")
}

// reachable is called when a session has logged in at an upstream.
func (s *Server) reachable(up *policy.Upstream) {
	s.streams.Reachable(up)
	s.jobs.Reachable(up)
}

// keepUpstreams is called with the upstreams of a new policy.
func (s *Server) keepUpstreams(upstreams map[string]*policy.Upstream) {
	s.reach.keep(upstreams)
	s.jobs.Keep(upstreams)
	s.streams.Keep(upstreams)
	s.pools.Keep(upstreams)
}

// versionTimeout is how long Try waits for the version: FreeSWITCH sends it every 20 seconds unless
// event-heartbeat-interval says otherwise (switch_core.c, send_heartbeat).
const versionTimeout = 45 * time.Second

// Try logs in to an upstream, calls reached when that has succeeded, and waits for an event that
// contains FreeSWITCH's version. It has FreeSWITCH execute nothing, since nothing is executed that
// is not recorded. The version is "" if no such event comes in time. The error says why no client
// could be connected there; it contains no password.
func (s *Server) Try(ctx context.Context, up *policy.Upstream, reached func()) (version string, err error) {
	defer func() {
		if fault := recover(); fault != nil { // nothing that an upstream sends ends the program
			version, err = "", fmt.Errorf("proxy: internal error: %.200v", fault)
		}
	}()
	s.setUp()
	l, err := s.dialer.Dial(ctx, up)
	if ctx.Err() == nil {
		s.reach.note(up.Name, err == nil) // the caller reports it
	}
	if err != nil {
		return "", err
	}
	defer l.Conn.Close()
	reached()
	ctx, cancel := context.WithTimeout(ctx, versionTimeout)
	defer cancel()
	defer context.AfterFunc(ctx, l.Interrupt)()
	if err := l.Send(codec.Frame{Line: []byte("event plain HEARTBEAT")}); err != nil {
		return "", nil // the login succeeded, which is what matters
	}
	return s.secrets.shown(l.Version()), nil
}
