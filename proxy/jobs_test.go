package proxy

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// endless makes the switch accept jobs that never end.
func (g *guard) endless() {
	g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(line string) ([]byte, bool) {
		if !strings.HasPrefix(line, "bgapi ") {
			return nil, false
		}
		return []byte(commandReply + "+OK Job-UUID: x\nJob-UUID: x\n\n"), true
	}})
}

func TestJobsLimit(t *testing.T) {
	g := newGuard(t, anything, nil)
	g.endless()
	c := g.loggedIn(t)
	for i := range maxJobs {
		c.send(fmt.Sprintf("bgapi echo x\nJob-UUID: job-%d\n\n", i))
		c.wantPrefix(commandReply + "+OK Job-UUID")
	}
	c.send("bgapi echo x\n\n")
	c.wantPrefix(commandReply + "-ERR 100 bgapi jobs are running already")
	// The limit is the client's, in whatever session, and its end makes room.
	c = g.loggedIn(t)
	c.send("bgapi echo x\n\n")
	c.wantPrefix(commandReply + "-ERR 100 bgapi jobs are running already")
	body := "Event-Name: BACKGROUND_JOB\nJob-UUID: job-7\nJob-Command: echo\nContent-Length: 1\n\nx"
	go g.sim.Flood([]byte(fmt.Sprintf("Content-Length: %d\nContent-Type: text/event-plain\n\n%s", len(body), body)), 1)
	j := g.jobsOf(g.policies.Current().Upstreams()["pbx"])
	await(t, "the job's end is noticed", func() bool { return j.count() == maxJobs-1 })
	c.wantPrefix("Content-Length: ") // the flood goes to every session
	c.send("bgapi echo x\n\n")
	c.wantPrefix(commandReply + "+OK Job-UUID")
}

func TestJobUUIDs(t *testing.T) {
	g := newGuard(t, anything, nil)
	g.endless()
	c := g.loggedIn(t)
	c.send("bgapi echo x\nJob-UUID: mine\n\nbgapi echo x\nJob-UUID: mine\n\nbgapi echo x\nJob-UUID: not plain\n\nbgapi echo x\n\n")
	c.wantPrefix(commandReply + "+OK Job-UUID")
	c.wantPrefix(commandReply + "-ERR a job with that Job-UUID is running already")
	c.wantPrefix(commandReply + "-ERR")
	c.wantPrefix(commandReply + "+OK Job-UUID")
	var sent []string
	for _, text := range g.sim.Commands() {
		if strings.HasPrefix(text, "bgapi") {
			sent = append(sent, text)
		}
	}
	if len(sent) != 2 {
		t.Fatalf("the switch was sent %q, want two jobs", sent)
	}
	if !regexp.MustCompile(`(?m)^Job-UUID: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(sent[1]) {
		t.Errorf("a job without an id went up as %q, want one with a fresh uuid", sent[1])
	}
}

// TestShortJobsAreForgotten: jobs that end leave no count behind, also when the client has gone.
func TestShortJobsAreForgotten(t *testing.T) {
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	for range 3 * maxJobs {
		c.send("bgapi echo x\n\n")
		c.wantPrefix(commandReply + "+OK Job-UUID")
	}
	c.Close()
	j := g.jobsOf(g.policies.Current().Upstreams()["pbx"])
	await(t, "all jobs are forgotten", func() bool { return j.count() == 0 })
}

func TestJobUUIDOfAnEvent(t *testing.T) {
	for _, test := range []struct{ body, want string }{
		{"Event-Name: BACKGROUND_JOB\nJob-UUID: abc\nJob-Command: x\n\n", "abc"},
		{"Event-Name: BACKGROUND_JOB\nJob-UUID: abc", "abc"},
		{"Event-Name: BACKGROUND_JOB\n\n", ""},
		{"", ""},
	} {
		if got := jobUUID([]byte(test.body)); got != test.want {
			t.Errorf("jobUUID(%q) = %q, want %q", test.body, got, test.want)
		}
	}
}
