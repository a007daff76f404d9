package proxy

import (
	"context"
	"fmt"
	"time"

	"eslguard/codec"
	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
)

// logStream logs that the stream of events of an upstream is lost or cannot be connected, or with a
// nil error that it is back.
func (s *Server) logStream(upstream string, err error) {
	upstream = s.secrets.Shown(upstream)
	if err == nil {
		s.Log.Info().Str("event", "stream").Str("upstream", upstream).Msg("the stream of events from FreeSWITCH is back")
		return
	}
	s.Log.Warn().Str("event", "stream").Str("upstream", upstream).Err(err).
		Msg("the stream of events from FreeSWITCH is lost: sessions that share it are closed, and ends of bgapi jobs may be missed; " +
			"eslguard connects it again while it is needed")
}

// dial makes a connection for a session or for the pool, and tells the operator if an upstream can
// no longer be logged in to, or can again.
func (s *Server) dial(ctx context.Context, up *policy.Upstream) (upstream.Link, error) {
	l, err := s.dialer.Dial(ctx, up)
	if err != nil {
		s.reach.Failed(up, err)
	} else {
		s.reach.Report(up, nil)
	}
	return l, err
}

// reachable is called when a session has logged in at an upstream.
func (s *Server) reachable(up *policy.Upstream) {
	s.streams.Reachable(up)
	s.jobs.Reachable(up)
}

// keepUpstreams is called with the upstreams of a new policy.
func (s *Server) keepUpstreams(upstreams map[string]*policy.Upstream) {
	s.reach.Keep(upstreams)
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
		s.reach.Note(up.Name, err == nil) // the caller reports it
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
	return s.secrets.Shown(l.Version()), nil
}
