package proxy

import (
	"bufio"
	"context"
	"net"
	"strings"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// TestVersion: an upstream is logged in to and asked, and what does not answer well is no error.
func TestVersion(t *testing.T) {
	g := newGuard(t, anything, nil)
	up := g.policies.Current().Upstreams()["pbx"]
	if version, err := g.Version(t.Context(), up); err != nil || !strings.HasPrefix(version, "FreeSWITCH Version 1.") {
		t.Errorf("version %q, %v", version, err)
	}
	await(t, "the connection ends", func() bool { return g.sim.Sessions() == 0 })
	g.sim.SetTrouble(switchsim.Trouble{WrongPassword: true})
	if version, err := g.Version(t.Context(), up); err == nil || !strings.Contains(err.Error(), "refuses eslguard's password") {
		t.Errorf("version %q, %v", version, err)
	}
	for name, answer := range map[string]string{
		"denied":        apiResponse + "27\n\n-ERR permission denied",
		"something odd": "Content-Length: 5\nContent-Type: text/event-plain\n\nabcde",
		"nothing":       "",
		"no FreeSWITCH": apiResponse + "4\n\nhello",
	} {
		addr := listen(t, func(conn net.Conn) {
			l := &rawLink{t, conn, bufio.NewReader(conn)}
			l.say("Content-Type: auth/request\n\n")
			l.command()
			l.say(commandReply + "+OK accepted\n\n")
			l.command()
			_, _ = conn.Write([]byte(answer))
			if name == "nothing" {
				conn.Close()
			}
		})
		g.policies.Store(load(t, addr, anything))
		g.dialer.timeout = 300 * time.Millisecond
		if version, err := g.Version(t.Context(), g.policies.Current().Upstreams()["pbx"]); err != nil || version != "" {
			t.Errorf("%s: version %q, %v", name, version, err)
		}
	}
}

// TestVersionEndsWithItsContext: an upstream that does not answer holds up no shutdown.
func TestVersionEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	addr := listen(t, func(conn net.Conn) {
		l := &rawLink{t, conn, bufio.NewReader(conn)}
		l.say("Content-Type: auth/request\n\n")
		l.command()
		l.say(commandReply + "+OK accepted\n\n")
		l.command()
		cancel()
	})
	g := newGuardFor(t, nil, addr, anything, func(s *Server) { s.DialTimeout = time.Hour })
	if version, _ := g.Version(ctx, g.policies.Current().Upstreams()["pbx"]); version != "" {
		t.Errorf("version %q", version)
	}
}
