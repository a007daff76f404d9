package proxy

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRecordAll: a session is recorded whole, without secrets, and the audit has a record of its
// file.
func TestRecordAll(t *testing.T) {
	r := anything
	r.recordAll = true
	dir := filepath.Join(t.TempDir(), "recordings")
	g := newGuard(t, r, func(s *Server) { s.Recordings = dir })
	c := g.loggedIn(t)
	c.send("api echo one\n\napi uuid_setvar x sip_auth_password planted\n\nfoo\n\n")
	c.want(apiResponse + "3\n\none")
	c.wantPrefix(apiResponse)
	c.want(commandReply + "-ERR command not found\n\n")
	c.send("api global_setvar my_shibboleth=planted\n\n")
	c.wantPrefix(apiResponse)
	c.send("api uuid_getvar x my_pin\n\n")
	c.wantPrefix(apiResponse)
	for _, placed := range []string{"api marked x planted kept\n\n", "api uuid_send_dtmf x planted\n\n", "api marked\tx planted\n\n"} {
		c.send(placed)
		c.wantPrefix(apiResponse)
	}
	for _, ask := range []string{"api global_getvar my_pin\n\n", "api eval ${global_getvar(my_pin)}\n\n", "api eval ${my_pin}\n\n", "api expand echo ${my_pin}\n\n"} {
		c.send("api global_setvar my_pin=planted\n\n" + ask)
		c.wantPrefix(apiResponse)
		c.want(apiResponse + "7\n\nplanted")
	}
	c.send("api expand echo +OK ${my_pin}\n\n")
	c.want(apiResponse + "11\n\n+OK planted")
	c.send("event plain BACKGROUND_JOB\n\nbgapi global_getvar my_pin\n\n")
	c.wantPrefix(commandReply + "+OK event")
	c.wantPrefix(commandReply + "+OK Job-UUID")
	c.wantPrefix("Content-Length")
	c.send("exit\n\n")
	c.want(commandReply + "+OK bye\n\n")
	c.wantNotice("goodbye")
	await(t, "the session's end", func() bool { return len(g.records(t, "end")) == 1 })
	records := g.records(t, "recording")
	if len(records) != 1 {
		t.Fatalf("%d records of recordings, want 1", len(records))
	}
	text, err := os.ReadFile(filepath.Join(dir, records[0]["file"].(string)))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	if records[0]["file_sha256"] != hex.EncodeToString(sum[:]) {
		t.Errorf("record %v is not of the file's content", records[0])
	}
	for _, want := range []string{
		`"from":"client","frame":"api echo one\n\n"`, `"from":"guard","frame":"Content-Type: api/response\nContent-Length: 3\n\none"`,
		`"from":"client","frame":"api marked x [redacted] kept\n\n"`, `"from":"client","frame":"foo\n\n"`, `command not found`, `+OK bye`, `goodbye`,
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the recording lacks %s:\n%s", want, text)
		}
	}
	trail, err := os.ReadFile(g.audit)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"planted", clientSecret, upstreamSecret} {
		if strings.Contains(string(trail), secret) {
			t.Errorf("the audit holds the secret %q:\n%s", secret, trail)
		}
		if strings.Contains(string(text), secret) {
			t.Errorf("the recording holds the secret %q:\n%s", secret, text)
		}
	}
}

// TestNoRecordingNoSession: a session that has to be recorded and cannot be does not happen.
func TestNoRecordingNoSession(t *testing.T) {
	r := anything
	r.recordAll = true
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", filepath.Join(file, "below a file")} {
		g := newGuard(t, r, func(s *Server) { s.Recordings = dir })
		c := g.greeted(t)
		c.send("auth " + clientSecret + "\n\n")
		c.want(commandReply + "-ERR audit unavailable\n\n")
		c.wantPrefix("Content-Type: text/disconnect-notice\n")
	}
}

// TestEveryRefusalCanBeFound: a reply with a long text also has the id of its record.
func TestEveryRefusalCanBeFound(t *testing.T) {
	g := newGuard(t, anything, nil)
	g.sim.AddChannel("u1", nil)
	c := g.loggedIn(t)
	c.send("myevents u1\n\nlinger 0\n\nsendmsg u1\ncall-command: exe\n\n")
	c.wantPrefix(commandReply + "+OK Events Enabled")
	for i, reason := range []string{"linger-time, state 1 to 3600 seconds", "call-command"} {
		got := c.wantPrefix(commandReply + "-ERR refused, " + reason + " [")
		id := g.records(t, "command")[1+i]["id"].(string)
		if !strings.HasSuffix(got, " ["+id+"]\n\n") {
			t.Errorf("answered %q, while the record's id is %s", got, id)
		}
	}
}

// TestNearestRuleIsRecorded: the record of a denial has the rule that comes nearest. The reply says
// what differs, and contains nothing of the rule's text.
func TestNearestRuleIsRecorded(t *testing.T) {
	const rule = "api uuid_kill 11111111-2222-3333-4444-555555555555"
	g := newGuard(t, role{allow: []string{rule}}, nil)
	c := g.loggedIn(t)
	c.send("api uuid_kill other\n\napi reloadxml\n\n")
	got := c.wantPrefix(apiResponse)
	if !strings.Contains(got, "-ERR permission denied, api uuid_kill is not allowed to c; argument 1 (channel) is not one that the nearest rule allows [") ||
		strings.Contains(got, "11111111") {
		t.Errorf("got %q", got)
	}
	c.wantPrefix(apiResponse)
	records := g.records(t, "command")
	if records[0]["near"] != rule || records[0]["rule"] != nil || records[1]["near"] != nil {
		t.Errorf("got %v and %v, want %q to be the nearest rule of the first and none of the second", records[0], records[1], rule)
	}
}
