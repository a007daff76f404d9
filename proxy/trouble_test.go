package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"eslguard/internal/switchsim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestHostileUpstream: an upstream that breaks the protocol ends the session, and nothing of that
// reaches the client as something else.
func TestHostileUpstream(t *testing.T) {
	for _, test := range []struct{ name, raw string }{
		{"two replies for one command", apiResponse + "1\n\na" + apiResponse + "1\n\nb"},
		{"a reply of the wrong kind", commandReply + "+OK\n\n"},
		{"a greeting", "Content-Type: auth/request\n\n"},
		{"a negative length", "Content-Type: api/response\nContent-Length: -1\n\n"},
		{"a length that is no number", "Content-Type: api/response\nContent-Length: 5x\n\nhello"},
		{"two lengths", "Content-Type: api/response\nContent-Length: 1\nContent-Length: 2\n\nab"},
		{"a length beyond belief", "Content-Type: api/response\nContent-Length: 99999999999\n\n"},
		{"an unknown type", "Content-Type: text/html\n\n"},
		{"no type", "Hello: world\n\n"},
		{"endless header text", "X: " + strings.Repeat("x", 2<<20)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.name == "two replies for one command" {
				skipShared(t, "connections", "the connection is given up, and the session goes on")
			}
			g := newGuard(t, anything, nil)
			g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(string) ([]byte, bool) { return []byte(test.raw), true }})
			c := g.loggedIn(t)
			c.send("api echo x\n\n")
			var last string
			for f := c.frame(); f != ""; f = c.frame() {
				if !strings.HasPrefix(f, apiResponse+"1\n\na") {
					last = f
				}
			}
			if !strings.HasPrefix(last, "Content-Type: text/disconnect-notice\n") || !strings.Contains(last, noticeProtocol) {
				t.Errorf("the last frame is %q, want a notice that FreeSWITCH broke the protocol", last)
			}
			await(t, "the session ends", func() bool { return g.Sessions() == 0 })
			ends := g.records(t, "end")
			if len(ends) != 1 || !strings.Contains(fmt.Sprint(ends[0]["reason"]), "broke the protocol") {
				t.Errorf("end records %v", ends)
			}
		})
	}
}

func TestUpstreamDies(t *testing.T) {
	for _, test := range []struct {
		name    string
		trouble switchsim.Trouble
	}{
		{"in a head", switchsim.Trouble{CutAfter: 10}},
		{"in a body", switchsim.Trouble{CutAfter: 60}},
		{"in a body, with a reset", switchsim.Trouble{CutAfter: 60, Abrupt: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuard(t, anything, nil)
			c := g.loggedIn(t)
			g.sim.SetTrouble(test.trouble)
			c.send("api status\n\n")
			// A client in the middle of a body reads the end of the stream; another gets a notice.
			text, _ := io.ReadAll(io.LimitReader(c.r, 1<<20))
			if test.trouble.CutAfter < 20 && !strings.HasPrefix(string(text), "Content-Type: text/disconnect-notice\n") {
				t.Errorf("got %q, want a notice", text)
			}
			if test.trouble.CutAfter > 20 && strings.Contains(string(text), "disconnect-notice") {
				t.Errorf("got %q: a notice within a frame", text)
			}
			await(t, "the session ends", func() bool { return g.Sessions() == 0 })
		})
	}
}

func TestUpstreamDisconnects(t *testing.T) {
	skipShared(t, "connections", "a session without a command notices nothing")
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	g.sim.Disconnect()
	c.wantNotice("Disconnected, goodbye.")
}

func TestExit(t *testing.T) {
	g := newGuard(t, role{}, nil)
	c := g.loggedIn(t)
	c.send("exit\n\napi echo never read\n\n")
	c.want(commandReply + "+OK bye\n\n")
	c.wantNotice("Disconnected, goodbye.")
}

// TestHalfClose: a client that has closed its side still gets all its answers, even if it leaves a
// frame unfinished.
func TestHalfClose(t *testing.T) {
	for _, tt := range []struct{ name, unfinished string }{
		{"between frames", ""},
		{"within the header text", "api ec"},
		{"before the blank line", "exit\n"},
		{"within a body", "sendevent HEARTBEAT\nContent-Length: 9\n\nabc"},
		{"within a frame that is refused", "api a\nno colon\nContent-Length: 9\n\nabc"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGuard(t, anything, nil)
			c := g.loggedIn(t)
			c.send(strings.Repeat("api echo x\n\n", 50) + tt.unfinished)
			if err := c.Conn.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
			for range 50 {
				c.want(apiResponse + "1\n\nx")
			}
			c.wantPrefix("Content-Type: text/disconnect-notice\n")
			c.wantEnd()
		})
	}
}

