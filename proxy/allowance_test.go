package proxy

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// smallBurst is the allowance of each client in these tests, in bytes. A client that has used it up
// gets nothing back for the time of a test.
const smallBurst = 20_000

// smallAllowance gives each client smallBurst and a rate that does not matter for the time of a
// test.
func smallAllowance(s *Server) { s.AuditRate, s.AuditBurst = 1, smallBurst }

// maxTestRecord is more than the size of any record in these tests, in bytes.
const maxTestRecord = 2_000

// flooded returns a guard whose client has used up its allowance, and the client of that session,
// which is not read any more.
func flooded(t *testing.T, change func(*Server)) (*guard, *client) {
	t.Helper()
	other := role{allow: []string{"api echo **"}, password: "other-secret"}
	g := newGuard(t, role{other: &other}, func(s *Server) {
		smallAllowance(s)
		if change != nil {
			change(s)
		}
	})
	c := g.loggedIn(t)
	go func() {
		for i := range 1_000 { // no two are equal, and all fit into the sockets
			if _, err := fmt.Fprintf(c, "api version %d\n\n", i); err != nil {
				return
			}
		}
	}()
	go io.Copy(io.Discard, c)
	await(t, "the client is not read any more", func() bool { return strings.Contains(g.log.String(), "writes more to the audit than it may") })
	return g, c
}

// TestAuditAllowance: a client that floods the audit is not read any more. Other clients notice
// nothing.
func TestAuditAllowance(t *testing.T) {
	g, _ := flooded(t, nil)
	// The session's beginning and the other client's records are not charged to the client.
	if size := fileSize(t, g.audit); size > smallBurst+3*maxTestRecord {
		t.Errorf("the audit has %d bytes, more than the allowance of %d and a record", size, smallBurst)
	}
	c := g.greeted(t)
	c.send("auth other-secret\n\n")
	c.want(commandReply + "+OK accepted\n\n")
	c.send("api echo x\n\n")
	c.want(apiResponse + "1\n\nx")
}

// TestAuditAllowanceSurvives: neither another session nor another policy gives a client a new
// allowance.
func TestAuditAllowanceSurvives(t *testing.T) {
	g, _ := flooded(t, nil)
	g.swap(t, role{allow: []string{"api echo **"}})
	size := fileSize(t, g.audit)
	again := g.greeted(t)
	again.send("auth " + clientSecret + "\n\n")
	again.Close() // it would wait for its answer, up to the end of the time for logins
	await(t, "the login is refused", func() bool {
		logins := g.records(t, "login")
		last := logins[len(logins)-1]
		return last["decision"] == "refuse" && last["reason"] == reasonAllowance
	})
	await(t, "that session ends", func() bool { return g.Sessions() == 1 })
	if n := g.ran("api", "echo"); n > 0 || fileSize(t, g.audit) > size+5*maxTestRecord {
		t.Errorf("%d commands ran, and the audit grew by %d bytes", n, fileSize(t, g.audit)-size)
	}
}

// TestNothingIsLostBeyondTheAllowance: commands that a client sends beyond its allowance are
// carried out later.
func TestNothingIsLostBeyondTheAllowance(t *testing.T) {
	const n = 300
	g := newGuard(t, role{}, func(s *Server) { s.AuditRate, s.AuditBurst = 200_000, 1_000 })
	c := g.loggedIn(t)
	go func() {
		for i := range n {
			fmt.Fprintf(c, "api version %d\n\n", i)
		}
	}()
	for range n {
		c.wantDenied(true)
	}
	if got := g.commands(t); got != n {
		t.Errorf("%d commands are recorded, want %d", got, n)
	}
	if !strings.Contains(g.log.String(), "writes more to the audit than it may") {
		t.Error("the client was never held up")
	}
}

