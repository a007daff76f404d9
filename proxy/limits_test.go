package proxy

import (
	"strings"
	"testing"
	"time"

	"eslguard/audit"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/effect"
	"eslguard/internal/switchsim"
	"eslguard/proxy/internal/answers"
	"eslguard/proxy/internal/loopback"
	"eslguard/proxy/internal/wire"
)

// TestAtOnce: a command in progress counts until it is answered, ended or gone.
func TestAtOnce(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}, limits: map[string]any{"api echo": "2 at once"}}, nil)
	c := g.loggedIn(t)
	c.send(strings.Repeat("api echo x\n\n", 2))
	for range 2 {
		c.want(apiResponse + "1\n\nx")
	}
	gone := g.loggedIn(t)
	g.sim.SetTrouble(switchsim.Trouble{Mute: true})
	gone.send(strings.Repeat("api echo y\n\n", 2))
	await(t, "two commands are under way", func() bool { return len(g.sim.Commands()) == 4 })
	c.send("api echo z\n\n")
	if got := c.wantPrefix(apiResponse); !strings.Contains(got, "-ERR rate limited, api echo 2 at once [") {
		t.Errorf("a third command at once is answered %q", got)
	}
	gone.Close()
	c.Close()
	g.sim.Reset() // the commands end with it
	await(t, "all sessions end", func() bool { return g.Sessions() == 0 })
	g.sim.SetTrouble(switchsim.Trouble{})
	c = g.loggedIn(t)
	c.send("api echo x\n\n")
	c.want(apiResponse + "1\n\nx")
}

// TestHangingUpFreesNoLimit: a command whose client has left counts for a while, since FreeSWITCH
// continues to run it.
func TestHangingUpFreesNoLimit(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}, limits: map[string]any{"api echo": "1 at once"}}, func(s *Server) { s.unansweredTime = 3 * time.Second })
	gone := g.loggedIn(t)
	g.sim.SetTrouble(switchsim.Trouble{Mute: true})
	gone.send("api echo x\n\n")
	await(t, "the command is under way", func() bool { return len(g.sim.Commands()) == 1 })
	if err := reset(gone.Conn); err != nil {
		t.Fatal(err)
	}
	await(t, "its session ends", func() bool { return g.Sessions() == 0 })
	g.sim.SetTrouble(switchsim.Trouble{})
	c := g.loggedIn(t)
	c.send("api echo x\n\n")
	if got := c.wantPrefix(apiResponse); !strings.Contains(got, "-ERR rate limited, api echo 1 at once [") {
		t.Errorf("a second command beside one that goes on is answered %q", got)
	}
	client := g.policies.Current().Client("c")
	await(t, "the command counts no more", func() bool {
		taken, _, ok := client.TakeAll([]effect.Effect{{Kind: effect.KindAPI, Name: "echo"}}, time.Now())
		taken.Undo()
		return ok
	})
}

// TestOnlyCommandsInProgressAreKept: of the commands without an answer that a session leaves, only
// those are kept in memory that count in a limit on commands in progress, so no more than it
// allows.
func TestOnlyCommandsInProgressAreKept(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api **"}, limits: map[string]any{"api echo": "3 at once", "api status": "1000/day"}}, nil)
	client := g.policies.Current().Client("c")
	near, _ := loopback.Pair(t)
	w := answers.New(answers.Options{Conn: wire.New(near), Budget: answers.NewBudget(1<<20, g.contain)})
	for _, name := range []string{"status", "echo", "status", "hostname", "echo"} {
		taken, _, ok := client.TakeAll([]effect.Effect{{Kind: effect.KindAPI, Name: name}}, time.Now())
		if !ok {
			t.Fatalf("%s is over a limit", name)
		}
		w.Expect(answers.Pending{Parts: 1, Taken: taken})
	}
	if _, unanswered := w.Abandon(); len(unanswered) != 2 || !w.Empty() {
		t.Errorf("%d commands are held, and the queue is empty: %v; want the 2 that are in progress, and true", len(unanswered), w.Empty())
	}
}

// TestLimitIsFreeWithTheAnswer: a client that has been answered can send the next command, however
// early it sees the answer.
func TestLimitIsFreeWithTheAnswer(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}, limits: map[string]any{"api echo": "1 at once"}}, nil)
	c := g.loggedIn(t)
	free, s := make(chan bool, 1), g.only(t)
	client := s.adopt(g.Policies.Current())
	s.out.Record(onWrite(func() {
		taken, _, ok := client.TakeAll([]effect.Effect{{Kind: effect.KindAPI, Name: "echo"}}, time.Now())
		taken.Undo()
		free <- ok
	}))
	c.send("api echo x\n\n")
	c.want(apiResponse + "1\n\nx")
	if !<-free {
		t.Error("the command is under way still while its answer is written")
	}
}

