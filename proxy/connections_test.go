package proxy

import (
	"io"
	"net"
	"testing"
	"time"
)

// TestSilentConnectionsAreCounted: a health check does not leave two records for each connection,
// and nothing of a client that sends something is left out.
func TestSilentConnectionsAreCounted(t *testing.T) {
	const checks = 20
	g := newGuard(t, anything, func(s *Server) { s.connections.Every = time.Hour })
	for i := range checks {
		if i%2 == 0 {
			g.greeted(t).Close()
			continue
		}
		c := g.dial(t) // not even the greeting is waited for
		_ = c.Conn.(*net.TCPConn).SetLinger(0)
		c.Close()
	}
	await(t, "the checks end", func() bool { return g.Sessions() == 0 })
	half := g.greeted(t)
	half.send("au")
	await(t, "half a frame is recorded", func() bool { return g.recorded(t, "session", "session") == 1 })
	half.Close()
	await(t, "its session ends", func() bool { return g.Sessions() == 0 })
	g.loggedIn(t).Close()
	g.Close()
	counted := 0
	for _, r := range g.records(t, "session") {
		if r["reason"] == reasonSilent {
			counted += times(r)
			if r["addr"] != "127.0.0.1" || r["session"] != nil {
				t.Errorf("the record %v is not of all from that address", r)
			}
		}
	}
	if counted != checks {
		t.Errorf("%d checks are counted, want %d", counted, checks)
	}
	if n := g.recorded(t, "session", "session"); n != 2 || g.recorded(t, "end", "session") != 2 {
		t.Errorf("%d sessions are recorded, want 2 and as many ends", n)
	}
	if n := len(g.records(t, "session")); n > 4 {
		t.Errorf("%d records of sessions, want 4", n)
	}
}

// recorded returns how many records of that kind have that field.
func (g *guard) recorded(t *testing.T, kind, field string) (n int) {
	t.Helper()
	for _, r := range g.records(t, kind) {
		if r[field] != nil {
			n++
		}
	}
	return n
}

// TestSilentUntilTheTimeout: a connection that sends nothing until the login times out is counted,
// with that reason.
func TestSilentUntilTheTimeout(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.LoginTimeout, s.connections.Every = 20*time.Millisecond, time.Hour })
	for range 3 {
		g.greeted(t).wantNotice(noticeLogin)
	}
	g.Close()
	list := g.records(t, "session")
	if len(list) != 2 || list[0]["reason"] != reasonTimeout || times(list[0])+times(list[1]) != 3 {
		t.Errorf("recorded %v", list)
	}
}

// TestStrangersAreCounted: connections from an address that no client has are counted in the same
// way.
func TestStrangersAreCounted(t *testing.T) {
	r := anything
	r.from = "192.0.2.0/24"
	g := newGuard(t, r, func(s *Server) { s.connections.Every = time.Hour })
	for range 5 {
		_, _ = io.ReadAll(g.dial(t).r)
	}
	g.Close()
	list := g.records(t, "session")
	if len(list) != 2 || list[0]["decision"] != "refuse" || list[0]["reason"] != reasonAddress || times(list[0])+times(list[1]) != 5 {
		t.Errorf("recorded %v", list)
	}
	if n := len(g.records(t, "end")); n != 0 {
		t.Errorf("%d ends are recorded", n)
	}
}

// TestNothingIsReadUnrecorded: if the beginning of a session cannot be recorded, its login is not
// checked, and the connection is counted once the audit can be written.
func TestNothingIsReadUnrecorded(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.connections.Every = time.Hour })
	c := g.greeted(t)
	g.recorder.full.Store(true)
	c.send("auth " + clientSecret + "\n\n")
	c.wantNotice("audit unavailable")
	await(t, "the session ends", func() bool { return g.Sessions() == 0 })
	g.recorder.full.Store(false)
	g.Close()
	if n := g.sim.Logins(); n != 0 {
		t.Errorf("%d logins at the switch, want none", n)
	}
	if list := g.records(t, "session"); len(list) != 1 || list[0]["reason"] != reasonUnrecorded || times(list[0]) != 1 {
		t.Errorf("recorded %v", list)
	}
}