// TestAHeldSessionEnds: a session that is not read because of its debt still ends at once when it
// has to.
func TestAHeldSessionEnds(t *testing.T) {
	for _, tt := range []struct {
		name, reason string
		end          func(t *testing.T, g *guard, c *client)
	}{
		{"the client closes", "", func(_ *testing.T, _ *guard, c *client) { c.Close() }},
		{"the client resets", "connection reset", func(_ *testing.T, _ *guard, c *client) {
			_ = c.Conn.(*net.TCPConn).SetLinger(0)
			c.Close()
		}},
		{"the guard stops", reasonShutdown, func(t *testing.T, g *guard, _ *client) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			if err := g.Shutdown(ctx); err != nil {
				t.Errorf("shutdown: %v", err)
			}
		}},
		{"the guard is closed", reasonShutdown, func(_ *testing.T, g *guard, _ *client) { g.Close() }},
		{"the client is revoked", "password", func(t *testing.T, g *guard, _ *client) { g.swap(t, role{password: "another"}) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g, c := flooded(t, func(s *Server) { s.HalfCloseTimeout = time.Hour })
			tt.end(t, g, c)
			await(t, "the session ends", func() bool { return g.Sessions() == 0 })
			ends := g.records(t, "end")
			if len(ends) != 1 || !strings.Contains(fmt.Sprint(ends[0]["reason"]), tt.reason) {
				t.Errorf("got %v, want the reason %q", ends, tt.reason)
			}
		})
	}
}

// TestStrangersAllowance: new connections are closed and counted once all connections that do not
// log in have used up their common allowance.
func TestStrangersAllowance(t *testing.T) {
	const burst = 4_000
	g := newGuard(t, role{allow: []string{"api echo **"}}, func(s *Server) {
		s.StrangerRate, s.StrangerBurst = 1, burst
		s.denialPeriod = time.Hour
	})
	client := g.loggedIn(t)
	closed, opened := 0, 0
	for closed < 50 && opened < 1000 {
		c := g.dial(t)
		if c.frame() == "" {
			closed++
		} else {
			opened++
			fmt.Fprint(c, "x\n\n") // one that sends nothing is only counted
			c.frame()
		}
		c.Close()
	}
	await(t, "the strangers' sessions end", func() bool { return g.Sessions() == 1 })
	if size := fileSize(t, g.audit); closed < 50 || size > burst+6*maxTestRecord {
		t.Errorf("%d connections were taken and %d closed, and the audit has %d bytes", opened, closed, size)
	}
	client.send("api echo x\n\n")
	client.want(apiResponse + "1\n\nx")
	if text := g.log.String(); !strings.Contains(text, `"closed":1,`) {
		t.Errorf("the log has no number: %s", text)
	}
	g.Close()
	counted := 0
	for _, r := range g.records(t, "session") {
		if r["reason"] == "those who have not logged in write more to the audit than they may" {
			counted += times(r)
		}
	}
	if counted != closed {
		t.Errorf("%d connections are recorded as closed, want %d", counted, closed)
	}
}

// TestWorkAllowance: a client whose commands kept the guard busy for longer than they may is not
// read until the debt is paid, in any session. Other clients notice nothing, and nothing is lost.
func TestWorkAllowance(t *testing.T) {
	other := role{allow: []string{"api echo **"}, password: "other-secret"}
	g := newGuard(t, role{allow: []string{"api echo **"}, other: &other}, nil)
	c := g.loggedIn(t)
	// Half a second's worth more than a client may use at once.
	g.ledger.ChargeWork(g.records(t, "login")[0]["client"].(string), 2*time.Second+125*time.Millisecond, time.Now())
	for range 3 {
		c.send("api echo held\n\n")
	}
	o := g.greeted(t)
	o.send("auth other-secret\n\n")
	o.want(commandReply + "+OK accepted\n\n")
	o.send("api echo x\n\n")
	o.want(apiResponse + "1\n\nx")
	for range 3 {
		c.want(apiResponse + "4\n\nheld")
	}
	if !strings.Contains(g.log.String(), reasonAllowance) {
		t.Error("the client was never held up")
	}
}
