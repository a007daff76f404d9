package sharing_test

import (
	"io"
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// byGuard is the guard's notice of a loss.
const byGuard = "FreeSWITCH closed the connection"

// TestLostStream loses the stream in several ways. The sessions that are subscribed are notified
// and closed, others go on, and all can subscribe again.
func TestLostStream(t *testing.T) {
	for _, loss := range []struct {
		name string
		lose func(*rig)
		// all is true if every connection to the switch is lost.
		all bool
		// notice is what sessions with a connection of their own are notified of.
		notice string
	}{
		{"killed", func(r *rig) { r.KillListeners() }, false, byGuard},
		{"reset", func(r *rig) { r.Reset() }, true, byGuard},
		{"disconnected", func(r *rig) { r.Disconnect() }, true, ""}, // by either
	} {
		t.Run(loss.name, func(t *testing.T) {
			inModes(t, func(t *testing.T, m mode) {
				r := newRig(t, m)
				idle := r.client()
				idle.want("event plain DTMF", "+OK event listener enabled plain")
				idle.unsubscribe()
				for range 2 {
					subscribed := []*client{r.client(), r.client(), r.client()}
					for i, c := range subscribed {
						c.want([]string{"event plain ALL", "event json DTMF", "event xml CUSTOM a::b"}[i], "+OK event listener enabled "+
							[]string{"plain", "json", "xml"}[i])
					}
					r.Play(numbered(1), numbered(2))
					subscribed[0].events(1, 2)
					subscribed[1].events(1, 2)
					before := len(r.Connections())
					loss.lose(r)
					if loss.all {
						r.await("the connections are closed", func() bool { return !anyOpen(r.Connections()[:before]) })
					}
					for _, c := range subscribed {
						if m.connections {
							c.wantNotice(byGuard)
						} else {
							c.wantNotice(loss.notice)
						}
					}
					if loss.all && !m.connections {
						idle.wantNotice("")
					}
					if loss.all {
						// The guard may have the connection of the last command still in use.
						idle.Close()
						idle = r.client()
					}
					if got := idle.untilSync(); len(got) > 0 {
						t.Errorf("the client without a subscription is sent %q", got)
					}
					// The guard may not have noticed the loss of the stream when the session's own
					// connection is lost. A session that subscribes then is closed.
					for !idle.served(r) {
						idle = r.client()
					}
				}
			}, events, both)
		})
	}
}

// anyOpen reports whether any of the connections is open.
func anyOpen(list []switchsim.Connection) bool {
	return slices.ContainsFunc(list, func(c switchsim.Connection) bool { return c.Open })
}

// unsubscribe gives the command noevents. The guard answers it before the session has left the
// stream, but does not read another command before.
func (c *client) unsubscribe() {
	c.t.Helper()
	c.want("noevents", "+OK no longer listening for events")
	c.untilSync()
}

// served subscribes, waits for an event and unsubscribes. It returns false if the session is
// closed.
func (c *client) served(r *rig) bool {
	c.t.Helper()
	for _, step := range []struct{ text, want string }{
		{"event plain DTMF\n\n", reply("+OK event listener enabled plain")},
		{"", ""}, // an event
		{"noevents\n\n", reply("+OK no longer listening for events")},
		{syncCommand + "1\n\n", apiResponse("1")},
	} {
		if step.want == "" {
			r.Play(numbered(3))
		} else if err := c.Send(step.text); err != nil {
			return false
		}
		f := c.frame()
		if strings.HasPrefix(f, "Content-Type: text/disconnect-notice\n") {
			return false
		}
		if f != step.want && number(f) != 3 {
			c.t.Fatalf("%q is answered %q", step.text, f)
		}
	}
	return true
}

// events reads events with these numbers.
func (c *client) events(want ...int) {
	c.t.Helper()
	for _, w := range want {
		if got := number(c.event().String()); got != w {
			c.t.Fatalf("event %d, want %d", got, w)
		}
	}
}

// wantNotice reads a disconnect notice that contains text, and then the end of the connection.
func (c *client) wantNotice(text string) {
	c.t.Helper()
	head, body, err := c.ReadFrame()
	if err != nil || !strings.HasPrefix(head, "Content-Type: text/disconnect-notice\n") || !strings.Contains(body, text) {
		c.t.Fatalf("%q, %q, %v; want a notice that says %q", head, body, err, text)
	}
	if head, body, err := c.ReadFrame(); err != io.EOF {
		c.t.Fatalf("after the notice: %q, %q, %v", head, body, err)
	}
}

// TestRestartedSwitch stops the switch and starts it again. Clients are told meanwhile, and served
// afterwards.
func TestRestartedSwitch(t *testing.T) {
	inModes(t, func(t *testing.T, m mode) {
		r := newRig(t, m)
		idle, subscribed := r.client(), r.client() // idle has not used a connection yet
		subscribed.want("event plain ALL", "+OK event listener enabled plain")
		addr := r.Addr()
		r.Close()
		subscribed.wantNotice(byGuard)
		const unreachable = "-ERR FreeSWITCH is unreachable"
		if m.connections {
			idle.want("api echo x", unreachable+"\n")
			idle.want("event plain ALL", unreachable)
			idle.want("log 7", unreachable)
			idle.want("filter A b", "+OK filter added. [A]=[b]")
			idle.want("noevents", "-ERR not listening for events")
		} else {
			idle.wantNotice(byGuard)
		}
		if _, err := switchsim.Login(r.guard.Addr, guarded); err == nil || !strings.Contains(err.Error(), unreachable) {
			t.Errorf("a login while the switch is down: %v", err)
		}
		sim, err := switchsim.Start(switchsim.Options{Addr: addr})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(sim.Close)
		sim.SetTrouble(switchsim.Trouble{OnCommand: answerSync})
		if !m.connections {
			idle = r.client()
		}
		idle.untilSync()
		idle.want("filter delete all", "+OK filter deleted. [all][]")
		for !idle.served(&rig{t: t, Switch: sim}) { // see TestLostStream
			idle = r.client()
		}
	}, events, both)
}
