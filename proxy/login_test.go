package proxy

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"eslguard/audit"
	"eslguard/internal/switchsim"
	"eslguard/policy"
	"eslguard/proxy/internal/upstream"
)

func TestLogin(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.LoginTimeout = 5 * time.Second })
	for _, test := range []struct {
		name   string
		send   string
		want   []string // frames, or their beginnings
		closed bool
	}{
		{"password", "auth client-secret\n\n", []string{commandReply + "+OK accepted\n\n"}, false},
		{"CRLF", "auth client-secret\r\n\r\n", []string{commandReply + "+OK accepted\n\n"}, false},
		{"upper case", "AUTH client-secret\n\n", []string{commandReply + "+OK accepted\n\n"}, false},
		{"wrong password", "auth wrong\n\n", []string{commandReply + "-ERR invalid\n\n", "Content-Type: text/disconnect-notice\n"}, true},
		{"the switch's password", "auth " + upstreamSecret + "\n\n", []string{commandReply + "-ERR invalid\n\n", "Content-Type: text/disconnect-notice\n"}, true},
		{"no password", "auth \n\n", []string{commandReply + "-ERR invalid\n\n", "Content-Type: text/disconnect-notice\n"}, true},
		{"unknown command, then login", "api status\n\nauth client-secret\n\n",
			[]string{"", commandReply + "+OK accepted\n\n"}, false},
		{"exit", "exit\n\n", []string{commandReply + "+OK bye\n\n", "Content-Type: text/disconnect-notice\n"}, true},
		{"a body", "auth client-secret\nContent-Length: 3\n\nabc", []string{commandReply + "-ERR"}, true},
		{"too long", "auth " + strings.Repeat("x", 2000) + "\n\n", []string{commandReply + "-ERR"}, true},
		{"too many words", strings.Repeat("x\n\n", maxLoginFrames), nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := g.greeted(t)
			c.send(test.send)
			for _, want := range test.want {
				c.wantPrefix(want)
			}
			if !test.closed {
				c.send("api echo in\n\n")
				c.want(apiResponse + "2\n\nin")
				return
			}
			for c.frame() != "" {
			}
		})
	}
	if n := g.ran("api", "status"); n != 0 {
		t.Errorf("the switch executed %d commands of clients that had not logged in", n)
	}
}

func TestStrangerIsTurnedAway(t *testing.T) {
	r := anything
	r.from = "192.0.2.0/24"
	g := newGuard(t, r, nil)
	c := g.dial(t)
	c.want("Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n")
	c.wantEnd()
	await(t, "a record", func() bool { return len(g.records(t, "session")) == 1 })
	if r := g.records(t, "session")[0]; r["decision"] != "refuse" {
		t.Errorf("record %v, want decision refuse", r)
	}
}

func TestLoginTimesOut(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.LoginTimeout = 30 * time.Millisecond })
	c := g.greeted(t)
	c.send("auth") // never finished
	c.wantNotice("login timed out")
	if n := g.sim.Logins(); n != 0 {
		t.Errorf("%d logins at the switch, want none", n)
	}
}

