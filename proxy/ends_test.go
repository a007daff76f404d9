package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"eslguard/internal/switchsim"
	"eslguard/policy"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/upstream"
)

// withinAFrame calls f with a client that has been sent a half of a frame, of an event or of an
// answer, and with the other half.
func withinAFrame(t *testing.T, f func(t *testing.T, g *guard, c *client, up *rawLink, frame, rest string)) {
	for name, frame := range map[string]string{"an event": anEvent, "an answer": answer("abcde")} {
		t.Run(name, func(t *testing.T) {
			if frame == anEvent {
				needsOwnEvents(t)
			}
			g, c, up := raw(t, role{allow: []string{"api echo **", "subscribe *"}})
			if frame != anEvent {
				c.send("api echo abcde\n\n")
				up.command()
			}
			half := len(frame) - 2
			up.say(frame[:half])
			await(t, "half a frame is passed on", func() bool { return peek(c, half) })
			f(t, g, c, up, frame, frame[half:])
		})
	}
}

// TestTheFrameUnderWayIsFinished: a session that is ended within a frame still tells its client.
func TestTheFrameUnderWayIsFinished(t *testing.T) {
	withinAFrame(t, func(t *testing.T, g *guard, c *client, up *rawLink, frame, rest string) {
		g.policies.Store(load(t, up.LocalAddr().String(), role{password: "another"}))
		g.PolicyChanged()
		up.say(rest)
		c.want(frame)
		c.wantNotice(noticeRevoked)
	})
}

// TestAFrameThatNeverEnds: a session that is ended within a frame does not wait for ever for the
// end of the frame.
func TestAFrameThatNeverEnds(t *testing.T) {
	withinAFrame(t, func(t *testing.T, g *guard, c *client, up *rawLink, _, _ string) {
		g.policies.Store(load(t, up.LocalAddr().String(), role{password: "another"}))
		g.PolicyChanged()
		await(t, "the session ends", func() bool { return g.Sessions() == 0 })
	})
}

// peek reports whether n bytes have come.
func peek(c *client, n int) bool {
	_ = c.SetReadDeadline(time.Now().Add(patience))
	_, err := c.r.Peek(n)
	return err == nil
}

// TestAnswersWithinAnEvent: answers that wait for the end of an event no longer count as pending
// after it.
func TestAnswersWithinAnEvent(t *testing.T) {
	needsOwnEvents(t)
	for _, test := range []struct {
		name, send string
		commands   int // that are recorded before the event goes on
		answered   func(c *client)
	}{
		{"a fatal refusal ends the session", "api echo x\rx\n\n", 1, func(c *client) {
			c.wantPrefix(apiResponse)
			c.wantNotice(noticeRefused)
		}},
		{"a full queue is read on", strings.Repeat("api hostname\n\n", 2*answers.MaxPending), answers.MaxPending, func(c *client) {
			for range 2 * answers.MaxPending {
				c.wantDenied(true)
			}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			g, c, up := raw(t, role{})
			up.say(anEvent[:len(anEvent)-3])
			if _, err := io.ReadFull(c.r, make([]byte, len(anEvent)-3)); err != nil {
				t.Fatal(err)
			}
			c.send(test.send)
			await(t, "the answers wait", func() bool { return g.commands(t) == test.commands })
			time.Sleep(10 * time.Millisecond) // the last one is queued after its record
			up.say(anEvent[len(anEvent)-3:])
			if _, err := io.ReadFull(c.r, make([]byte, 3)); err != nil {
				t.Fatal(err)
			}
			test.answered(c)
		})
	}
}

// TestLingerGoesOn: the notice that the channel is gone does not end a connection that lingers.
func TestLingerGoesOn(t *testing.T) {
	needsOwnEvents(t)
	_, c, up := raw(t, role{})
	notice := "Content-Type: text/disconnect-notice\nControlled-Session-UUID: u\nContent-Disposition: linger\n" +
		"Channel-Name: c\nLinger-Time: 30\nContent-Length: 0\n\n"
	up.say(notice + anEvent)
	c.want(notice)
	c.want(anEvent)
}

