package proxy

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"eslguard/proxy/internal/sessionlog"
)

// entries returns the lines of the operator's log that have that event.
func entries(t *testing.T, log *logBuffer, event string) (out []map[string]any) {
	t.Helper()
	for line := range strings.Lines(log.String()) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		if entry["event"] == event {
			out = append(out, entry)
		}
	}
	return out
}

// leftOut returns how many lines the log says were left out.
func leftOut(list []map[string]any) (n int) {
	for _, e := range list {
		if v, ok := e["left_out"].(float64); ok {
			n += int(v)
		}
	}
	return n
}

// TestOperatorHearsOfSessions: the operator's log has logins, denials and ends, with what an
// operator needs to find their records.
func TestOperatorHearsOfSessions(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api echo **"}}, nil)
	c := g.loggedIn(t)
	c.send("api echo x\n\n")
	c.want(apiResponse + "1\n\nx")
	c.send("api status\n\n")
	id := denialID(t, c.wantPrefix(apiResponse))
	c.send("api status\nX Y: 1\n\n")
	c.wantPrefix(apiResponse)
	c.send("exit\n\n")
	c.frame()
	await(t, "the end is told", func() bool { return len(entries(t, g.log, "session-end")) == 1 })

	login := g.records(t, "login")[0]
	for _, test := range []struct {
		event string
		want  map[string]any
	}{
		{"login", map[string]any{"level": "info", "client": "c", "upstream": "pbx", "policy": login["policy"], "message": "a client has logged in"}},
		{"denied", map[string]any{
			"level": "warn", "client": "c", "decision": "deny", "command": "api status", "id": id,
			"reason": "api status is not allowed to c", "message": "a command is not let through",
		}},
		{"session-end", map[string]any{"level": "info", "client": "c", "reason": "exit", "commands": 4.0, "denied": 2.0, "observed": 0.0, "message": "a session has ended"}},
	} {
		list := entries(t, g.log, test.event)
		if len(list) == 0 {
			t.Errorf("no line has the event %s", test.event)
			continue
		}
		got := list[0]
		if test.event == "session-end" {
			if _, ok := got["took_ms"].(float64); !ok {
				t.Errorf("the end says not how long it took: %v", got)
			}
			delete(got, "took_ms")
		}
		test.want["event"], test.want["session"], test.want["addr"] = test.event, login["session"], login["addr"]
		if !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s is told as\n%v\nwant\n%v", test.event, got, test.want)
		}
	}
	if n := len(entries(t, g.log, "denied")); n != 2 {
		t.Errorf("%d denials are told, want 2", n)
	}
}

// TestOperatorHearsOfFailedLogins: the operator's log says why a login is refused, where it came
// from and whose network that is, and the client learns no more than before.
func TestOperatorHearsOfFailedLogins(t *testing.T) {
	r := role{allow: []string{"api echo **"}, sessions: 1}
	r.other = &role{password: "planted-old", notAfter: time.Now().Add(-time.Hour), from: "127.0.0.0/16"}
	g := newGuard(t, r, nil)
	g.loggedIn(t)
	for _, test := range []struct {
		send, reply, cause, client, reason string
	}{
		{"auth planted-wrong\n\n", "-ERR invalid", sessionlog.CauseWrong, "", "policy: no such client"},
		{"userauth joe@example.org:planted-user\n\n", "-ERR invalid", sessionlog.CauseWrong, "", "policy: no such client"},
		{"auth planted-old\n\n", "-ERR invalid", sessionlog.CauseExpired, "other", "policy: the password of the client other has expired, on "},
		{"auth " + clientSecret + "\n\n", "-ERR too many sessions", sessionlog.CauseSessions, "c", "the client has as many sessions as it may"},
		{"exit\n\n", "+OK bye", sessionlog.CauseNone, "", "exit before login"},
	} {
		before := len(entries(t, g.log, "login-failed"))
		c := g.greeted(t)
		c.send(test.send)
		c.want(commandReply + test.reply + "\n\n")
		await(t, test.cause+" is told", func() bool { return len(entries(t, g.log, "login-failed")) > before })
		await(t, "the session ends", func() bool { return g.Sessions() == 1 })
		list := entries(t, g.log, "login-failed")
		got := list[before]
		client, _ := got["client"].(string)
		if reason, _ := got["reason"].(string); got["cause"] != test.cause || client != test.client || !strings.HasPrefix(reason, test.reason) ||
			got["network"] != "127.0.0.1" || !reflect.DeepEqual(got["clients"], []any{"other", "c"}) || len(list) != before+1 {
			t.Errorf("%q is told as %v", test.send, list[before:])
		}
	}
	if text := g.log.String(); strings.Contains(text, "planted") || strings.Contains(text, clientSecret) {
		t.Errorf("a password is in the log: %s", text)
	}
}

// TestOperatorsLogHoldsNoSecretAndPrints: text that clients send is redacted, bounded and quoted.
func TestOperatorsLogHoldsNoSecretAndPrints(t *testing.T) {
	g := newGuard(t, role{}, nil)
	c := g.loggedIn(t)
	for _, text := range []string{
		"api uuid_setvar x sip_auth_password planted",
		"api echo a\u009bb\u202ec\u2028d",
		"api echo " + strings.Repeat("x", 10_000),
		"api echo " + strings.Repeat("\u202e", 1000),
		"api marked x planted",
		"api marked\tx planted",
	} {
		c.send(text + "\n\n")
		c.wantPrefix(apiResponse)
	}
	await(t, "all are told", func() bool { return len(entries(t, g.log, "denied")) == 6 })
	const most = 2 << 10
	for line := range strings.Lines(g.log.String()) {
		if strings.Contains(line, "planted") || len(line) > most || strings.ContainsAny(line, "\u009b\u202e\u2028") {
			t.Errorf("a line of %d bytes: %.300q", len(line), line)
		}
	}
	if got := entries(t, g.log, "denied")[1]["command"]; got != `"api echo a\u009bb\u202ec\u2028d"` {
		t.Errorf("what does not print is told as %v", got)
	}
}

// TestDenialsDoNotFillTheLog: a client that is denied again and again gets few lines, and their
// number is right.
func TestDenialsDoNotFillTheLog(t *testing.T) {
	const lines = 20 // so many are written at once, see tally.Journal
	const denials = 5 * lines
	g := newGuard(t, role{}, nil)
	c := g.loggedIn(t)
	for i := range denials {
		c.send(fmt.Sprintf("api echo %d\n\n", i/2)) // each twice, which is one record and a number
		c.wantPrefix(apiResponse)
	}
	c.Close()
	g.Close()
	list := entries(t, g.log, "denied")
	written := 0
	for _, e := range list {
		if e["command"] != nil {
			written++
		}
	}
	if written+leftOut(list) != denials || len(list) > 2*lines {
		t.Errorf("%d lines, and %d left out, of %d denials", written, leftOut(list), denials)
	}
}