// TestNoSwitch: whatever is wrong with FreeSWITCH, the client is told what, and never that its own
// password was wrong.
func TestNoSwitch(t *testing.T) {
	for _, test := range []struct {
		name    string
		trouble *switchsim.Trouble // nil: nothing listens
		reply   string
		log     string
	}{
		{"away", nil, "-ERR FreeSWITCH is unreachable", `"proxy: FreeSWITCH is unreachable (dial tcp `},
		{
			"refuses the address", &switchsim.Trouble{Reject: true}, "-ERR FreeSWITCH refuses eslguard's address",
			`"proxy: FreeSWITCH refuses eslguard's address (see apply-inbound-acl in event_socket.conf)"`,
		},
		{
			"refuses the password", &switchsim.Trouble{WrongPassword: true}, "-ERR FreeSWITCH refuses eslguard's password",
			`"proxy: FreeSWITCH refuses eslguard's password (see the upstream's password in the policy)"`,
		},
		{"does not greet", &switchsim.Trouble{Silent: true}, "-ERR FreeSWITCH is unreachable", `"proxy: FreeSWITCH is unreachable (no greeting: `},
	} {
		t.Run(test.name, func(t *testing.T) {
			sim, addr := (*switchsim.Switch)(nil), unusedAddr(t)
			if test.trouble != nil {
				var err error
				if sim, err = switchsim.Start(switchsim.Options{Password: upstreamSecret}); err != nil {
					t.Fatal(err)
				}
				t.Cleanup(sim.Close)
				sim.SetTrouble(*test.trouble)
				addr = sim.Addr()
			}
			g := newGuardFor(t, sim, addr, anything, func(s *Server) { s.DialTimeout = 1200 * time.Millisecond })
			c := g.greeted(t)
			c.send("auth " + clientSecret + "\n\n")
			c.want(commandReply + test.reply + "\n\n")
			c.wantPrefix("Content-Type: text/disconnect-notice\n")
			c.wantEnd()
			g.Close()
			if !strings.Contains(g.log.String(), test.log) {
				t.Errorf("the operator's log says %q, want it to hold %q", g.log, test.log)
			}
			r := g.records(t, "login")
			if len(r) != 1 || r[0]["decision"] != "refuse" {
				t.Errorf("login records %v, want one with decision refuse", r)
			}
		})
	}
}

func unusedAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestAtMostEightLoginsAtOnce(t *testing.T) {
	skipShared(t, "connections", "one login at the switch is enough for all")
	g := newGuard(t, anything, nil)
	g.sim.SetTrouble(switchsim.Trouble{Delay: 5 * time.Millisecond})
	var wg sync.WaitGroup
	for range 60 {
		c := g.greeted(t)
		wg.Go(func() {
			fmt.Fprintf(c, "auth %s\n\n", clientSecret)
			if got, err := c.read(); err != nil || got != commandReply+"+OK accepted\n\n" {
				t.Errorf("login: %q, %v", got, err)
			}
		})
	}
	wg.Wait()
	if n := g.sim.PeakWaiting(); n > upstream.MaxLogins || n < 2 {
		t.Errorf("%d logins were under way at once at the switch, want 2 to %d", n, upstream.MaxLogins)
	}
}

func TestSessionsLimit(t *testing.T) {
	r := anything
	r.sessions = 2
	g := newGuard(t, r, nil)
	first := g.loggedIn(t)
	g.loggedIn(t)
	c := g.greeted(t)
	c.send("auth " + clientSecret + "\n\n")
	c.want(commandReply + "-ERR too many sessions\n\n")
	c.wantPrefix("Content-Type: text/disconnect-notice\n")
	first.Close()
	await(t, "the first session is forgotten", func() bool { return g.Sessions() == 1 })
	g.loggedIn(t)
}

// TestSessionsHaveADefault: a client for which the policy sets no number of sessions takes no more
// than the default, and leaves the rest to other clients.
func TestSessionsHaveADefault(t *testing.T) {
	g := newGuard(t, anything, nil)
	g.policies.Store(twoUpstreams(t, g.sim.Addr(), g.sim.Addr()))
	for range policy.DefaultSessions {
		g.loggedIn(t)
	}
	c := g.greeted(t)
	c.send("auth " + clientSecret + "\n\n")
	c.want(commandReply + "-ERR too many sessions\n\n")
	other := g.greeted(t)
	other.send("auth other\n\n")
	other.want(commandReply + "+OK accepted\n\n")
}

// TestSessionsMayBeMore: a number in the policy replaces the default.
func TestSessionsMayBeMore(t *testing.T) {
	r := anything
	r.sessions = policy.DefaultSessions + 1
	g := newGuard(t, r, nil)
	for range r.sessions {
		g.loggedIn(t)
	}
	c := g.greeted(t)
	c.send("auth " + clientSecret + "\n\n")
	c.want(commandReply + "-ERR too many sessions\n\n")
}

func TestConnectionLimits(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.MaxUnknown = 3; s.MaxSessions = 5 })
	for range 2 {
		g.loggedIn(t)
	}
	for range 3 {
		g.greeted(t)
	}
	c := g.dial(t)
	if got, err := c.read(); err == nil {
		t.Errorf("got %q, want the connection closed", got)
	}
}

