package proxy

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"eslguard/audit"
)

// A ledger keeps what is written to it, and fails on demand.
type ledger struct {
	full    bool
	records []audit.Record
}

func (l *ledger) write(r *audit.Record) error {
	if l.full {
		return errors.New("no space left on device")
	}
	l.records = append(l.records, *r)
	return nil
}

// said returns what has been written since the last call, as text.
func (l *ledger) said() string {
	var out []string
	for i := range l.records {
		r := &l.records[i]
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s %s %d", r.Addr, r.Decision, r.Reason, r.Times)))
	}
	l.records = nil
	return strings.Join(out, "; ")
}

// TestFleetingIsCounted: the first connection from an address is recorded, further ones are counted
// until none has come for so long, and what cannot be written is not lost.
func TestFleetingIsCounted(t *testing.T) {
	var l ledger
	f := fleeting{every: time.Hour, write: l.write}
	a, b := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("::ffff:10.0.0.1")
	count := func(n int, addr netip.Addr) {
		for range n {
			f.count(addr, 0, "x")
		}
	}
	for _, step := range []struct {
		name string
		do   func()
		want string
	}{
		{"the first", func() { count(1, a) }, "10.0.0.1  x 0"},
		{"more", func() { count(3, a); count(2, b) }, ""},
		{"a minute later", f.tick, "10.0.0.1  x 5"},
		{"another reason", func() { f.count(a, audit.Refuse, "y") }, "10.0.0.1 refuse y 0"},
		{"still coming", func() { count(1, a); f.tick() }, "10.0.0.1  x 1"},
		{"none for a while", func() { f.tick(); count(1, a) }, "10.0.0.1  x 0"},
		{"a full disk", func() { l.full = true; count(2, a); count(1, netip.MustParseAddr("10.0.0.2")); f.tick() }, ""},
		{"room again", func() { l.full = false; f.close() }, "10.0.0.1  x 2; 10.0.0.2  x 1"},
		{"after the end", func() { count(1, a); f.tick() }, "10.0.0.1  x 0"},
	} {
		step.do()
		parts := strings.Split(l.said(), "; ")
		if len(parts) == 2 && parts[1] < parts[0] { // in no order
			parts[0], parts[1] = parts[1], parts[0]
		}
		if got := strings.Join(parts, "; "); got != step.want {
			t.Errorf("%s: recorded %q, want %q", step.name, got, step.want)
		}
	}
	if f.timer != nil || f.more != nil {
		t.Error("something waits after the end")
	}
}

// TestFleetingIsBounded: addresses beyond the bound are counted together, and an IPv6 host is one
// address whatever it calls itself.
func TestFleetingIsBounded(t *testing.T) {
	var l ledger
	f := fleeting{every: time.Hour, write: l.write}
	defer f.close()
	for i := range 3 * maxFleeting {
		f.count(netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 0, "x")
	}
	if len(f.more) > maxFleeting+1 || len(l.records) != maxFleeting+1 {
		t.Errorf("%d addresses are kept and %d recorded, want at most %d", len(f.more), len(l.records), maxFleeting+1)
	}
	f.tick()
	if got := l.records[len(l.records)-1]; got.Addr != "" || got.Times != 2*maxFleeting-1 {
		t.Errorf("the others are recorded as %d from %q", got.Times, got.Addr)
	}
	f.close()
	var g ledger
	v6 := fleeting{every: time.Hour, write: g.write}
	defer v6.close()
	v6.count(netip.MustParseAddr("2001:db8::1"), 0, "x")
	v6.count(netip.MustParseAddr("2001:db8::ffff:1"), 0, "x")
	if got := g.said(); got != "2001:db8::/64  x 0" {
		t.Errorf("recorded %q", got)
	}
}

// TestSilentConnectionsAreCounted: a health check leaves no two records for each connection, and
// nothing of a client that speaks is left out.
func TestSilentConnectionsAreCounted(t *testing.T) {
	const checks = 20
	g := newGuard(t, anything, func(s *Server) { s.fleeting.every = time.Hour })
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

// TestSilentUntilTheTimeout: who waits for the login to time out is counted, with that reason.
func TestSilentUntilTheTimeout(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.LoginTimeout, s.fleeting.every = 20*time.Millisecond, time.Hour })
	for range 3 {
		g.greeted(t).wantNotice(noticeLogin)
	}
	g.Close()
	list := g.records(t, "session")
	if len(list) != 2 || list[0]["reason"] != reasonTimeout || times(list[0])+times(list[1]) != 3 {
		t.Errorf("recorded %v", list)
	}
}

// TestStrangersAreCounted: connections from an address that no client has are counted likewise.
func TestStrangersAreCounted(t *testing.T) {
	r := anything
	r.from = "192.0.2.0/24"
	g := newGuard(t, r, func(s *Server) { s.fleeting.every = time.Hour })
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

// TestNothingIsReadUnrecorded: where the beginning of a session cannot be recorded, its login is
// not looked at, and the connection is counted once there is room.
func TestNothingIsReadUnrecorded(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.fleeting.every = time.Hour })
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
	if list := g.records(t, "session"); len(list) != 1 || list[0]["reason"] != reasonUnheard || times(list[0]) != 1 {
		t.Errorf("recorded %v", list)
	}
}
