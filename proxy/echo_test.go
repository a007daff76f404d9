package proxy

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"eslguard/internal/switchsim"
)

// An echo is a command with a secret, written as §, and FreeSWITCH's answer to each part of it.
type echo struct{ command, answer string }

var echoes = []echo{
	{"api uuid_send_dtmf u §", "+OK u sent DTMF §.\n"},
	{"api uuid_recv_dtmf u §", "+OK u received DTMF §.\n"},
	{"api xml_wrap uuid_send_dtmf u §", "<result><row><data>+OK u sent DTMF §.</data></row></result>"},
	{"api expand uuid_send_dtmf u §", "+OK §\n"},
	{"api marked u §", "+OK done with §\n"},
	{"api global_setvar my_shibboleth=§", "+OK it is § now\n"},
	{"api echo a;;uuid_send_dtmf u §\nconsole_execute: true", "+OK §\n"},
	{"filter my_pin §", "+OK filter added. [my_pin]=[§]"},
	{"filter delete my_pin §", "+OK filter deleted. [my_pin][§]"},
	{"sendevent CUSTOM\nEvent-Subclass: a::b\nmy-secret: §", "+OK §"},
}

// frames returns the command and its answer with a secret in them.
func (e echo) frames(secret string) (asked, answered string) {
	text := strings.ReplaceAll(e.answer, "§", secret)
	if strings.HasPrefix(e.command, "api ") {
		answered = answer(text)
	} else {
		answered = commandReply + text + "\n\n"
	}
	return strings.ReplaceAll(e.command, "§", secret) + "\n\n", answered
}

// TestAnswersThatRepeatSecrets: an answer to a command with a secret is recorded by its length and
// hash alone, and kept out of a recording, whatever FreeSWITCH says.
func TestAnswersThatRepeatSecrets(t *testing.T) {
	const planted = "770000199"
	r := anything
	r.recordAll = true
	dir := filepath.Join(t.TempDir(), "recordings")
	g := newGuard(t, r, func(s *Server) { s.Recordings = dir })
	var said atomic.Pointer[string]
	g.sim.SetTrouble(switchsim.Trouble{OnCommand: func(string) ([]byte, bool) {
		if s := said.Load(); s != nil {
			return []byte(*s), true
		}
		return nil, false
	}})
	c := g.loggedIn(t)
	for _, e := range echoes {
		asked, answered := e.frames(planted)
		said.Store(&answered)
		c.send(asked)
		if got := c.frame(); !strings.Contains(got, planted) {
			t.Errorf("%s: the client is sent %q", e.command, got)
		}
	}
	said.Store(nil)
	c.send("api echo kept\n\n")
	c.want(apiResponse + "4\n\nkept")
	await(t, "the answers are recorded", func() bool { return len(g.records(t, "reply")) == len(echoes)+1 })
	for i, reply := range g.records(t, "reply")[:len(echoes)] {
		if reply["reply"] != nil || reply["reply_hash"] == nil || reply["reply_bytes"] == nil {
			t.Errorf("%s: the answer is recorded as %v", echoes[i].command, reply)
		}
	}
	c.send("exit\n\n")
	await(t, "the recording is complete", func() bool { return len(g.records(t, "recording")) == 1 })
	for _, file := range []string{g.audit, filepath.Join(dir, fmt.Sprint(g.records(t, "recording")[0]["file"]))} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if i := strings.Index(string(text), planted); i >= 0 {
			t.Errorf("the secret is in %s: %s", filepath.Base(file), text[max(0, i-200):i+len(planted)])
		}
	}
}

// TestResultsThatRepeatSecrets: the same is true of the result of a job.
func TestResultsThatRepeatSecrets(t *testing.T) {
	const planted = "770000199"
	g := newGuard(t, anything, nil)
	g.endless()
	c := g.loggedIn(t)
	c.send("bgapi uuid_send_dtmf u " + planted + "\nJob-UUID: job-1\n\n")
	c.wantPrefix(commandReply + "+OK Job-UUID")
	await(t, "the job runs", func() bool { return g.watched().Count() == 1 })
	g.heard(t, jobEnd("job-1", "uuid_send_dtmf", "u%20"+planted, "+OK "+planted))
	jobs := g.jobRecords(t, 1)
	if len(jobs) != 1 || jobs[0]["reply"] != nil || jobs[0]["reply_hash"] == nil {
		t.Errorf("the result is recorded as %v", jobs)
	}
}
