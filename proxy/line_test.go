package proxy

import (
	"net"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// sharing makes the upstreams of a test's policies share the keys of the upstream's modes.
func sharing(t *testing.T, keys string) { t.Setenv(shared, keys) }

// TestConnectionGivenUpWhileItsAnswerIsCounted: a connection that is given up after its last answer
// has been counted, and before it goes back, is closed once, and the next command gets another one.
func TestConnectionGivenUpWhileItsAnswerIsCounted(t *testing.T) {
	sharing(t, "connections")
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	g.sim.SetTrouble(switchsim.Trouble{Mute: true})
	c.send("api echo never\n\n")
	await(t, "the command is sent", func() bool { return g.ran("api", "echo") == 1 || len(g.sim.Commands()) == 1 })
	l := &g.only(t).line
	await(t, "the connection is read", func() bool { return l.reader() != nil })
	r := l.reader()
	if !l.countAnswer() { // as r does when the answer comes
		t.Fatal("the connection is needed, though its command is answered")
	}
	if !l.claim() { // as the next command does
		t.Fatal("the session has no connection")
	}
	l.unused()
	if l.returned(r) {
		t.Error("a connection that has been given up has gone back")
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
