package proxy

import (
	"bufio"
	"context"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// TestTry: an upstream is logged in to, and its version is taken from what it tells by itself.
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

// TestTryEnds: an upstream that tells no version holds up no shutdown, and one that closes is no
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
