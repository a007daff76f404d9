package proxy

import (
	"bufio"
	"context"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

// passwordGuard returns a guard whose upstream's password is in a file with that text; "" for no
// file. rewrite is called whenever a login waits for that file, with how often that was before.
func passwordGuard(t *testing.T, text string, rewrite func(file string, waits int)) *guard {
	t.Helper()
	sim, err := switchsim.Start(switchsim.Options{Password: upstreamSecret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	file := filepath.Join(t.TempDir(), "password")
	if text != "" {
		writeSecret(t, file, text)
	}
	g := newGuardFor(t, sim, sim.Addr(), anything, func(s *Server) {
		s.setUp()
		waits := 0 // one client logs in, and nothing else dials
		s.dialer.pause = func(_ context.Context, d time.Duration) {
			if d != passwordWait {
				t.Errorf("a wait of %v, want %v", d, passwordWait)
			}
			rewrite(file, waits)
			waits++
		}
	})
	g.policies.Store(loadDoc(t, map[string]any{"pbx": sim.Addr()}, file))
	return g
}

func writeSecret(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestPasswordFileIsReadAgain: a login that meets the upstream's password while it is being written
// is not refused for that.
func TestPasswordFileIsReadAgain(t *testing.T) {
	for _, test := range []struct {
		name, before string
		wantWaits    int
	}{
		{"missing", "", 3},
		{"empty", "\n", 3},
	} {
		t.Run(test.name, func(t *testing.T) {
			waited := 0
			g := passwordGuard(t, test.before, func(file string, waits int) {
				if waited = waits + 1; waited == test.wantWaits {
					writeSecret(t, file, upstreamSecret)
				}
			})
			g.loggedIn(t)
			if waited != test.wantWaits {
				t.Errorf("waited %d times, want %d", waited, test.wantWaits)
			}
		})
	}
}

// TestPasswordFileIsReadAFewTimes: a file that stays away refuses the login in the end.
func TestPasswordFileIsReadAFewTimes(t *testing.T) {
	waited := 0
	g := passwordGuard(t, "", func(string, int) { waited++ })
	c := g.greeted(t)
	c.send("auth " + clientSecret + "\n\n")
	c.want(commandReply + "-ERR eslguard has no password for FreeSWITCH\n\n")
	if waited != passwordReads-1 {
		t.Errorf("waited %d times, want %d", waited, passwordReads-1)
	}
}

// TestHalfWrittenPasswordIsReadAgain: where FreeSWITCH refuses what was read, another password that
// has been written meanwhile is tried once, and the same is not.
func TestHalfWrittenPasswordIsReadAgain(t *testing.T) {
	for _, test := range []struct {
		name   string
		writes []string // what is in the file when FreeSWITCH answers, one for each login
		reply  string
		logins int64
	}{
		{"written meanwhile", []string{upstreamSecret}, "+OK accepted", 2},
		{"the same", []string{"half"}, "-ERR FreeSWITCH refuses eslguard's password", 1},
		{"another that is wrong", []string{"other", "third"}, "-ERR FreeSWITCH refuses eslguard's password", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "password")
			writeSecret(t, file, "half")
			var logins atomic.Int64
			addr := listen(t, func(conn net.Conn) {
				l := &rawLink{t, conn, bufio.NewReader(conn)}
				l.say("Content-Type: auth/request\n\n")
				said := l.command()
				if n := logins.Add(1); int(n) <= len(test.writes) {
					writeSecret(t, file, test.writes[n-1])
				}
				if said == "auth "+upstreamSecret+"\n" {
					l.say(commandReply + "+OK accepted\n\n")
				} else {
					l.say(commandReply + "-ERR invalid\n\n")
				}
			})
			g := newGuardFor(t, nil, addr, anything, nil)
			g.policies.Store(loadDoc(t, map[string]any{"pbx": addr}, file))
			c := g.greeted(t)
			c.send("auth " + clientSecret + "\n\n")
			c.want(commandReply + test.reply + "\n\n")
			if n := logins.Load(); n != test.logins {
				t.Errorf("%d logins at FreeSWITCH, want %d", n, test.logins)
			}
		})
	}
}
