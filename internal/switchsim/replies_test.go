package switchsim

import (
	"strings"
	"testing"
)

// TestReplyBuffers checks that replies are cut to the buffers of FreeSWITCH.
func TestReplyBuffers(t *testing.T) {
	const head = "Content-Type: command/reply\n"
	long := strings.Repeat("x", 2000)
	for _, c := range []struct{ got, want string }{
		{string(commandReply("+OK")), head + "Reply-Text: +OK\n\n"},
		{string(commandReply(long)), head + "Reply-Text: " + long[:511] + "\n\n"},
		{string(rawReply("A: b\n\n")), head + "A: b\n\n"},
		{string(rawReply(long)), head + long[:510]},
		{body("api/response", "äx"), "Content-Type: api/response\nContent-Length: 3\n\näx"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}

func TestLogLevel(t *testing.T) {
	for _, c := range []struct {
		word  string
		level int
		ok    bool
	}{
		{"", 7, true}, {"debug", 7, true}, {"CONSOLE", 0, true}, {"Info", 6, true}, {"3", 3, true}, {"10", 10, true},
		{"-1", 0, true}, {"63", 63, true}, {"64", 64, false}, {"65", 63, true}, {"warn", 0, false}, {"debug10", 0, false},
	} {
		level, ok := logLevel(c.word)
		if ok != c.ok || ok && level != c.level {
			t.Errorf("logLevel(%q) = %d, %v", c.word, level, ok)
		}
	}
}

// TestAccess is the table of what users of the directory may do.
func TestAccess(t *testing.T) {
	a := newAccess(User{Events: "HEARTBEAT,CUSTOM,a::b", APIs: "status bgapi eval"})
	for _, c := range []struct {
		name string
		got  bool
		want bool
	}{
		{"an event", a.mayEvent("HEARTBEAT"), true},
		{"another event", a.mayEvent("DTMF"), false},
		{"CUSTOM", a.mayEvent("CUSTOM"), true},
		{"a subclass", a.mayCustom("a::b"), true},
		{"another subclass", a.mayCustom("a::c"), false},
		{"an API", a.mayAPI("status", ""), true},
		{"an API in another case", a.mayAPI("STATUS", ""), false},
		{"another API", a.mayAPI("version", ""), false},
		{"an API in an allowed one", a.mayAPI("bgapi", "status x"), true},
		{"another API in an allowed one", a.mayAPI("bgapi", "version"), false},
		{"deeper", a.mayAPI("bgapi", "eval status"), true},
		{"deeper, another", a.mayAPI("bgapi", "eval ${version}"), false},
		{"nothing in it", a.mayAPI("bgapi", ""), true},
		{"all events", newAccess(User{Events: "all"}).mayEvent("DTMF"), true},
		{"no restriction", newAccess(User{}).mayAPI("version", "") && newAccess(User{}).mayEvent("DTMF") && newAccess(User{}).mayCustom("x"), true},
		{"the log", newAccess(User{NoLog: true}).noLog(), true},
		{"the switch's password", (*access)(nil).mayAPI("version", "") && (*access)(nil).mayEvent("DTMF") && !(*access)(nil).noLog(), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v", c.name, c.got)
		}
	}
}

func TestInviteLines(t *testing.T) {
	for _, c := range []struct {
		args string
		want []string
	}{
		{"", nil},
		{"a\r\nb", []string{"a", "b"}},
		{"a\rb\nc", []string{"a", "b", "c"}},
		{"a\r\n b\r\n\tc\r\nd", []string{"a b\tc", "d"}},
		{" a\n\nb", []string{" a", "b"}},
	} {
		if got := InviteLines(c.args); strings.Join(got, "|") != strings.Join(c.want, "|") {
			t.Errorf("InviteLines(%q) = %q, want %q", c.args, got, c.want)
		}
	}
}
