package auditcmd

import (
	"strings"
	"testing"

	"eslguard/audit/trail"
	"eslguard/internal/cli/console"
)

func TestSummary(t *testing.T) {
	for _, c := range []struct {
		r    trail.Record
		want string
	}{
		{trail.Record{Kind: "command", Command: "api status", Decision: "allow", Reason: "allowed", Rule: "api @status"}, "api status"},
		{trail.Record{Kind: "command", Command: "api lua x", Decision: "deny", Reason: "no", Near: "api lua y", ID: "k3"}, "api lua x # no nearest rule api lua y id k3"},
		{trail.Record{Kind: "command", Command: "a\x1bb", Decision: "deny", Times: 41}, `"a\x1bb" (41 more like it)`},
		{trail.Record{Kind: "reply", Of: 4, TookUS: 1200, Reply: "+OK"}, "to 4, 1.2ms: +OK"},
		{trail.Record{Kind: "reply", Of: 4, TookUS: 1200, ReplyHash: "x", ReplyBytes: 70}, "to 4, 1.2ms: 70 bytes"},
		{trail.Record{Kind: "job", Of: 9, Job: "j", Call: "c", Reason: "lost"}, "to 9, 0s: lost job j call c"},
		{trail.Record{Kind: "end", Reason: "done", Commands: 1}, "done (1 command, 0 denied, 0s)"},
		{trail.Record{Kind: "recording", Recording: "s.rec", FileBytes: 10, LostBytes: 2}, "s.rec (10 bytes, 2 lost)"},
		{trail.Record{Kind: "login", Decision: "allow", Addr: "10.0.0.1:5", User: "u", Upstream: "pbx"}, "allow from 10.0.0.1:5 user u upstream pbx"},
		{trail.Record{Kind: "start", Version: "v1", Policy: "abc", Lost: 1}, "version v1 policy abc (1 record before it could not be written)"},
		{trail.Record{Kind: "unknown"}, ""},
	} {
		if got := summary(&c.r); got != c.want {
			t.Errorf("%+v:\ngot  %s\nwant %s", c.r, got, c.want)
		}
	}
}

func TestVerdict(t *testing.T) {
	for _, c := range []struct {
		r     trail.Record
		paint bool
		want  string
	}{
		{trail.Record{Decision: "allow", Reason: "allowed", Role: "r", Rule: "api **"}, false, "allow; allowed; role r; rule api **"},
		{trail.Record{Decision: "deny", Near: "api x", ID: "k3", Times: 2}, false, "deny; nearest rule api x; id k3; (2 more like it)"},
		{trail.Record{Decision: "allow"}, true, "\x1b[32mallow\x1b[0m"},
		{trail.Record{Decision: "deny"}, true, "\x1b[31mdeny\x1b[0m"},
		{trail.Record{Decision: "refuse"}, true, "\x1b[31mrefuse\x1b[0m"},
		{trail.Record{Decision: "observe"}, true, "\x1b[1mobserve\x1b[0m"},
		{trail.Record{Decision: "\x1b"}, true, `"\x1b"`},
	} {
		if got := verdict(&c.r, console.Paint(c.paint)); got != c.want {
			t.Errorf("%+v: %q, want %q", c.r, got, c.want)
		}
	}
}

func TestLoginName(t *testing.T) {
	for _, c := range []struct{ client, user, want string }{
		{"", "", "nobody"}, {"c", "", "c"}, {"", "u", "user u"}, {"c", "u", "c, user u"}, {"\x07", "", `"\a"`},
	} {
		if got := loginName(&trail.Record{Client: c.client, User: c.user}); got != c.want {
			t.Errorf("client %q, user %q: %s, want %s", c.client, c.user, got, c.want)
		}
	}
}

func TestColumn(t *testing.T) {
	for _, c := range []struct {
		s     string
		width int
		want  string
	}{
		{"", 4, "-   "}, {"abc", 4, "abc "}, {"abcd", 4, "abcd"}, {"abcde", 4, "abc…"}, {"äöüß€", 4, "äöü…"}, {"a\nb", 8, `"a\nb"  `},
		{strings.Repeat("x", 1000), 8, "xxxxxxx…"},
	} {
		if got := column(c.s, c.width); got != c.want {
			t.Errorf("%.20q: %q, want %q", c.s, got, c.want)
		}
	}
}
