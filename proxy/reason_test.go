package proxy

import (
	"strings"
	"testing"
)

// TestReplyTeaches: if a command cannot be decided, the reply says, on its one line, what the
// difficulty was and what to do, and so does the record.
func TestReplyTeaches(t *testing.T) {
	g := newGuard(t, role{allow: []string{"api originate **"}}, nil)
	c := g.loggedIn(t)
	for i, tt := range []struct{ send, want string }{
		{"bgapi originate {a=b,name=Acme Inc}user/1 &park\n\n", "a blank ends the argument within the { of its variables, in the value of name, so put"},
		{"bgapi other x\n\n", `describe it in "apis" of the policy`},
	} {
		c.send(tt.send)
		got := c.wantPrefix(commandReply + "-ERR permission denied")
		record := g.records(t, "command")[i]
		reason, _ := record["reason"].(string)
		if !strings.Contains(got, tt.want) || !strings.Contains(reason, tt.want) || strings.Count(got, "\n") != 3 {
			t.Errorf("%q: answered %q, recorded %q, want %q in both", tt.send, got, reason, tt.want)
		}
	}
}
