package proxy

import (
	"bufio"
	"context"
	"net"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// TestTry: Try logs in to an upstream and returns the version that FreeSWITCH sends by itself.
func TestTry(t *testing.T) {
	g := newGuard(t, anything, nil)
	up := g.policies.Current().Upstreams()["pbx"]
	var reached atomic.Bool
	var version string
	done := make(chan error, 1)
	go func() {
		var err error
		version, err = g.Try(t.Context(), up, func() { reached.Store(true) })
		done <- err
	}()
	for deadline := time.Now().Add(patience); ; {
		g.sim.Heartbeat()
		select {
		case err := <-done:
			if err != nil || !reached.Load() || !strings.HasPrefix(version, "1.") {
				t.Errorf("reached %v, version %q, %v", reached.Load(), version, err)
			}
		case <-time.After(time.Millisecond):
			if time.Now().Before(deadline) {
				continue
			}
			t.Fatal("the version is never taken")
		}
		break
	}
	await(t, "the connection ends", func() bool { return g.sim.Sessions() == 0 })
	for _, e := range g.sim.Executed() {
		if e.Kind != "subscribe" {
			t.Errorf("the switch executed %v", e)
		}
	}
	if n := len(g.records(t, "command")); n != 0 {
		t.Errorf("%d commands are recorded", n)
	}

	g.sim.SetTrouble(switchsim.Trouble{WrongPassword: true})
	version, err := g.Try(t.Context(), up, func() { t.Error("reached, though the password is refused") })
	if err == nil || version != "" || !strings.Contains(err.Error(), "refuses eslguard's password") {
		t.Errorf("version %q, %v", version, err)
	}
}

// TestTryEnds: an upstream that sends no version delays no shutdown, and one that closes is no
// error.
func TestTryEnds(t *testing.T) {
	for name, end := range map[string]func(net.Conn, func()){
		"the guard stops": func(_ net.Conn, stop func()) { stop() },
		"it closes":       func(c net.Conn, _ func()) { c.Close() },
		"it breaks the protocol": func(c net.Conn, _ func()) {
			_, _ = c.Write([]byte("Content-Type: text/event-plain\nContent-Length: x\n\n"))
		},
		"a flood of other frames": func(c net.Conn, stop func()) {
			_, _ = c.Write([]byte(strings.Repeat(commandReply+"+OK\n\n"+anEvent, 100)))
			stop()
		},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			addr := listen(t, func(conn net.Conn) {
				l := &rawLink{t, conn, bufio.NewReader(conn)}
				l.say("Content-Type: auth/request\n\n")
				l.command()
				l.say(commandReply + "+OK accepted\n\n")
				if got := l.command(); got != "event plain HEARTBEAT\n" {
					t.Errorf("it is asked %q", got)
				}
				end(conn, cancel)
			})
			g := newGuardFor(t, nil, addr, anything, nil)
			reached := 0
			version, err := g.Try(ctx, g.policies.Current().Upstreams()["pbx"], func() { reached++ })
			if version != "" || err != nil || reached != 1 {
				t.Errorf("version %q, %v, reached %d times", version, err, reached)
			}
		})
	}
}

// TestOperatorHearsOfUpstreams: that an upstream is lost is logged once, and so is that it is found
// again, however many clients it concerns.
func TestOperatorHearsOfUpstreams(t *testing.T) {
	skipShared(t, "connections", "a connection that is ready serves a login")
	g := newGuard(t, anything, nil)
	told := func() (list []string) {
		for _, e := range entries(t, g.log, "upstream") {
			if e["upstream"] != "pbx" || e["address"] == nil {
				t.Errorf("the line is %v", e)
			}
			list = append(list, e["level"].(string)+" "+e["message"].(string))
		}
		return list
	}
	want := []string{"error FreeSWITCH cannot be logged in to; clients are refused until it can", "info FreeSWITCH can be logged in to again"}
	g.loggedIn(t).Close()
	if got := told(); len(got) != 0 {
		t.Errorf("told of an upstream that was never lost: %q", got)
	}
	for i := range 2 {
		g.sim.SetTrouble(switchsim.Trouble{WrongPassword: true})
		for range 3 {
			c := g.greeted(t)
			c.send("auth " + clientSecret + "\n\n")
			c.wantPrefix(commandReply + "-ERR FreeSWITCH refuses eslguard's password")
		}
		g.sim.SetTrouble(switchsim.Trouble{})
		g.loggedIn(t).Close()
		g.loggedIn(t).Close()
		if got := told(); !slices.Equal(got, slices.Repeat(want, i+1)) {
			t.Errorf("told %q, want %q %d times", got, want, i+1)
		}
	}

	// The caller of Try reports what it finds.
	g.sim.SetTrouble(switchsim.Trouble{WrongPassword: true})
	if _, err := g.Try(t.Context(), g.policies.Current().Upstreams()["pbx"], func() {}); err == nil {
		t.Fatal("the wrong password is taken")
	}
	if got := told(); len(got) != 2*len(want) {
		t.Errorf("Try told %q", got[2*len(want):])
	}
	g.sim.SetTrouble(switchsim.Trouble{})
	g.loggedIn(t)
	if got := told(); len(got) != 2*len(want)+1 || got[2*len(want)] != want[1] {
		t.Errorf("after what Try found, told %q", got[2*len(want):])
	}
}
