package proxy

import (
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"eslguard/proxy/internal/admission"
)

// aFault is the value that tests panic with.
const aFault = "a fault that a test made"

// only returns the session if there is exactly one.
func (g *guard) only(t *testing.T) *session {
	t.Helper()
	all := g.roster.all()
	if len(all) != 1 {
		t.Fatalf("there are %d sessions, want one", len(all))
	}
	return all[0]
}

// breakWrites makes every write to the client panic while the Writer's lock is held.
func (s *session) breakWrites() {
	s.out.Record(faultyRecording{})
}

// A faultyRecording panics when it is given bytes.
type faultyRecording struct{}

func (faultyRecording) FromGuard([]byte) { panic(aFault) }
func (faultyRecording) HideNext()        {}

// TestFaultUnderTheLock: a fault while a lock of the session is held ends the session like any
// other: nothing of it is left, its end is recorded, and the other sessions go on.
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
			if strings.HasSuffix(test.name, "an event") {
				needsOwnEvents(t)
			}
			if test.name == "a variable's value" {
				skipShared(t, "connections", "the command gets a connection of its own")
			}
			g, c, up := raw(t, anything)
			g.only(t).breakWrites()
			test.cause(c, up)
			g.wantContained(t)
			if !shares("connections") && up.command() != "" { // the pool may keep a connection
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
	if used := g.budget.Used(); used != 0 {
		t.Errorf("%d bytes of the budget are not given back", used)
	}
	if u := g.admission.Usage(); u != (admission.Usage{}) {
		t.Errorf("sessions are still counted: %+v", u)
	}
}

// A faultyListener accepts connections that panic in a write that would have to wait, once armed.
type faultyListener struct {
	net.Listener
	armed atomic.Bool
}

func (l *faultyListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &faultyConn{Conn: conn, armed: &l.armed}, nil
}

type faultyConn struct {
	net.Conn
	armed  *atomic.Bool
	writes int // since it was armed
}

// Write does not accept anything once the connection is armed, and panics the second time.
func (c *faultyConn) Write(b []byte) (int, error) {
	if !c.armed.Load() {
		return c.Conn.Write(b)
	}
	if c.writes++; c.writes > 1 {
		panic(aFault)
	}
	return 0, os.ErrDeadlineExceeded
}

// TestFaultWhileDraining: a fault in the goroutine that drains the output ends the session, though
// the session's end waits for that goroutine.
func TestFaultWhileDraining(t *testing.T) {
	needsOwnEvents(t)
	s := newRawSwitch(t)
	g := newGuardFor(t, nil, s.addr, anything, nil)
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &faultyListener{Listener: inner}
	go g.Serve(l)
	g.addr = inner.Addr().String()
	g.loggedIn(t)
	l.armed.Store(true)
	(<-s.links).say(anEvent)
	g.wantContained(t)
}

// TestFaultOfATally: a fault while the number of equal denials is written, in the goroutine of a
// timer, ends the session.
func TestFaultOfATally(t *testing.T) {
	g, c, _ := raw(t, role{})
	g.recorder.faulty.Store(true)
	for range 2 {
		c.send("api echo x\n\n")
		c.wantDenied(true)
	}
	c.wantEnd()
	g.recorder.faulty.Store(false)
	await(t, "the session ends", func() bool { return g.Sessions() == 0 })
}

// TestFaultBeforeASession: a fault while a connection is accepted closes that connection, and the
// next one is accepted.
func TestFaultBeforeASession(t *testing.T) {
	g, _, _ := raw(t, anything)
	g.policies.panics.Store(true)
	g.dial(t).wantEnd()
	g.greeted(t)
}
