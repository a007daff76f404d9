package proxy

import (
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// TestForgedEnds: no event that a client can make FreeSWITCH fire ends a job, even with the job's
// own id and command. Each is written as FreeSWITCH sends it.
func TestForgedEnds(t *testing.T) {
	const job = "Job-UUID: job-1\nJob-Command: echo\nJob-Command-Arg: x\nContent-Length: 1\n\nx"
	const stamp = "Event-Calling-File: mod_event_socket.c\nEvent-Calling-Function: api_exec\nEvent-Calling-Line-Number: 1580\n"
	for _, test := range []struct{ name, event string }{
		{"sendevent", "Command: sendevent%20BACKGROUND_JOB\nEvent-UUID: u\nEvent-Name: BACKGROUND_JOB\n" +
			"Event-Calling-File: mod_event_socket.c\nEvent-Calling-Function: parse_command\n" + job},
		{"sendevent, with the headers that the guard leaves out", "Command: sendevent%20BACKGROUND_JOB\n" + stamp +
			"Event-Name: BACKGROUND_JOB\nEvent-Calling-File: mod_event_socket.c\nEvent-Calling-Function: parse_command\n" + job},
		{"the API bgapi", "Event-Name: BACKGROUND_JOB\nEvent-Calling-File: mod_commands.c\nEvent-Calling-Function: bgapi_exec\n" + job},
		{"the application event", "Core-UUID: u\nEvent-Calling-File: mod_dptools.c\nEvent-Calling-Function: event_function\n" +
			"Event-Name: BACKGROUND_JOB\n" + stamp + job},
		{"another module", "Event-Name: BACKGROUND_JOB\nEvent-Calling-File: handle_msg.c\nEvent-Calling-Function: api_exec\n" + job},
		{"no word about who fired it", "Event-Name: BACKGROUND_JOB\n" + job},
		{"another event", "Event-Name: HEARTBEAT\n" + stamp + job},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuard(t, role{allow: []string{"api echo **"}, limits: map[string]any{"api echo": "1 at once"}}, nil)
			g.endless()
			c := g.loggedIn(t)
			c.send("bgapi echo x\nJob-UUID: job-1\n\n")
			c.wantPrefix(commandReply + "+OK Job-UUID")
			await(t, "the job runs", func() bool { return g.watched().Count() == 1 })
			j := g.watched()
			g.heard(t, test.event)
			if n := j.Count(); n != 1 {
				t.Fatal("the job was ended by what FreeSWITCH did not fire at its end")
			}
			c.send("bgapi echo x\n\n")
			c.wantPrefix(commandReply + "-ERR rate limited, api echo 1 at once")
			if n := len(g.records(t, "job")); n != 0 {
				t.Errorf("%d results of the job are recorded", n)
			}
			g.heard(t, jobEnd("job-1", "echo", "x", "x"))
			if n := j.Count(); n != 0 {
				t.Error("the job's own end was not believed")
			}
		})
	}
}

// TestInjectedEndsThroughTheGuard: a client that may inject anything ends no job with that,
// beginning with the client's frame.
func TestInjectedEndsThroughTheGuard(t *testing.T) {
	r := anything
	r.allow = append([]string{"inject BACKGROUND_JOB"}, r.allow...)
	g := newGuard(t, r, nil)
	g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(line string) ([]byte, bool) {
		return []byte(commandReply + "+OK Job-UUID: x\nJob-UUID: x\n\n"), strings.HasPrefix(line, "bgapi echo x")
	}})
	c := g.loggedIn(t)
	c.send("bgapi echo x\nJob-UUID: job-1\n\n")
	c.wantPrefix(commandReply + "+OK Job-UUID")
	c.send("event plain BACKGROUND_JOB\n\n")
	c.wantPrefix(commandReply + "+OK event")
	for _, forgery := range []string{
		"sendevent BACKGROUND_JOB\nJob-UUID: job-1\nJob-Command: echo\nJob-Command-Arg: x\n" +
			"Event-Calling-Function: api_exec\nEvent-Calling-File: mod_event_socket.c\nEvent-Name: BACKGROUND_JOB\n\n",
		"api bgapi uuid:job-1 echo x\n\n",
	} {
		c.send(forgery)
		for range 2 { // the reply and the event, in either order
			if got := c.frame(); strings.Contains(got, "-ERR") {
				t.Fatalf("%q is answered %q: the test does not test what it should", forgery, got)
			}
		}
	}
	// The watch hears events in order: once it has heard the end of a later job, it has heard all
	// that came before.
	c.send("bgapi echo later\nJob-UUID: job-2\n\n")
	await(t, "the later job ends", func() bool { return len(g.records(t, "job")) > 0 })
	if records := g.records(t, "job"); g.watched().Count() != 1 || len(records) != 1 || records[0]["job"] != "job-2" {
		t.Errorf("records %v, want the later job's alone", records)
	}
}

