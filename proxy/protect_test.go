package proxy

import (
	"strings"
	"testing"
)

// TestProtectionIsNamed: a command that is refused to protect FreeSWITCH never reaches it, whatever
// is allowed. The client and the record are told why, and the session goes on.
func TestProtectionIsNamed(t *testing.T) {
	g := newGuard(t, anything, nil)
	c := g.loggedIn(t)
	c.send("api strftime 1|\n\nbgapi expand cond a ==\n\napi echo 1\n\n")
	api := c.wantPrefix(apiResponse)
	job := c.wantPrefix(commandReply + "-ERR refused, protection cond-operand [")
	c.want(apiResponse + "1\n\n1")
	records := g.records(t, "command")
	for i, got := range []string{api, job} {
		name := []string{"strftime-format", "cond-operand"}[i]
		reason, id := records[i]["reason"].(string), records[i]["id"].(string)
		if records[i]["decision"] != "refuse" || !strings.HasPrefix(reason, "refused: protection: "+name+", in api ") {
			t.Errorf("recorded as %v: %q", records[i]["decision"], reason)
		}
		if want := "-ERR refused, protection " + name + " [" + id + "]"; !strings.Contains(got, want) {
			t.Errorf("answered %q, want %q", got, want)
		}
	}
	g.wantCommands(t, "api echo 1")
}