// TestEndWithoutAnswer: a client that has left does not wait for a FreeSWITCH that is stuck,
// whatever it sent last.
func TestEndWithoutAnswer(t *testing.T) {
	for _, tt := range []struct {
		name, send string
		gone       func(*net.TCPConn) error
	}{
		{"half-close", "api echo x\n\n", (*net.TCPConn).CloseWrite},
		{"half-close after exit", "api echo x\n\nexit\n\n", (*net.TCPConn).CloseWrite},
		{"close after exit", "exit\n\n", (*net.TCPConn).Close},
		{"reset after exit", "exit\n\n", func(c *net.TCPConn) error { return errors.Join(c.SetLinger(0), c.Close()) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := newGuard(t, anything, func(s *Server) { s.HalfCloseTimeout = 20 * time.Millisecond })
			c := g.loggedIn(t)
			g.sim.SetTrouble(switchsim.Trouble{Stall: true})
			c.send(tt.send)
			await(t, "the commands are taken", func() bool { return len(g.records(t, "command")) == strings.Count(tt.send, "\n\n") })
			if err := tt.gone(c.Conn.(*net.TCPConn)); err != nil {
				t.Fatal(err)
			}
			await(t, "the session ends", func() bool { return g.Sessions() == 0 })
		})
	}
}

func TestAbruptReset(t *testing.T) {
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	g.sim.SetTrouble(switchsim.Trouble{Mute: true})
	c.send("api echo x\n\n")
	if err := c.Conn.(*net.TCPConn).SetLinger(0); err != nil {
		t.Fatal(err)
	}
	c.Close()
	await(t, "the session ends", func() bool { return g.Sessions() == 0 && g.links() <= streams() })
}

// TestSlowClientIsItsOwnTrouble: one client never reads, another notices nothing, and FreeSWITCH is
// read all the time.
func TestSlowClientIsItsOwnTrouble(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.MaxHeld = 2 << 20 })
	slow := g.loggedIn(t)
	slow.send("event plain HEARTBEAT\n\n")
	slow.wantPrefix(commandReply)
	flooded := make(chan struct{})
	go func() {
		g.flood(strings.Repeat("x", 1000), 40_000) // 40 MB, far beyond the sockets and the limit
		close(flooded)
	}()
	await(t, "something waits for the slow client", func() bool { return g.budget.Used() > 0 || g.Sessions() == 0 })
	quick := g.loggedIn(t) // the flood is not for it
	quick.send("api echo quick\n\n")
	quick.want(apiResponse + "5\n\nquick")
	select {
	case <-flooded:
	case <-time.After(patience):
		t.Fatal("the switch is held up by a client that never reads")
	}
	await(t, "the slow client is closed", func() bool { return g.Sessions() == 1 })
	quick.send("api echo still\n\n")
	quick.want(apiResponse + "5\n\nstill")
	ends := g.records(t, "end")
	if len(ends) != 1 {
		t.Fatalf("%d end records, want the slow client's", len(ends))
	}
	if n, _ := ends[0]["undelivered_bytes"].(float64); n < 1<<19 || n > 2<<20 {
		t.Errorf("undelivered_bytes = %v, want about the limit", ends[0]["undelivered_bytes"])
	}
	if g.budget.Used() != 0 {
		t.Errorf("%d bytes of the budget are not given back", g.budget.Used())
	}
}

func TestLargeAnswerPasses(t *testing.T) {
	g := newGuard(t, anything, nil)
	const size = 64 << 20
	body := bytes.Repeat([]byte("0123456789abcdef"), size/16)
	raw := append([]byte(fmt.Sprintf("%s%d\n\n", apiResponse, size)), body...)
	g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(string) ([]byte, bool) { return raw, true }})
	c := g.loggedIn(t)
	c.send("api show channels\n\n")
	got := make([]byte, len(raw))
	_ = c.SetReadDeadline(time.Now().Add(3 * patience))
	if _, err := io.ReadFull(c.r, got); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, raw) {
		t.Error("the answer came changed")
	}
}