// twoClients is a guard with the clients pbx and other, which share a switch on which no job ends.
func twoClients(t *testing.T) (g *guard, pbx, other *client) {
	t.Helper()
	g = newGuard(t, anything, nil)
	g.endless()
	g.policies.Store(twoUpstreams(t, g.sim.Addr(), g.sim.Addr()))
	pbx = g.loggedIn(t)
	other = g.greeted(t)
	other.send("auth other\n\n")
	other.want(commandReply + "+OK accepted\n\n")
	return g, pbx, other
}

// TestJobUUIDsAreTheClientsOwn: a client that chooses the id of another client's job learns nothing
// of it, and the end of its own job ends that job alone.
func TestJobUUIDsAreTheClientsOwn(t *testing.T) {
	g, pbx, other := twoClients(t)
	pbx.send("bgapi echo long\nJob-UUID: same\n\n")
	pbx.want(commandReply + "+OK Job-UUID: x\nJob-UUID: x\n\n")
	other.send("bgapi echo short\nJob-UUID: same\n\n")
	other.want(commandReply + "+OK Job-UUID: x\nJob-UUID: x\n\n")
	other.send("bgapi echo short\nJob-UUID: same\n\n")
	other.wantPrefix(commandReply + "-ERR a job with that Job-UUID is running already")
	j := g.watched()
	g.heard(t, jobEnd("same", "echo", "short", "+OK of other\n"))
	if ended := g.jobRecords(t, 1); j.Count() != 1 || len(ended) != 1 || ended[0]["client"] != "other" {
		t.Fatal("the end of other's job did not end that job alone")
	}
	g.heard(t, jobEnd("same", "echo", "else", "+OK of nobody\n"))
	g.heard(t, jobEnd("same", "echo", "long", "+OK of pbx\n"))
	if n := j.Count(); n != 0 {
		t.Errorf("%d jobs run, want none", n)
	}
	records := g.jobRecords(t, 2)
	if len(records) != 2 || records[0]["client"] != "other" || records[0]["reply"] != "+OK of other" ||
		records[1]["client"] != "pbx" || records[1]["reply"] != "+OK of pbx" {
		t.Errorf("records %v, want each client's own result", records)
	}
}

// TestEndsThatCannotBeToldApart: if two clients run the same command under the same id, neither
// ends the other's job: both count until both have ended, and neither is recorded with the other's
// result.
func TestEndsThatCannotBeToldApart(t *testing.T) {
	g, pbx, other := twoClients(t)
	for _, c := range []*client{pbx, other} {
		c.send("bgapi echo x\nJob-UUID: same\n\n")
		c.wantPrefix(commandReply + "+OK")
	}
	j := g.watched()
	end := jobEnd("same", "echo", "x", "+OK of one\n")
	g.heard(t, end)
	if n := j.Count(); n != 2 {
		t.Fatalf("%d jobs count after the end of one of two, want both", n)
	}
	g.heard(t, end)
	if n := j.Count(); n != 0 {
		t.Fatalf("%d jobs count after both have ended", n)
	}
	records := g.jobRecords(t, 2)
	if len(records) != 2 {
		t.Fatalf("records %v, want one for each client", records)
	}
	const unsure = "several clients ran the same command under this Job-UUID: whose result is which cannot be told"
	for _, r := range records {
		if r["reason"] != unsure || r["reply"] != nil || r["reply_hash"] != nil {
			t.Errorf("record %v, want it to say that the result cannot be told", r)
		}
	}
}

// TestEndOfAJobWithAList: FreeSWITCH writes the entries of a list in place of the argument, and the
// job ends all the same.
func TestEndOfAJobWithAList(t *testing.T) {
	g := newGuard(t, anything, nil)
	g.endless()
	c := g.loggedIn(t)
	c.send("bgapi echo ARRAY::a\nJob-UUID: list\n\n")
	c.wantPrefix(commandReply + "+OK")
	j := g.watched()
	g.heard(t, jobEnd("other", "echo", "a", ""))
	if j.Count() != 1 {
		t.Fatal("the end of another job ended it")
	}
	g.heard(t, jobEnd("list", "echo", "a", ""))
	if j.Count() != 0 {
		t.Error("the job does not end")
	}
}
