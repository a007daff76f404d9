package proxy

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// modes are what an upstream may share.
var modes = map[string]string{"nothing": "", "events": "events", "connections": "connections", "everything": "events connections"}

// mixedCommands are commands of every route. Not all of them are allowed or answered.
var mixedCommands = []string{
	"api echo x\n\n", "api echo x\n\n", "api echo x\n\n", "bgapi echo x\n\n", "api denied\n\n", twoParts,
	"event plain ALL\n\n", "event json HEARTBEAT\n\n", "filter Event-Name HEARTBEAT\n\n", "nixevent ALL\n\n", "noevents\n\n",
	"log DEBUG\n\n", "nolog\n\n", "getvar x\n\n", "myevents " + goChannel + "\n\n", "linger\n\n", "nosuchverb\n\n", "exit\n\n",
	"api echo never\n\n",
}

// TestEndsOfAllSorts: sessions that send commands of every sort and end in every way, at any moment
// and under changes of policy, leave nothing behind, and none of them is a fault.
func TestEndsOfAllSorts(t *testing.T) {
	const perWorker = 12
	for name, keys := range modes {
		t.Run(name, func(t *testing.T) {
			sharing(t, keys)
			r := anything
			r.sessions = 1000
			g := newGuard(t, r, func(s *Server) { s.HalfCloseTimeout = 20 * time.Millisecond })
			g.sim.AddChannel(goChannel, nil)
			g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(line string) ([]byte, bool) { return nil, line == "api echo never" }})
			stop := make(chan struct{})
			var changes, clients sync.WaitGroup
			changes.Go(func() { g.disturb(t, r, stop) })
			for worker := range 8 {
				random := rand.New(rand.NewPCG(1, uint64(worker)))
				clients.Go(func() {
					for range perWorker {
						g.oneOfAllSorts(random)
					}
				})
			}
			clients.Wait()
			close(stop)
			changes.Wait()
			await(t, "all sessions end", func() bool { return g.Sessions() == 0 })
			await(t, "their connections are closed", func() bool { return g.links() <= 1 })
			g.wantNothingLeft(t)
		})
	}
}

// disturb changes the policy and fires events until stop is closed. Every other policy allows less.
func (g *guard) disturb(t *testing.T, r role, stop chan struct{}) {
	less := r
	less.deny = []string{"subscribe CHANNEL_CREATE"}
	policies := []role{r, less}
	for i := 0; ; i++ {
		select {
		case <-stop:
			return
		case <-time.After(5 * time.Millisecond):
			g.sim.Heartbeat()
			if i%4 == 0 {
				g.swap(t, policies[i/4%2])
			}
		}
	}
}

// oneOfAllSorts is one session that ends in a random way.
func (g *guard) oneOfAllSorts(random *rand.Rand) {
	conn, err := net.Dial("tcp", g.addr)
	if err != nil {
		return
	}
	defer conn.Close()
	var text strings.Builder
	fmt.Fprintf(&text, "auth %s\n\n", clientSecret)
	for range random.IntN(6) {
		text.WriteString(mixedCommands[random.IntN(len(mixedCommands))])
	}
	_, _ = io.WriteString(conn, text.String())
	// The client reads for a while, and then leaves.
	_ = conn.SetReadDeadline(time.Now().Add(time.Duration(random.IntN(20)) * time.Millisecond))
	_, _ = io.Copy(io.Discard, conn)
	switch random.IntN(3) {
	case 0:
		_ = conn.(*net.TCPConn).SetLinger(0)
	case 1:
		_ = conn.(*net.TCPConn).CloseWrite()
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		_, _ = io.Copy(io.Discard, conn)
	}
}