// TestNothingIsLeftBehind counts descriptors after many sessions of every sort; goroutines are
// counted for the whole package.
func TestNothingIsLeftBehind(t *testing.T) {
	if testing.Short() {
		t.Skip("2,000 sessions take some seconds")
	}
	r := anything
	r.sessions = 2000 // some of those that are gone may not have ended yet
	g := newGuard(t, r, nil)
	g.loggedIn(t).Close()
	await(t, "the first session ends", func() bool { return g.Sessions() == 0 && g.links() <= streams() })
	before := descriptors(t) - 2*g.sim.Sessions()
	for i := range 2000 {
		c := g.dial(t)
		switch i % 4 {
		case 0: // goes before it is greeted
		case 1:
			c.send("auth " + clientSecret + "\n\napi echo x\n\n") // goes before it is answered
		case 2:
			c.want("Content-Type: auth/request\n\n")
			c.send("auth wrong\n\n")
		case 3:
			c.want("Content-Type: auth/request\n\n")
			c.send("auth " + clientSecret + "\n\nevent plain ALL\n\n")
			c.wantPrefix(commandReply + "+OK accepted")
			_ = c.Conn.(*net.TCPConn).SetLinger(0)
		}
		c.Close()
	}
	await(t, "all sessions end", func() bool { return g.Sessions() == 0 && g.links() <= streams() })
	await(t, "descriptors are closed", func() bool {
		shared := g.sim.Sessions() // whose both ends are in this process
		return descriptors(t) <= before+2*shared
	})
}

func descriptors(t *testing.T) int {
	t.Helper()
	d, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Skip("descriptors cannot be counted here: ", err)
	}
	return len(d)
}

// TestNothingPassesUnrecorded: while the audit cannot be written, commands are refused and the
// session stays.
func TestNothingPassesUnrecorded(t *testing.T) {
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	c.send("api echo 1\n\n")
	c.want(apiResponse + "1\n\n1")
	g.sim.Forget()
	g.recorder.full.Store(true)
	c.send("api echo 2\n\nevent plain HEARTBEAT\n\nbgapi echo 3\n\nfoo\n\n")
	c.want(apiResponse + "23\n\n-ERR audit unavailable\n")
	for range 3 {
		c.want(commandReply + "-ERR audit unavailable\n\n")
	}
	g.wantCommands(t)
	g.recorder.full.Store(false)
	c.send("api echo 4\n\n")
	c.want(apiResponse + "1\n\n4")
}

// TestFaultIsContained: a fault in eslguard ends the session in which it occurs, before its command
// is forwarded, and no other.
func TestFaultIsContained(t *testing.T) {
	g := newGuard(t, anything, nil)
	faulty, other := g.loggedIn(t), g.loggedIn(t)
	g.policies.panics.Store(true)
	faulty.send("api echo never\n\n")
	faulty.wantEnd()
	other.send("api echo well\n\n")
	other.want(apiResponse + "4\n\nwell")
	g.wantCommands(t, "api echo well")
	if !strings.Contains(g.log.String(), "a fault that a test made") {
		t.Error("the operator's log says nothing of the fault")
	}
}

func TestShutdownAnswersWhatIsInFlight(t *testing.T) {
	g := newGuard(t, anything, nil)
	busy, idle := g.loggedIn(t), g.loggedIn(t)
	g.sim.SetTrouble(switchsim.Trouble{Delay: 100 * time.Millisecond})
	busy.send("api echo 1\n\napi echo 2\n\n")
	await(t, "a command is in flight", func() bool { return len(g.sim.Commands()) > 0 })
	done := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		done <- g.Shutdown(ctx)
	}()
	busy.want(apiResponse + "1\n\n1")
	busy.want(apiResponse + "1\n\n2")
	busy.wantNotice(noticeShutdown)
	idle.wantNotice(noticeShutdown)
	if err := <-done; err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if _, err := net.Dial("tcp", g.addr); err == nil {
		t.Error("the listener is still open")
	}
}

func TestShutdownIsBounded(t *testing.T) {
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	g.sim.SetTrouble(switchsim.Trouble{Stall: true})
	c.send("api echo 1\n\n")
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := g.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown: %v, want the context's error", err)
	}
	// A Close that follows at once does not take the notice away.
	if err := g.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	c.wantNotice(noticeShutdown)
}
