package proxy

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"eslguard/internal/switchsim"
)

func TestPolicyChangeReachesTheNextCommand(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}}, nil)
	c := g.loggedIn(t)
	c.send("api hostname\n\n")
	c.wantDenied(true)
	g.swap(t, role{allow: []string{"api hostname"}})
	c.send("api hostname\n\napi echo x\n\n")
	c.wantPrefix(apiResponse + "2\n\n")
	c.wantDenied(true)
}

// TestPolicyChangeClosesWhatIsNoLongerAllowed: a change of policy closes the sessions that it does
// not allow within a second, and no others.
func TestPolicyChangeClosesWhatIsNoLongerAllowed(t *testing.T) {
	const uuid = "11111111-2222-3333-4444-555555555555"
	before := role{allow: []string{"api echo **", "subscribe *", "subscribe BACKGROUND_JOB", "log DEBUG", "channel * **"}}
	for _, test := range []struct {
		name   string
		send   string
		after  role
		closed bool
	}{
		{"nothing lasting", "", role{allow: []string{"api echo **"}}, false},
		{"a subscription still allowed", "event plain HEARTBEAT\n\n", role{allow: []string{"api echo **", "subscribe HEARTBEAT"}}, false},
		{"a subscription no longer allowed", "event plain HEARTBEAT CHANNEL_CREATE\n\n", role{allow: []string{"subscribe HEARTBEAT"}}, true},
		{"a subscription taken back", "event plain HEARTBEAT CHANNEL_CREATE\n\nnixevent CHANNEL_CREATE\n\n",
			role{allow: []string{"api echo **", "subscribe HEARTBEAT"}}, false},
		{"a log level", "log DEBUG\n\n", role{allow: []string{"api echo **", "log INFO"}}, true},
		{"an attached channel", "myevents " + uuid + "\n\n", role{allow: []string{"api echo **"}}, true},
		{"the password", "", role{password: "another"}, true},
		{"the network", "", role{from: "192.0.2.0/24"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuard(t, before, nil)
			g.sim.AddChannel(uuid, nil)
			c := g.loggedIn(t)
			c.send(test.send)
			for range strings.Count(test.send, "\n\n") {
				c.wantPrefix(commandReply + "+OK")
			}
			begin := time.Now()
			g.swap(t, test.after)
			if test.closed {
				c.wantNotice(noticeRevoked)
				if d := time.Since(begin); d > time.Second {
					t.Errorf("closed after %v, want within a second", d)
				}
				return
			}
			c.send("api echo still here\n\n")
			c.want(apiResponse + "10\n\nstill here")
		})
	}
}

func TestUpstreamChangeClosesTheSession(t *testing.T) {
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	other, err := switchsim.Start(switchsim.Options{Password: upstreamSecret})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(other.Close)
	g.policies.Store(load(t, other.Addr(), anything))
	g.PolicyChanged()
	c.wantNotice("upstream")
	g.loggedIn(t)
	if n := other.Logins(); n != 1 {
		t.Errorf("%d logins at the new upstream, want 1", n)
	}
}

// TestSwapsLoseNothing: with fifty changes of policy a second, under load, every reply comes.
func TestSwapsLoseNothing(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}}, nil)
	stop := make(chan struct{})
	var swapper sync.WaitGroup
	policies := []role{{allow: []string{"api echo **", "api status"}}, {allow: []string{"api echo **"}, deny: []string{"api hostname"}}}
	loaded := make([]func(), len(policies))
	for i, r := range policies {
		p := load(t, g.sim.Addr(), r)
		loaded[i] = func() { g.policies.Store(p); g.PolicyChanged() }
	}
	swapper.Go(func() {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for i := 0; ; i++ {
			select {
			case <-tick.C:
				loaded[i%len(loaded)]()
			case <-stop:
				return
			}
		}
	})
	const sessions, commands = 4, 1500
	var clients sync.WaitGroup
	for s := range sessions {
		c := g.loggedIn(t)
		// The deadline of the login would end the test on a slow machine.
		_ = c.SetWriteDeadline(time.Time{})
		clients.Go(func() {
			for i := range commands {
				text := fmt.Sprintf("%d-%d", s, i)
				if _, err := fmt.Fprintf(c, "api echo %s\n\n", text); err != nil {
					t.Error(err)
					return
				}
				got, err := c.read()
				if want := fmt.Sprintf("%s%d\n\n%s", apiResponse, len(text), text); err != nil || got != want {
					t.Errorf("got %q, %v, want %q", got, err, want)
					return
				}
			}
		})
	}
	clients.Wait()
	close(stop)
	swapper.Wait()
	if n := g.ran("api", "echo"); n != sessions*commands {
		t.Errorf("the switch executed %d commands, want %d", n, sessions*commands)
	}
}