func TestOneGoodbye(t *testing.T) {
	g := newGuard(t, role{}, nil)
	for range 300 {
		c := g.loggedIn(t)
		c.send("exit\n\n")
		c.want(commandReply + "+OK bye\n\n")
		rest, err := io.ReadAll(c.r)
		if n := bytes.Count(rest, []byte("text/disconnect-notice")); n != 1 || err != nil {
			t.Fatalf("%d notices, %v: %q", n, err, rest)
		}
	}
}

// TestLastAnswerIsWhole: a client that reads, however slowly, gets all of an answer that FreeSWITCH
// gave before it closed, as it would from FreeSWITCH itself.
func TestLastAnswerIsWhole(t *testing.T) {
	for _, half := range []bool{false, true} {
		t.Run(fmt.Sprintf("half-close %v", half), func(t *testing.T) {
			g, c, up := raw(t, anything)
			const size = 24 << 20
			if half {
				c.send("api show channels\n\n")
				_ = c.Conn.(*net.TCPConn).CloseWrite()
			} else {
				c.send("api show channels\n\nexit\n\n")
			}
			up.command()
			up.say(fmt.Sprintf("%s%d\n\n%s", apiResponse, size, strings.Repeat("x", size)))
			if !half && !shares("connections") { // otherwise the guard answers exit
				up.command()
				up.say(commandReply + "+OK bye\n\n")
			}
			up.Close()
			time.Sleep(2 * flushTime) // a slow line takes so long for what no socket buffers
			_ = c.SetReadDeadline(time.Now().Add(patience))
			got, _ := io.Copy(io.Discard, c.r)
			if got < size {
				t.Errorf("the client got %d of %d bytes: %v", got, size, g.records(t, "end"))
			}
		})
	}
}

// TestDialsArePaced: an upstream that accepts connections and closes them at once is not dialled in
// a loop.
func TestDialsArePaced(t *testing.T) {
	var dialled atomic.Int64
	addr := listen(t, func(conn net.Conn) { dialled.Add(1); conn.Close() })
	g := newGuardFor(t, nil, addr, anything, func(s *Server) { s.DialTimeout = time.Second })
	c := g.greeted(t)
	c.send("auth " + clientSecret + "\n\n")
	c.wantPrefix(commandReply + "-ERR FreeSWITCH")
	if n := dialled.Load(); n > 20 {
		t.Errorf("dialled %d times in a second", n)
	}
}

// TestStuckUpstreamIsItsOwnTrouble: logins at one FreeSWITCH do not wait for those at another.
func TestStuckUpstreamIsItsOwnTrouble(t *testing.T) {
	var dialled atomic.Int64
	stuck := listen(t, func(net.Conn) { dialled.Add(1) }) // never greets
	s := newRawSwitch(t)
	g := newGuardFor(t, nil, s.addr, anything, nil)
	g.policies.Store(twoUpstreams(t, s.addr, stuck))
	for range 2 * upstream.MaxLogins {
		g.greeted(t).send("auth other\n\n")
	}
	await(t, "logins are stuck", func() bool { return dialled.Load() >= upstream.MaxLogins })
	begin := time.Now()
	g.loggedIn(t)
	if d := time.Since(begin); d > time.Second {
		t.Errorf("a login took %v", d)
	}
}

