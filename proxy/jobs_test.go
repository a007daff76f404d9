package proxy

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"eslguard/event"
	"eslguard/internal/switchsim"
	"eslguard/proxy/internal/jobs"
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

// jobEnd is the event that mod_event_socket fires at the end of a job, in the form plain.
func jobEnd(id, name, args, result string) string {
	head := "Event-Name: BACKGROUND_JOB\nEvent-Calling-File: mod_event_socket.c\nEvent-Calling-Function: api_exec\n" +
		"Job-UUID: " + id + "\nJob-Command: " + name + "\n"
	if args != "" {
		head += "Job-Command-Arg: " + args + "\n"
	}
	return head + fmt.Sprintf("Content-Length: %d\n\n%s", len(result), result)
}

// inJSON turns a plain event into the form JSON. It escapes only what FreeSWITCH escapes.
func inJSON(t *testing.T, plain string) string {
	t.Helper()
	head, body, hasBody := strings.Cut(plain, "\n\n")
	quote := func(s string) string {
		return `"` + strings.NewReplacer(`"`, `\"`, `\`, `\\`, "\n", `\n`).Replace(s) + `"`
	}
	var fields []string
	for line := range strings.SplitSeq(strings.TrimSuffix(head, "\n"), "\n") {
		name, value, _ := strings.Cut(line, ": ")
		decoded, err := url.PathUnescape(value)
		if err != nil {
			t.Fatal(err)
		}
		fields = append(fields, quote(name)+":"+quote(decoded))
	}
	if hasBody {
		fields = append(fields, `"_body":`+quote(body))
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// heard makes the guard handle an event, given in the form plain, as if the switch had sent it.
func (g *guard) heard(t *testing.T, plain string) {
	t.Helper()
	var e event.Event
	if err := e.Parse([]byte(inJSON(t, plain))); err != nil {
		t.Fatal(err)
	}
	g.watched().Ended(&e)
}

// jobRecords waits until the ends of n jobs are recorded, and returns these records.
func (g *guard) jobRecords(t *testing.T, n int) []map[string]any {
	t.Helper()
	await(t, "the ends of jobs are recorded", func() bool { return len(g.records(t, "job")) >= n })
	return g.records(t, "job")
}

// fire sends an event, given in the form plain, to every connection of the switch in the form JSON,
// whatever it subscribed to.
func (g *guard) fire(t *testing.T, plain string) {
	t.Helper()
	text := inJSON(t, plain)
	go g.sim.Flood(fmt.Appendf(nil, "Content-Length: %d\nContent-Type: text/event-json\n\n%s", len(text), text), 1)
}

// watched returns the jobs of the policy's upstream.
func (g *guard) watched() *jobs.Registry { return g.jobs.Of(g.policies.Current().Upstreams()["pbx"]) }

// watching reports whether the switch has accepted the subscription of the guard's own connection.
func (g *guard) watching() bool {
	return slices.Contains(g.sim.Commands(), "event json BACKGROUND_JOB\n\n")
}

// TestChangeOfPolicyEndsAWatch: a policy without the upstream ends the watch there.
func TestChangeOfPolicyEndsAWatch(t *testing.T) {
	g := newGuard(t, anything, nil)
	g.endless()
	c := g.loggedIn(t)
	c.send("bgapi echo x\n\n")
	c.wantPrefix(commandReply + "+OK")
	await(t, "the watch is connected", g.watching)
	other := newRawSwitch(t)
	j := g.watched()
	g.policies.Store(load(t, other.addr, anything))
	g.PolicyChanged()
	await(t, "the watch ends", func() bool { return g.sim.Sessions() == 0 })
	if n := j.Count(); n != 0 {
		t.Errorf("%d jobs are still counted", n)
	}
}

// fewJobs is how many jobs the client of a test may have.
const fewJobs = 5

// withJobs is anything with a limit of n jobs.
func withJobs(n int) role {
	r := anything
	r.jobs = n
	return r
}

// TestBurstOfJobs: a client for which the policy sets no number of jobs may start more than a
// hundred at once.
func TestBurstOfJobs(t *testing.T) {
	g := newGuard(t, anything, nil)
	g.endless()
	c := g.loggedIn(t)
	const burst = 130
	c.send(strings.Repeat("bgapi echo x\n\n", burst))
	for range burst {
		c.wantPrefix(commandReply + "+OK Job-UUID")
	}
	if n := g.watched().Count(); n != burst {
		t.Errorf("%d jobs are counted, want %d", n, burst)
	}
}

func TestJobsLimit(t *testing.T) {
	const tooMany = commandReply + `-ERR 5 bgapi jobs are running already, and "jobs" of the client in the policy allows no more`
	g := newGuard(t, withJobs(fewJobs), nil)
	g.endless()
	c := g.loggedIn(t)
	for i := range fewJobs {
		c.send(fmt.Sprintf("bgapi echo x\nJob-UUID: job-%d\n\n", i))
		c.wantPrefix(commandReply + "+OK Job-UUID")
	}
	c.send("bgapi echo x\n\n")
	c.wantPrefix(tooMany)
	// The limit is the client's in all its sessions, and the end of a job frees its place.
	c = g.loggedIn(t)
	c.send("bgapi echo x\n\n")
	c.wantPrefix(tooMany)
	g.fire(t, jobEnd("job-3", "echo", "x", "x"))
	j := g.watched()
	await(t, "the job's end is noticed", func() bool { return j.Count() == fewJobs-1 })
	if !shares("connections") {
		c.wantPrefix("Content-Length: ") // the flood goes to every connection
	}
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

// TestShortJobsAreForgotten: jobs that end no longer count, even if the client has left.
func TestShortJobsAreForgotten(t *testing.T) {
	const most = 100
	g := newGuard(t, withJobs(most), nil)
	c := g.loggedIn(t)
	j := g.jobs.Of(g.policies.Current().Upstreams()["pbx"])
	for range 3 {
		for range most {
			c.send("bgapi echo x\n\n")
			c.wantPrefix(commandReply + "+OK Job-UUID")
		}
		// The ends of jobs arrive on another connection, so they may be late.
		await(t, "the jobs are forgotten", func() bool { return j.Count() == 0 })
	}
	c.send("bgapi echo x\n\n")
	c.wantPrefix(commandReply + "+OK Job-UUID")
	c.Close()
	await(t, "all jobs are forgotten", func() bool { return j.Count() == 0 })
}

// TestLostJobsHoldNoLimit: a limit that a lost job counts in is free again when it is needed. The
// job is lost because the watch was connected after it had been started.
func TestLostJobsHoldNoLimit(t *testing.T) {
	s := newRawSwitch(t)
	r := role{allow: []string{"api echo **"}, limits: map[string]any{"api echo": "1 at once"}}
	g := newGuardFor(t, nil, s.addr, r, func(s *Server) { s.lostJobs = time.Millisecond })
	c := g.loggedIn(t)
	up := <-s.links
	const job, accepted = "bgapi echo x\n\n", commandReply + "+OK Job-UUID: x\nJob-UUID: x\n\n"
	c.send(job)
	await(t, "the job is started", func() bool { return g.commands(t) == 1 })
	watch := <-s.links
	watch.command()
	time.Sleep(10 * time.Millisecond) // the job is lost after one
	watch.say(commandReply + "+OK event listener enabled json\n\n")
	for range 2 {
		_ = up.SetReadDeadline(time.Now().Add(patience))
		up.command()
		up.say(accepted)
		c.want(accepted)
		c.send(job)
	}
	// The second job is not lost.
	c.wantPrefix(commandReply + "-ERR rate limited, api echo 1 at once")
	if n := g.watched().Count(); n != 1 {
		t.Errorf("%d jobs are counted, want the last one", n)
	}
}

// TestJobResultIsRecorded: the records show which command caused which call.
func TestJobResultIsRecorded(t *testing.T) {
	const uuid = "0f1e2d3c-1111-2222-3333-444455556666"
	g := newGuard(t, anything, nil)
	g.endless()
	c := g.loggedIn(t)
	c.send("bgapi originate user/1000 &park\nJob-UUID: job-1\n\n")
	c.wantPrefix(commandReply + "+OK Job-UUID")
	g.fire(t, jobEnd("job-1", "originate", "user/1000%20%26park", "+OK "+uuid+"\n"))
	job, sent := g.jobRecords(t, 1)[0], g.records(t, "command")[0]
	if job["call"] != uuid || job["job"] != "job-1" || job["of"] != sent["seq"] || job["client"] != "c" {
		t.Errorf("record %v of the job, want it to name call %s and command %v", job, uuid, sent["seq"])
	}
	if reply := g.records(t, "reply")[0]; reply["job"] != "job-1" {
		t.Errorf("record %v of the reply, want it to name the job", reply)
	}
}

func TestCallOfAnOriginateIsRecorded(t *testing.T) {
	const uuid = "0f1e2d3c-1111-2222-3333-444455556666"
	g := newGuard(t, anything, nil)
	g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(string) ([]byte, bool) {
		return []byte(apiResponse + "41\n\n+OK " + uuid + "\n"), true
	}})
	c := g.loggedIn(t)
	c.send("api originate user/1000 &park\n\napi echo x\n\n")
	c.wantPrefix(apiResponse)
	c.wantPrefix(apiResponse)
	await(t, "both replies are recorded", func() bool { return len(g.records(t, "reply")) == 2 })
	if r := g.records(t, "reply"); r[0]["call"] != uuid || r[1]["call"] != nil {
		t.Errorf("records %v, want the first alone to name the call", r)
	}
}
