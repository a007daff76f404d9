package proxy

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"eslguard/codec"
	"eslguard/policy"
)

const (
	// versionPatience is how long Try waits for the version: FreeSWITCH tells it every 20 seconds
	// unless event-heartbeat-interval says otherwise (switch_core.c, send_heartbeat).
	versionPatience = 45 * time.Second
	// maxHeartbeat is how many bytes of a HEARTBEAT event are read: it has some 900.
	maxHeartbeat = 8 << 10
)

// Try logs in to an upstream, calls reached when that has succeeded, and waits for an event that
// tells FreeSWITCH's version. It has FreeSWITCH execute nothing, since nothing is executed that is
// not recorded. The version is "" where it is not told in time. The error says why no client could
// be brought there; it holds no password.
func (s *Server) Try(ctx context.Context, up *policy.Upstream, reached func()) (version string, err error) {
	defer func() {
		if fault := recover(); fault != nil { // nothing that an upstream sends ends the program
			version, err = "", fmt.Errorf("proxy: internal error: %.200v", fault)
		}
	}()
	s.setUp()
	l, err := s.dialer.dial(ctx, up)
	if ctx.Err() == nil {
		s.reach.note(up.Name, err == nil) // the caller tells it
	}
	if err != nil {
		return "", err
	}
	defer l.w.Close()
	reached()
	ctx, cancel := context.WithTimeout(ctx, versionPatience)
	defer cancel()
	defer context.AfterFunc(ctx, l.interrupt)()
	if err := l.send(codec.Frame{Line: []byte("event plain HEARTBEAT")}); err != nil {
		return "", nil // it has been logged in to, which is what matters
	}
	return s.shown(l.heartbeat()), nil
}

// heartbeat waits for a HEARTBEAT event and returns the version that it tells, or "" if the
// connection ends or is interrupted before.
func (l link) heartbeat() string {
	for {
		f, err := l.reader.Next()
		if err != nil {
			return ""
		}
		if f.Kind != codec.KindEvent {
			continue
		}
		event, err := readBody(l.reader, f, maxHeartbeat)
		if err != nil {
			return ""
		}
		if version, err := url.PathUnescape(eventHeader(event, "FreeSWITCH-Version")); err == nil && version != "" {
			return version
		}
	}
}