func TestNoSecretIsWritten(t *testing.T) {
	g := newGuard(t, anything, nil)
	c := g.greeted(t)
	c.send("auth planted-wrong-password\n\n")
	for c.frame() != "" {
	}
	c = g.greeted(t)
	c.send("userauth joe@example.test:planted-user-password\n\n")
	for c.frame() != "" {
	}
	c = g.greeted(t)
	c.send("userauth planted-user-without-domain\n\n")
	for c.frame() != "" {
	}
	for _, swapped := range []string{"joe:example.test@planted-in-the-domain", "joe@planted-in-the-domain:example.test"} {
		c = g.greeted(t)
		c.send("userauth " + swapped + "\n\n")
		for c.frame() != "" {
		}
	}
	c = g.loggedIn(t)
	c.send("auth planted-second-login\n\n")
	c.wantPrefix(commandReply + "-ERR")
	c.send("api uuid_setvar x sip_auth_password planted-variable\n\n")
	c.frame()
	c.Close()
	await(t, "the sessions end", func() bool { return g.Sessions() == 0 })
	text, err := os.ReadFile(g.audit)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"planted-", clientSecret, upstreamSecret} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the audit holds the secret %q", secret)
		}
		if strings.Contains(g.log.String(), secret) {
			t.Errorf("the operator's log holds the secret %q", secret)
		}
	}
}

// TestTurnedAwayAfterAPause: a login that cannot be checked, since too many others wait, is refused
// after a pause, so that repeated attempts are slow. The pause ends with its session.
func TestTurnedAwayAfterAPause(t *testing.T) {
	g := newGuard(t, anything, nil)
	for _, test := range []struct {
		name  string
		err   error
		over  bool // the session has ended meanwhile
		pause time.Duration
		reply string
	}{
		{"busy", policy.ErrBusy, false, busyPause, commandReply + "-ERR eslguard is busy\n\n"},
		{"unknown", policy.ErrUnknown, false, 0, commandReply + "-ERR invalid\n\n"},
		{"busy, and gone", policy.ErrBusy, true, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, c := strayed(t, g)
			if test.over {
				s.end(ending{reason: "gone"})
			}
			begin := time.Now()
			if loginOf(s).notKnown(test.err) {
				t.Error("the login was accepted")
			}
			if d := time.Since(begin); d < test.pause {
				t.Errorf("answered after %v, want a pause of %v", d, test.pause)
			}
			if test.reply != "" {
				c.want(test.reply)
			}
		})
	}
}

// TestPausedLoginGivesItsPlace: a connection whose login is refused and not answered yet is the
// first to lose its place to another one, though its login was being checked.
func TestPausedLoginGivesItsPlace(t *testing.T) {
	g := newGuard(t, anything, func(s *Server) { s.MaxUnknown = 1 })
	s, _ := strayed(t, g)
	other, _ := strayed(t, g)
	if _, err := g.roster.add(s); err != nil || !g.admission.KeepPlace(&s.entry) {
		t.Fatal(err)
	}
	taken := func() bool {
		gone, err := g.roster.add(other)
		return err == nil && gone == &s.entry.Place
	}
	if taken() {
		t.Fatal("another takes the place while the login is checked")
	}
	var wg sync.WaitGroup
	wg.Go(func() { loginOf(s).notKnown(policy.ErrBusy) })
	await(t, "another takes the place", taken)
	s.end(ending{reason: "gone"})
	wg.Wait()
	g.roster.remove(s)
	g.roster.remove(other)
}

// loginOf returns a login of s.
func loginOf(s *session) *attempt {
	return &attempt{s: s, record: &audit.Record{Kind: audit.KindLogin}}
}

// strayed returns a session that no server serves, and the client's side of it.
func strayed(t *testing.T, g *guard) (*session, *client) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	g.setUp()
	s := newSession(g.Server, conn)
	t.Cleanup(func() { c.Close(); conn.Close(); s.out.Abandon() })
	return s, &client{t, c, bufio.NewReader(c)}
}