// onWrite is a recording that calls a function with every write.
type onWrite func()

func (f onWrite) FromGuard([]byte) { f() }
func (onWrite) HideNext()          {}

// TestJobsAtOnce: a bgapi counts until its job ends.
func TestJobsAtOnce(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}, limits: map[string]any{"api echo": "1 at once"}}, nil)
	c := g.loggedIn(t)
	for range 3 {
		c.send("bgapi echo x\n\n")
		c.wantPrefix(commandReply + "+OK Job-UUID")
		j := g.jobs.Of(g.policies.Current().Upstreams()["pbx"])
		await(t, "the job ends", func() bool { return j.Count() == 0 })
	}
	g.endless()
	c.send("bgapi echo x\n\nbgapi echo x\n\n")
	c.wantPrefix(commandReply + "+OK Job-UUID")
	c.wantPrefix(commandReply + "-ERR rate limited, api echo 1 at once")
}

// TestDecideTakesNothing: deciding on a command takes nothing from the client's limits, starts no
// job and leaves the session's state alone.
func TestDecideTakesNothing(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **", "subscribe HEARTBEAT"}, limits: map[string]any{"api echo": "1 at once"}}, nil)
	g.setUp()
	p := g.policies.Current()
	client := p.Client("c")
	var state command.State
	for range 3 {
		for _, line := range []string{"bgapi echo x", "api echo x", "event plain HEARTBEAT"} {
			v, err := decide(p, client, &state, &codec.Frame{Line: []byte(line)}, g.secrets)
			if err != nil || !v.mayPass() {
				t.Fatalf("%s: %v, %v %s", line, err, v.action, v.reason)
			}
		}
	}
	if n := g.watched().Count(); n != 0 {
		t.Errorf("%d jobs are counted", n)
	}
	if lasting := state.Lasting(); len(lasting) != 0 {
		t.Errorf("the state has %v", lasting)
	}
	if taken, limit, ok := client.TakeAll([]effect.Effect{{Kind: effect.KindAPI, Name: "echo"}}, time.Now()); !ok {
		t.Errorf("the limit %s is used up", limit)
	} else {
		taken.Undo()
	}
}

// TestOnlyDecidedCommandsPass checks that a command passes only if it was decided so: the zero
// verdict and an unknown decision do not pass.
func TestOnlyDecidedCommandsPass(t *testing.T) {
	for action, want := range map[audit.Decision]bool{
		0: false, audit.Allow: true, audit.Deny: false, audit.Refuse: false, audit.Observe: true, audit.Observe + 1: false,
	} {
		if v := (verdict{action: action}); v.mayPass() != want {
			t.Errorf("a command whose decision is %q (%d) passes: %v, want %v", action, action, !want, want)
		}
	}
}

// TestUnrecordedCommandCountsForNothing checks that a command that is not forwarded because the
// audit cannot record it gives back what it took of the client's limits and jobs.
func TestUnrecordedCommandCountsForNothing(t *testing.T) {
	r := withJobs(1)
	r.limits = map[string]any{"api echo": "1 at once"}
	g := newGuard(t, r, nil)
	c := g.loggedIn(t)
	for _, tt := range []struct{ send, unrecorded, recorded string }{
		{"api echo x\n\n", apiResponse + "23\n\n-ERR audit unavailable\n", apiResponse + "1\n\nx"},
		{"bgapi echo x\n\n", commandReply + "-ERR audit unavailable", commandReply + "+OK Job-UUID"},
	} {
		g.recorder.full.Store(true)
		c.send(tt.send)
		c.wantPrefix(tt.unrecorded)
		g.recorder.full.Store(false)
		c.send(tt.send)
		c.wantPrefix(tt.recorded)
	}
}

// TestJobDecidedAgainStartsOnce checks that a bgapi that is decided again, because the policy has
// changed, counts as one job.
func TestJobDecidedAgainStartsOnce(t *testing.T) {
	f := new(flipper)
	g := newGuard(t, withJobs(1), func(s *Server) { s.Policies = f })
	f.old.Store(g.policies.Load())
	c := g.loggedIn(t)
	f.armed.Store(true)
	f.now.Store(load(t, g.sim.Addr(), withJobs(1)))
	c.send("bgapi echo x\n\n")
	c.wantPrefix(commandReply + "+OK Job-UUID")
	if n := len(g.records(t, "command")); n != 2 {
		t.Errorf("%d records of commands, want two of the one that was decided again", n)
	}
}
