package proxy

import (
	"strings"
	"testing"
)

// TestRepliesAreNotCut: the client libraries esl and esl-lite cut a header's value at a colon and a
// space. No reply of the guard's own contains one, whatever the reason says and the client named,
// so the id of the record arrives. The record has the reason unchanged.
func TestRepliesAreNotCut(t *testing.T) {
	r := role{
		allow:  []string{"api echo **", "api expand **", "app playback /sounds/*", "channel myevents|linger *"},
		limits: map[string]any{"api echo": "1/day"},
	}
	g := newGuard(t, r, nil)
	c := g.loggedIn(t)
	c.send("myevents u1 plain\n\nbgapi echo 1\n\n")
	c.wantPrefix(commandReply)
	c.wantPrefix(commandReply + "+OK Job-UUID")
	for _, tt := range []struct{ send, reply, reason string }{
		{"bgapi hostname", "-ERR permission denied, api hostname is not allowed", "api hostname is not allowed"},
		{"bgapi a: b", "-ERR permission denied, api a, is not allowed", "api a, is not allowed"},
		{
			"sendmsg u1\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /sounds/a.shout",
			"-ERR permission denied, app playback", "app playback",
		},
		{"bgapi echo 2", "-ERR rate limited, api echo 1/day", "rate limited: api echo 1/day"},
		{"bgapi expand cond a ==", "-ERR refused, protection cond-operand", "refused: protection: cond-operand"},
		{"linger 0", "-ERR refused, linger-time, state 1 to 3600 seconds", "refused: linger-time: "},
		{"bgapi echo 3\nJob-UUID: a b", "-ERR refused, job-uuid, use 1 to 64 letters", "refused: job-uuid: "},
		{"nolog\nA[0]: b", "-ERR refused, header-name", "refused: header-name: "},
	} {
		c.send(tt.send + "\n\n")
		got := c.wantPrefix(commandReply + tt.reply)
		text := strings.TrimSuffix(strings.TrimPrefix(got, commandReply), "\n\n")
		records := g.records(t, "command")
		last := records[len(records)-1]
		if id, _ := last["id"].(string); strings.Contains(text, ": ") || id == "" || !strings.HasSuffix(text, " ["+id+"]") {
			t.Errorf("%q is answered %q, while the record's id is %q", tt.send, text, id)
		}
		if reason, _ := last["reason"].(string); !strings.HasPrefix(reason, tt.reason) {
			t.Errorf("%q is recorded with the reason %q, want %q", tt.send, reason, tt.reason)
		}
		if last["rule"] != nil {
			t.Errorf("%q is not let through, and recorded with the rule %v", tt.send, last["rule"])
		}
	}
}

func TestUncut(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", ""},
		{"-ERR a: b: c [id]", "-ERR a, b, c [id]"},
		{"a:\tb:\x7fc:\nd", "a,\tb,\x7fc,\nd"},
		{"sofia::x 10:30 :", "sofia::x 10:30 :"},
	} {
		if got := replaceColons(tt.text); got != tt.want {
			t.Errorf("%q becomes %q, want %q", tt.text, got, tt.want)
		}
	}
}
