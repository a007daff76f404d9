package proxy

import (
	"net"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// sharing makes the upstreams of a test's policies share the keys of the upstream's modes.
func sharing(t *testing.T, keys string) { t.Setenv(shared, keys) }

// borrowing returns the line of a session that has borrowed a connection for a command, and the
// relay that is to read the answer but does not run: the test does what the relay would.
func borrowing(t *testing.T) (*line, *relay) {
	t.Helper()
	sharing(t, "connections")
	g := newGuard(t, anything, nil)
	g.loggedIn(t)
	l := &g.only(t).line
	if err := l.borrow(t.Context()); err != nil {
		t.Fatal(err)
	}
	r := &relay{s: l.s, up: l.s.life.upstream(), borrowed: true}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.relay = r
	return l, r
}

// TestConnectionGivenUpWhileItsAnswerIsCounted: a connection that is given up after its last answer
// has been counted does not go back.
func TestConnectionGivenUpWhileItsAnswerIsCounted(t *testing.T) {
	l, r := borrowing(t)
	if !l.countAnswer() {
		t.Fatal("the connection is needed, though its command is answered")
	}
	if !l.claim() { // for a command that is not sent
		t.Fatal("the session has no connection")
	}
	l.unused()
	if l.returned(r) {
		t.Error("a connection that has been given up has gone back")
	}
	// The relay has nothing more to do, since it may have ended before.
	if s := l.pool.Stats(); s.InUse != 0 {
		t.Errorf("%d connections count as in use, want none", s.InUse)
	}
	if err := r.up.Conn.SetDeadline(time.Time{}); err == nil {
		t.Error("the connection has not been closed")
	}
}

// TestAnswerBeforeTheWriteReturns: the answer to a command may have been read, and the connection
// given back, before the session's own goroutine goes on.
func TestAnswerBeforeTheWriteReturns(t *testing.T) {
	l, r := borrowing(t)
	if !l.claim() {
		t.Fatal("the session has no connection")
	}
	if l.answered(r) || !l.answered(r) {
		t.Error("the connection has not gone back with the last answer")
	}
	l.sent()
	if l.reader() != nil || !l.isFree() {
		t.Error("a connection that has gone back is read")
	}
}

// reader returns the relay of the borrowed connection.
func (l *line) reader() *relay {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.relay
}

// TestConnectionsOutliveSessions: a session that ends as soon as its client has the answers still
// leaves its connection to the others.
func TestConnectionsOutliveSessions(t *testing.T) {
	sharing(t, "connections")
	for name, end := range map[string]func(c *client){
		"exit":       func(c *client) { c.send("exit\n\n") },
		"close":      func(c *client) { c.Close() },
		"half-close": func(c *client) { _ = c.Conn.(*net.TCPConn).CloseWrite() },
	} {
		t.Run(name, func(t *testing.T) {
			g, c, up := raw(t, anything)
			c.send("api echo x\n\n")
			up.command()
			g.recorder.hangs.Lock() // the relay keeps the connection until the answer is recorded
			up.say(answer("x"))
			c.want(answer("x"))
			await(t, "the session knows that it has no command", g.only(t).out.Empty)
			end(c)
			time.Sleep(20 * time.Millisecond) // a session that did not wait would be over by now
			g.recorder.hangs.Unlock()
			await(t, "the session ends", func() bool { return g.Sessions() == 0 })
			if n := g.pools.Of(g.policies.Load().Upstreams()["pbx"]).Stats().Idle; n != 1 {
				t.Errorf("%d connections are kept, want one", n)
			}
		})
	}
}

// TestOperatorHearsOfThePoolsUpstream: the operator is told once if the pool cannot connect a
// command, and once if it can again, though no client logs in meanwhile.
func TestOperatorHearsOfThePoolsUpstream(t *testing.T) {
	sharing(t, "connections")
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	told := func() (levels string) {
		for _, e := range entries(t, g.log, "upstream") {
			levels += e["level"].(string) + " "
		}
		return levels
	}
	g.sim.SetTrouble(switchsim.Trouble{WrongPassword: true})
	g.sim.Disconnect() // the connection that the login has left
	await(t, "it is closed", func() bool { return g.sim.Sessions() == 0 })
	for range 2 {
		c.send("api echo x\n\n")
		c.wantPrefix(apiResponse + "44\n\n-ERR FreeSWITCH refuses eslguard's password\n")
	}
	if got := told(); got != "error " {
		t.Errorf("told %q, want one error", got)
	}
	g.sim.SetTrouble(switchsim.Trouble{})
	c.send("api echo x\n\n")
	c.want(answer("x"))
	if got := told(); got != "error info " {
		t.Errorf("told %q, want one error and that it is over", got)
	}
}

// TestEventOnABorrowedConnection: a client is never sent an event that comes on a connection of the
// pool, which has subscribed to none, and the connection is not used again.
func TestEventOnABorrowedConnection(t *testing.T) {
	for _, keys := range []string{"connections", "events connections"} {
		t.Run(keys, func(t *testing.T) {
			sharing(t, keys)
			g := newGuard(t, anything, nil)
			c := g.loggedIn(t)
			g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(string) ([]byte, bool) {
				return []byte(anEvent + apiResponse + "1\n\nx"), true
			}})
			c.send("api echo x\n\n")
			c.wantNotice(noticeProtocol)
			g.sim.SetTrouble(switchsim.Trouble{})
			logins := g.sim.Logins()
			c = g.loggedIn(t)
			c.send("api echo x\n\n")
			c.want(apiResponse + "1\n\nx")
			if g.sim.Logins() == logins {
				t.Error("the connection is used again")
			}
		})
	}
}