// TestWatchFollowsThePassword: after a reload, the watch on jobs also logs in with the password of
// the new policy.
func TestWatchFollowsThePassword(t *testing.T) {
	sim, err := switchsim.Start(switchsim.Options{Password: upstreamSecret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	g := newGuardFor(t, sim, sim.Addr(), anything, nil)
	old, now := filepath.Join(t.TempDir(), "old"), filepath.Join(t.TempDir(), "new")
	for _, file := range []string{old, now} {
		if err := os.WriteFile(file, []byte(upstreamSecret), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i, file := range []string{old, now} {
		sim.Forget()
		g.policies.Store(loadDoc(t, map[string]any{"pbx": sim.Addr()}, file))
		g.PolicyChanged()
		if i == 1 {
			os.Remove(old)
			sim.Reset()
			await(t, "the session ends", func() bool { return g.Sessions() == 0 })
		}
		c := g.loggedIn(t)
		c.send("bgapi echo x\n\n")
		c.wantPrefix(commandReply + "+OK")
		await(t, "the watch is connected", g.watching)
	}
}

// TestStrangersDoNotSilenceTheLog: lines that strangers cause do not use up the rate of lines that
// matter.
func TestStrangersDoNotSilenceTheLog(t *testing.T) {
	g := newGuardFor(t, nil, "127.0.0.1:1", anything, func(s *Server) { s.MaxUnknown = 1 })
	for range 20 {
		c := g.greeted(t)
		c.send("auth wrong\n\n")
		c.wantPrefix(commandReply + "-ERR invalid")
		_, _ = io.ReadAll(c.r)
	}
	g.greeted(t)
	c := g.greeted(t) // for which the other one has to go
	c.send("auth " + clientSecret + "\n\n")
	c.wantPrefix(commandReply + "-ERR FreeSWITCH is unreachable")
	for _, what := range []string{"FreeSWITCH cannot be logged in to", "too many connections"} {
		if !strings.Contains(g.log.String(), what) {
			t.Errorf("wrong passwords hide from the operator: %s", what)
		}
	}
	for line := range strings.Lines(g.log.String()) {
		if !strings.Contains(line, `"event":"`) {
			t.Errorf("a line that a client caused has no event: %s", line)
		}
	}
}

// TestRecordsHoldNoPassword: logins of an odd form leave no password in records either.
func TestRecordsHoldNoPassword(t *testing.T) {
	g := newGuard(t, role{}, nil)
	const secret = "Tops3cret"
	for _, line := range []string{
		"auth " + secret, "auth" + secret, "auth  " + secret, secret,
		"userauth 1000@dom:" + secret, "userauth 1000:" + secret + "@dom", "userauth 1000:pa@" + secret + "@dom",
		"userauth 1000@" + secret, "userauth 1000@dom " + secret, "userauth 1000 " + secret, "userauth " + secret,
		"userauth :" + secret + "@", "userauth @:" + secret, "userauth 1000:" + secret + ":@d", "userauth 1000@d:x:" + secret,
	} {
		c := g.greeted(t)
		c.send(line + "\n\n")
		c.send("exit\n\n")
		c.wantPrefix(commandReply + "-ERR")
		_, _ = io.ReadAll(c.r)
		await(t, "the session ends", func() bool { return g.Sessions() == 0 })
		text, err := os.ReadFile(g.audit)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text)+g.log.String(), secret) {
			t.Fatalf("after %q: audit %s, log %s", line, text, g.log.String())
		}
	}
}

// TestPlaceIsFreeAtTheEnd: a client that has seen the end of its connection may connect again at
// once.
func TestPlaceIsFreeAtTheEnd(t *testing.T) {
	g := newGuard(t, role{sessions: 1}, nil)
	for range 100 {
		c := g.loggedIn(t)
		c.send("exit\n\n")
		c.want(commandReply + "+OK bye\n\n")
		_, _ = io.ReadAll(c.r)
		c.Close()
	}
	g = newGuard(t, role{from: "192.0.2.0/24"}, func(s *Server) { s.MaxUnknown = 4 })
	for i := range 20 {
		if text, _ := io.ReadAll(g.dial(t).r); !bytes.HasPrefix(text, []byte("Content-Type: text/rude-rejection")) {
			t.Fatalf("stranger %d got %q", i, text)
		}
	}
}

// TestEndsSayWhoEnded: a session whose client leaves is not recorded as ended by FreeSWITCH.
func TestEndsSayWhoEnded(t *testing.T) {
	g := newGuard(t, anything, nil)
	g.loggedIn(t).Close()
	await(t, "the session ends", func() bool { return g.Sessions() == 0 })
	c := g.loggedIn(t)
	c.send("exit\n\n")
	_, _ = io.ReadAll(c.r)
	await(t, "the session ends", func() bool { return g.Sessions() == 0 })
	c = g.greeted(t)
	c.send("x\n\n")
	c.wantPrefix(commandReply)
	if err := g.Shutdown(context.Background()); err != nil {
		t.Fatal(err)
	}
	c.wantNotice(noticeShutdown)
	for i, want := range []string{"client", "exit", "shutdown"} {
		if got, _ := g.records(t, "end")[i]["reason"].(string); !strings.Contains(got, want) {
			t.Errorf("end %d is recorded as %q, want %q in it", i, got, want)
		}
	}
}

// A flipper is a policy that is replaced right after a command was decided under it.
type flipper struct {
	old, now atomic.Pointer[policy.Policy]
	armed    atomic.Bool
}

func (f *flipper) Current() *policy.Policy {
	if f.now.Load() == nil || f.armed.CompareAndSwap(true, false) {
		return f.old.Load()
	}
	return f.now.Load()
}

// TestCommandDecidedAgain: a command that is recorded as allowed and not sent after all is recorded
// as not sent.
func TestCommandDecidedAgain(t *testing.T) {
	f := new(flipper)
	g := newGuard(t, anything, func(s *Server) { s.Policies = f })
	f.old.Store(g.policies.Load())
	c := g.loggedIn(t)
	f.armed.Store(true)
	f.now.Store(load(t, g.sim.Addr(), role{}))
	c.send("api echo x\n\n")
	c.wantDenied(true)
	g.wantCommands(t)
	commands, replies := g.records(t, "command"), g.records(t, "reply")
	if len(commands) != 2 || commands[0]["decision"] != "allow" || len(replies) != 1 || replies[0]["of"] != commands[0]["seq"] {
		t.Errorf("commands %v, replies %v: want the allowed one to be taken back", commands, replies)
	}
}

// TestCommandDecidedAgainCountsOnce: a command that is decided again counts as one command in the
// record of the end.
func TestCommandDecidedAgainCountsOnce(t *testing.T) {
	f := new(flipper)
	g := newGuard(t, anything, func(s *Server) { s.Policies = f })
	f.old.Store(g.policies.Load())
	c := g.loggedIn(t)
	f.armed.Store(true)
	f.now.Store(load(t, g.sim.Addr(), anything))
	c.send("api echo x\n\nnosuchverb\n\n")
	c.want(answer("x"))
	c.wantPrefix(commandReply + "-ERR")
	c.Close()
	await(t, "the session ends", func() bool { return g.Sessions() == 0 })
	end := g.records(t, "end")[0]
	if n := len(g.records(t, "command")); n != 3 {
		t.Errorf("%d records of commands, want two of the one that was decided again", n)
	}
	if end["commands"] != 2.0 || end["denied"] != 1.0 {
		t.Errorf("the record of the end tells of %v commands, %v denied; want 2 and 1", end["commands"], end["denied"])
	}
}

// TestJoinedInPieces: the parts of a console_execute come in pieces, with events and denials in
// between.
func TestJoinedInPieces(t *testing.T) {
	between := anEvent
	if shares("events") || shares("connections") {
		between = ""
	}
	_, c, up := raw(t, role{allow: []string{"api echo **"}})
	c.send("api echo 1;;echo 2;;echo 3\nconsole_execute: true\n\napi hostname\n\napi echo 4\n\napi hostname\n\n")
	for range 4 {
		up.command()
	}
	stream := apiResponse + "1\n\n1" + between + apiResponse + "100000\n\n" + strings.Repeat("2", 100_000) + between +
		apiResponse + "14\n\n-ERR no reply\n" + between + apiResponse + "1\n\n4"
	for len(stream) > 0 {
		n := min(len(stream), 7777)
		up.say(stream[:n])
		stream = stream[n:]
	}
	wantEvent := func() {
		if between != "" {
			c.want(between)
		}
	}
	wantEvent()
	wantEvent()
	c.want(apiResponse + "100001\n\n1" + strings.Repeat("2", 100_000))
	c.wantDenied(true)
	wantEvent()
	c.want(apiResponse + "1\n\n4")
	c.wantDenied(true)
}

// TestShutdownAndCloseTogether: both may be called at the same time and again, together with
// changes of policy and new clients.
func TestShutdownAndCloseTogether(t *testing.T) {
	g := newGuard(t, anything, nil)
	for range 10 {
		g.loggedIn(t).send("bgapi echo x\n\n")
	}
	g.dial(t)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			if err := g.Shutdown(ctx); err != nil {
				t.Error(err)
			}
		})
		wg.Go(func() { _ = g.Close() })
		wg.Go(g.PolicyChanged)
	}
	wg.Wait()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Serve(l); !errors.Is(err, ErrServerClosed) {
		t.Errorf("Serve after Shutdown returned %v", err)
	}
}
