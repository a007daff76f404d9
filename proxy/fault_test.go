package proxy

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"eslguard/audit"
)

// aFault is what a test panics with.
const aFault = "a fault that a test made"

// only returns the one session that there is.
func (g *guard) only(t *testing.T) *session {
	t.Helper()
	all := g.all()
	if len(all) != 1 {
		t.Fatalf("there are %d sessions, want one", len(all))
	}
	return all[0]
}

// breakWrites makes every write to the client panic, under the lock that it is done under.
func (s *session) breakWrites() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.out.copyTo = func([]byte) { panic(aFault) }
}

// TestFaultUnderTheLock: a fault while the session's lock is held ends the session like any other:
// nothing of it stays behind, its end is recorded, and the other sessions go on.
func TestFaultUnderTheLock(t *testing.T) {
	half := len(anEvent) - 2
	for _, test := range []struct {
		name  string
		cause func(c *client, up *rawLink)
	}{
		{"an event", func(_ *client, up *rawLink) { up.say(anEvent) }},
		{"a part of an event", func(_ *client, up *rawLink) { up.say(anEvent[:half]) }},
		{"a reply", func(c *client, up *rawLink) {
			c.send("api echo x\n\n")
			up.command()
			up.say(answer("x"))
		}},
		{"a variable's value", func(c *client, up *rawLink) {
			c.send("getvar x\n\n")
			up.command()
			up.say(answer("x"))
		}},
		{"a joined answer", func(c *client, up *rawLink) {
			c.send(twoParts)
			up.command()
			up.command()
			up.say(answer("a") + answer("b"))
		}},
		{"an answer of the guard's own", func(c *client, _ *rawLink) { c.send("nosuchverb\n\n") }},
		{"the goodbye", func(c *client, up *rawLink) {
			c.Close()
			up.Close()
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g, c, up := raw(t, anything)
			g.only(t).breakWrites()
			test.cause(c, up)
			g.wantContained(t)
			if up.command() != "" {
				t.Error("the connection to FreeSWITCH is still open")
			}
		})
	}
}

// wantContained waits until the one session has ended after a fault, and asserts that nothing of it
// is left.
func (g *guard) wantContained(t *testing.T) {
	t.Helper()
	await(t, "the session ends", func() bool { return g.Sessions() == 0 })
	if ends := g.records(t, "end"); len(ends) != 1 {
		t.Errorf("%d records of an end, want one", len(ends))
	}
	if !strings.Contains(g.log.String(), aFault) {
		t.Errorf("the operator's log says nothing of the fault: %s", g.log)
	}
	if used := g.budget.used.Load(); used != 0 {
		t.Errorf("%d bytes of the budget are not given back", used)
	}
	g.Server.mu.Lock()
	defer g.Server.mu.Unlock()
	if len(g.byClient) != 0 || g.places.n != 0 {
		t.Errorf("sessions are still counted: %v, and %d not logged in", g.byClient, g.places.n)
	}
}

// A faultyConn panics when it is written to and would have to wait.
type faultyConn struct{ net.Conn }

func (faultyConn) Write([]byte) (int, error) { panic(aFault) }

// TestFaultWhileDraining: a fault of the goroutine that writes what waits ends the session, though
// its end waits for that goroutine.
func TestFaultWhileDraining(t *testing.T) {
	g, _, _ := raw(t, anything)
	s := g.only(t)
	s.mu.Lock()
	s.out.w = &wire{Conn: faultyConn{s.client.Conn}}
	s.out.enqueue([]byte(anEvent))
	s.mu.Unlock()
	g.wantContained(t)
}

// TestFaultOfATally: a fault while the number of equal denials is written, in a timer's goroutine,
// ends its session.
func TestFaultOfATally(t *testing.T) {
	g, c, _ := raw(t, role{})
	s := g.only(t)
	s.tally.mu.Lock()
	write := s.tally.write
	s.tally.write = func(r *audit.Record) error {
		if r.Times > 0 {
			panic(aFault)
		}
		return write(r)
	}
	s.tally.mu.Unlock()
	for range 2 {
		c.send("api echo x\n\n")
		c.wantDenied(true)
	}
	c.wantEnd()
	await(t, "the session ends", func() bool { return g.Sessions() == 0 })
}

// TestFaultBeforeASession: a fault while a connection is taken closes that connection, and the next
// one is taken.
func TestFaultBeforeASession(t *testing.T) {
	g, _, _ := raw(t, anything)
	g.policies.panics.Store(true)
	g.dial(t).wantEnd()
	g.greeted(t)
}

// TestFaultOfFleeting: a fault while connections that came to nothing are recorded ends nothing.
func TestFaultOfFleeting(t *testing.T) {
	contained := make(chan struct{})
	f := fleeting{
		every:   time.Millisecond,
		write:   func(r *audit.Record) error { return errors.New("not yet") },
		contain: func() { _ = recover(); close(contained) },
	}
	f.count(netip.MustParseAddr("192.0.2.1"), 0, reasonSilent)
	f.mu.Lock()
	f.write = func(*audit.Record) error { panic(aFault) }
	f.mu.Unlock()
	<-contained
	f.count(netip.MustParseAddr("192.0.2.1"), 0, reasonSilent) // it needs the lock
}
