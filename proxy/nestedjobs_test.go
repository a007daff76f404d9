package proxy

import (
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// nestedEnd is the event that FreeSWITCH fires at the end of a job of the API bgapi.
func nestedEnd(name, args string) string {
	return strings.Replace(jobEnd("made-up", name, args, "x"),
		"Event-Calling-File: mod_event_socket.c\nEvent-Calling-Function: api_exec", "Event-Calling-File: mod_commands.c\nEvent-Calling-Function: bgapi_exec", 1)
}

// endlessWithin makes the switch accept jobs of the API bgapi that never end.
func (g *guard) endlessWithin() {
	g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(line string) ([]byte, bool) {
		return []byte(apiResponse + "17\n\n+OK Job-UUID: x\n\n"), strings.Contains(line, "bgapi ")
	}})
}

// TestNestedJobsLimit: a job that is started within another command counts together with those of
// the command bgapi, until FreeSWITCH says that it has ended.
func TestNestedJobsLimit(t *testing.T) {
	g := newGuard(t, withJobs(2), nil)
	g.endlessWithin()
	c := g.loggedIn(t)
	c.send("api bgapi echo x\n\napi expand bgapi echo y z\n\n")
	c.wantPrefix(apiResponse)
	c.wantPrefix(apiResponse)
	for _, sent := range []string{"api bgapi echo x\n\n", "bgapi echo x\n\n", "api sched_api +60 none bgapi echo x\n\n"} {
		c.send(sent)
		if got := c.frame(); !strings.Contains(got, `-ERR 2 bgapi jobs are running already, and "jobs" of the client`) {
			t.Errorf("%q is answered %q", sent, got)
		}
	}
	// The guard's own stream of events sends event.
	sent := slices.DeleteFunc(g.sim.Commands(), func(text string) bool { return strings.HasPrefix(text, "event ") })
	if len(sent) != 2 {
		t.Errorf("the switch was sent %q, want two commands", sent)
	}
	j := g.watched()
	g.heard(t, jobEnd("made-up", "echo", "x", "x")) // of the command, not of the API
	g.heard(t, nestedEnd("echo", "another"))
	if n := j.Count(); n != 2 {
		t.Fatalf("%d jobs are counted, want 2", n)
	}
	g.heard(t, nestedEnd("echo", "y%20z"))
	if n := j.Count(); n != 1 {
		t.Fatalf("%d jobs are counted, want 1", n)
	}
	c.send("api bgapi uuid:made-up echo x\n\n")
	c.wantPrefix(apiResponse)
	if n := j.Count(); n != 2 {
		t.Errorf("%d jobs are counted, want 2", n)
	}
}

// TestNestedJobsEnd: the switch's own event at the end of such a job frees its place.
func TestNestedJobsEnd(t *testing.T) {
	g := newGuard(t, withJobs(1), nil)
	c := g.loggedIn(t)
	for range 3 {
		c.send("api bgapi echo x\n\n")
		if got := c.wantPrefix(apiResponse); !strings.Contains(got, "+OK Job-UUID: ") {
			t.Fatalf("answered %q", got)
		}
		await(t, "the job ends", func() bool { return g.watched().Count() == 0 })
	}
}

// TestNestedJobsAllOrNone: a command that would start too many jobs starts none and counts for
// none.
func TestNestedJobsAllOrNone(t *testing.T) {
	g := newGuard(t, withJobs(1), nil)
	g.endlessWithin()
	c := g.loggedIn(t)
	c.send("bgapi bgapi echo x\n\n") // two threads
	if got := c.frame(); !strings.Contains(got, "-ERR 1 bgapi job is running already") {
		t.Errorf("answered %q", got)
	}
	if n := g.watched().Count(); n != 0 {
		t.Errorf("%d jobs are counted, want none", n)
	}
}

// TestFiltersOfAClient: the policy sets how many filters a session may have.
func TestFiltersOfAClient(t *testing.T) {
	r := anything
	r.filters = 20
	g := newGuard(t, r, nil)
	c := g.loggedIn(t)
	c.send(strings.Repeat("filter a b\n\n", 21))
	for range 20 {
		c.wantPrefix(commandReply + "+OK filter added")
	}
	c.wantPrefix(commandReply + `-ERR refused, too-many-filters, "filters" of the client in the policy allows 20 in a session [`)
}