// wantNothingLeft asserts that nothing is left of sessions that have ended.
func (g *guard) wantNothingLeft(t *testing.T) {
	t.Helper()
	if text := g.log.String(); strings.Contains(text, `"fault"`) {
		t.Errorf("the operator's log tells of a fault: %.3000s", text[strings.Index(text, `"fault"`):])
	}
	if used := g.budget.Used(); used != 0 {
		t.Errorf("%d bytes of the budget are not given back", used)
	}
	for _, up := range g.policies.Load().Upstreams() {
		if s := g.pools.Of(up).Stats(); s.InUse != 0 || s.Waiting != 0 {
			t.Errorf("the pool has %+v, want none in use and none waiting", s)
		}
	}
	if begun, ended := len(g.records(t, "session")), len(g.records(t, "end")); begun < ended {
		t.Errorf("%d sessions have begun and %d ended", begun, ended)
	}
}

// TestEndWhileAConnectionIsAwaited: a session whose command waits for a connection, or for the
// stream, ends at once if it is revoked or eslguard ends, and its client is told why.
func TestEndWhileAConnectionIsAwaited(t *testing.T) {
	for _, command := range []string{"api echo x\n\n", "log DEBUG\n\n", "event plain ALL\n\n", "exit\n\n"} {
		for name, end := range map[string]func(g *guard){
			noticeRevoked: func(g *guard) { g.swap(t, role{password: "another"}) },
			noticeShutdown: func(g *guard) {
				ctx, cancel := context.WithCancel(context.Background())
				cancel()
				_ = g.Shutdown(ctx)
			},
		} {
			t.Run(command+name, func(t *testing.T) {
				sharing(t, "events connections")
				g := newGuard(t, anything, nil)
				c := g.loggedIn(t)
				g.sim.Disconnect() // the connection that the login has left
				await(t, "it is closed", func() bool { return g.sim.Sessions() == 0 })
				g.sim.SetTrouble(switchsim.Trouble{Silent: true})
				if command == "exit\n\n" {
					c.send("api echo x\n\n")
				}
				c.send(command)
				await(t, "a command is recorded", func() bool { return g.commands(t) == 1 })
				await(t, "a connection is awaited", func() bool { return g.sim.Sessions() == 1 })
				end(g)
				c.wantNotice(name)
				await(t, "the session ends", func() bool { return g.Sessions() == 0 })
				g.wantNothingLeft(t)
			})
		}
	}
}

// TestRecordingInAllModes: a recording has the frames that its client was sent, in the same order,
// wherever its events come from.
func TestRecordingInAllModes(t *testing.T) {
	for name, keys := range modes {
		t.Run(name, func(t *testing.T) {
			sharing(t, keys)
			r := anything
			r.recordAll = true
			dir := t.TempDir()
			g := newGuard(t, r, func(s *Server) { s.Recordings = dir })
			c := g.loggedIn(t)
			c.send("event plain HEARTBEAT\n\n")
			c.wantPrefix(commandReply + "+OK")
			c.send(strings.Repeat("api echo x\n\nnosuchverb\n\n", 100))
			g.sim.Play(slices.Repeat([]*switchsim.Prepared{heartbeat("1")}, 100)...)
			var sent []string
			for range 300 {
				sent = append(sent, c.frame())
			}
			c.Close()
			await(t, "the recording is complete", func() bool { return len(g.records(t, "recording")) == 1 })
			text, err := os.ReadFile(filepath.Join(dir, g.records(t, "recording")[0]["file"].(string)))
			if err != nil {
				t.Fatal(err)
			}
			if got := framesOf(t, text); len(got) < 300 || !slices.Equal(got[len(got)-300:], sent) {
				t.Errorf("the recording has %d frames, which are not the client's", len(got))
			}
		})
	}
}

// framesOf returns the frames of a recording that the guard has sent, without the notice at its
// end.
func framesOf(t *testing.T, recording []byte) (frames []string) {
	t.Helper()
	for line := range bytes.Lines(recording) {
		var entry struct{ From, Frame string }
		if err := json.Unmarshal(line, &entry); err != nil {
			t.Fatal(err)
		}
		if entry.From == "guard" && !strings.Contains(entry.Frame, "disconnect-notice") {
			frames = append(frames, entry.Frame)
		}
	}
	return frames
}
