package proxy

import (
	"testing"
	"time"

	"eslguard/proxy/internal/identity"
)

// soon is when the password of a test expires: after its client has logged in, or after a policy
// has come into force.
func soon() time.Time { return time.Now().Add(1500 * time.Millisecond) }

// lasting is a role whose password expires at end.
func lasting(end time.Time) role { return role{allow: []string{"api echo **"}, notAfter: end} }

// TestPasswordThatExpiresEndsItsSessions: an idle session is sent a notice that its password has
// expired, and closed.
func TestPasswordThatExpiresEndsItsSessions(t *testing.T) {
	end := soon()
	g := newGuard(t, lasting(end), nil)
	c := g.loggedIn(t)
	c.wantNotice(identity.ReasonExpired)
	c.wantEnd()
	if now := time.Now(); !now.After(end) {
		t.Errorf("closed at %v, before the password's end at %v", now, end)
	}
	await(t, "the end of the session is recorded", func() bool { return len(g.records(t, "end")) == 1 })
	if r := g.records(t, "end")[0]; r["reason"] != identity.ReasonExpired {
		t.Errorf("the record says %v, want %q", r["reason"], identity.ReasonExpired)
	}
	again := g.greeted(t)
	again.send("auth " + clientSecret + "\n\n")
	again.want(commandReply + "-ERR invalid\n\n")
}

// TestExpiryWaitsForNoBusySession: a session that is busy with a decision does not delay an expiry,
// and its client is sent the notice, too.
func TestExpiryWaitsForNoBusySession(t *testing.T) {
	g, h := heldGuard(t, lasting(soon()))
	busy := h.hold(t, g, 1, "")[0]
	idle := g.loggedIn(t)
	idle.wantNotice(identity.ReasonExpired)
	busy.wantNotice(identity.ReasonExpired)
	h.release()
	await(t, "the sessions end", func() bool { return g.Sessions() == 0 })
	if n := g.ran("api", "echo"); n != 0 {
		t.Errorf("%d commands of sessions whose password had ended went up", n)
	}
}

// TestNoCommandAfterTheExpiry: no command is forwarded after the expiry, even before the sessions
// are checked.
func TestNoCommandAfterTheExpiry(t *testing.T) {
	end := soon()
	g := newGuard(t, lasting(end), nil)
	c := g.loggedIn(t)
	g.expiry.Close() // no session is checked
	await(t, "the password has ended", func() bool { return time.Now().After(end) })
	c.send("api echo late\n\n")
	c.wantNotice(identity.ReasonExpired)
	if n := g.ran("api", "echo"); n != 0 {
		t.Errorf("the switch executed %d commands of a session whose password had ended", n)
	}
}

// TestExpiryFollowsThePolicy: a change of policy may make a password expire, or make it valid for
// ever.
func TestExpiryFollowsThePolicy(t *testing.T) {
	g := newGuard(t, lasting(time.Time{}), nil)
	c := g.loggedIn(t)
	g.swap(t, lasting(time.Now().Add(time.Hour)))
	g.swap(t, lasting(soon()))
	c.wantNotice(identity.ReasonExpired)

	end := soon()
	g = newGuard(t, lasting(end), nil)
	c = g.loggedIn(t)
	g.swap(t, lasting(time.Time{}))
	await(t, "the end that was", func() bool { return time.Now().After(end) })
	c.send("api echo still here\n\n")
	c.want(apiResponse + "10\n\nstill here")
}
