package policy_test

import (
	"fmt"
	"strings"
	"testing"

	"eslguard/policy"
)

// TestNearest: a denial names the nearest rule for the operator. The reason, which the client sees,
// says what differs and repeats nothing of the rule.
func TestNearest(t *testing.T) {
	const hidden = "topsecret"
	c := load(t, withRules([]string{
		"api uuid_kill", "api uuid_exists <uuid>", "api uuid_record <uuid> start /var/" + hidden + "/* **", "api show channels|calls as " + hidden,
		"api @status", "api sched_api **", "repeating api version", "api uuid_hold <uuid>", "repeating api uuid_hold *",
		"app playback " + hidden + ".wav", "api originate|uuid_setvar|uuid_transfer **", "app park",
		"dial sofia/gateway/" + hidden + "/1<digits 10>", "dial sofia/gateway/acme/1<digits 10>", "dial user/1000", "log NOTICE", "subscribe CUSTOM " + hidden + "::x",
		"var channel campaign " + hidden, "var channel other *", "dialplan XML " + hidden + " 1000", "channel hangup " + hidden, "inject CUSTOM " + hidden,
	}, nil)).Client("acme")
	for _, tt := range []struct{ send, near, why string }{
		{"api uuid_kill " + uuid, "api uuid_kill", "api uuid_kill is not allowed to acme; the nearest rule allows no arguments, and this has 1"},
		{"api uuid_kill " + uuid + " x", "api uuid_kill", "allows no arguments, and this has 2"},
		{"api uuid_exists", "api uuid_exists <uuid>", "the nearest rule allows 1 argument, and this has 0"},
		{"api uuid_exists all", "api uuid_exists <uuid>", "argument 1 (channel) is not one that the nearest rule allows"},
		{"api uuid_exists " + uuid + " x", "api uuid_exists <uuid>", "argument 1 (channel) is not one"},
		{"api uuid_record " + uuid, "api uuid_record <uuid> start /var/" + hidden + "/* **", "allows 3 arguments or more, and this has 1"},
		{"api uuid_record " + uuid + " start /etc/x.wav", "api uuid_record <uuid> start /var/" + hidden + "/* **", "argument 3 (file) is not one"},
		{"api uuid_record " + uuid + " start /var/" + hidden + "/../x.wav", "api uuid_record <uuid> start /var/" + hidden + "/* **", "argument 3 (file) is not matched by `*`, since it holds .."},
		{"api show channels as x", "api show channels|calls as " + hidden, "argument 3 (word) is not one that the nearest rule allows"},
		{"api show registrations", "api show channels|calls as " + hidden, "argument 1 (word) is not one"},
		{"api reloadxml", "", "api reloadxml is not allowed to acme"},
		{"api sched_api @5 none uuid_hold " + uuid + " x y", "repeating api uuid_hold *", "the nearest rule allows 1 argument"},
		{"api sched_api @5 none uuid_exists " + uuid, "api uuid_exists <uuid>", "the nearest rule allows it without repetition only"},
		{run("playback", "x.wav"), "app playback " + hidden + ".wav", "argument 1 (file) is not one"},
		{"api originate user/2000 &park", "dial user/1000", "dial user/2000 is not allowed to acme"},
		{"api originate sofia/gateway/acme/2 &park", "dial sofia/gateway/acme/1<digits 10>", "dial sofia/gateway/acme/2 is not allowed to acme"},
		{"api originate null/x &park", "", "dial null/x is not allowed to acme"},
		{"log DEBUG", "log NOTICE", "log DEBUG is not allowed to acme; the nearest rule allows less of the log"},
		{"event plain CUSTOM a::b", "subscribe CUSTOM " + hidden + "::x", "argument 1 (text) is not one"},
		{"event plain CUSTOM", "subscribe CUSTOM " + hidden + "::x", "the nearest rule allows 1 argument, and this has 0"},
		{"event json all", "subscribe CUSTOM " + hidden + "::x", "subscribe CUSTOM is not allowed to acme; event ALL asks for every event, so ask by name"},
		{"events json ALL", "subscribe CUSTOM " + hidden + "::x", "event ALL asks for every event"},
		{"event plain HEARTBEAT", "", "subscribe HEARTBEAT is not allowed to acme"},
		{"api uuid_setvar " + uuid + " campaign x", "var channel campaign " + hidden, "the value (text) is not one"},
		{"api uuid_setvar " + uuid + " mine x", "", "var channel mine is not allowed to acme"},
		{"api uuid_transfer " + uuid + " 2000 XML " + hidden, "dialplan XML " + hidden + " 1000", "the extension (extension) is not one"},
		{"sendmsg " + uuid + "\ncall-command: hangup", "channel hangup " + hidden, "argument 1 (channel) is not one"},
		{"sendevent CUSTOM\nEvent-Subclass: a::b", "inject CUSTOM " + hidden, "argument 1 (word) is not one"},
	} {
		d := c.Decide(effectsOf(t, tt.send))
		if d.Action != policy.Deny || d.Near != tt.near || !strings.Contains(d.Reason, tt.why) {
			t.Errorf("%q: got %s, near %q, because %q\nwant near %q, because %q", tt.send, d.Action, d.Near, d.Reason, tt.near, tt.why)
		}
		if strings.Contains(d.Reason, hidden) && !strings.Contains(tt.send, hidden) {
			t.Errorf("%q: the reason repeats the rule: %q", tt.send, d.Reason)
		}
		checkReason(t, tt.send, d.Reason)
	}
}

// checkReason checks that a reason is one short line that no client library cuts.
func checkReason(t *testing.T, send, reason string) {
	t.Helper()
	if strings.Contains(reason, ": ") || strings.ContainsAny(reason, "\r\n") || len(reason) > 500 {
		t.Errorf("%q: the reason %q is not one short line without a colon and a blank", send, reason)
	}
}

// TestReasonIsNotCut: the client's own text in a reason has no colon followed by a space either.
func TestReasonIsNotCut(t *testing.T) {
	c := load(t, withRules([]string{"api originate|uuid_setvar|sched_api **", "dial user/1", "app park", "var channel a:* x"}, nil)).Client("acme")
	for _, send := range []string{
		"api originate user/a:\\sb:\\s\\sc &park", "api uuid_setvar " + uuid + " 'a:   b' x", "api originate {'a: b=c'}user/1 &park", "event plain CUSTOM a:", "filter a /x/: y",
		run("x", ": : :  :"), "api " + strings.Repeat("x", 5000), "api uuid_setvar " + uuid + " " + strings.Repeat("a: ", 300) + " x",
	} {
		d := c.Decide(effectsOf(t, send))
		if d.Action != policy.Deny {
			t.Errorf("%q is not denied", send)
		}
		checkReason(t, send, d.Reason)
	}
}

// TestNearestAmongMany: explaining a denial takes a bounded number of rules, however many there
// are.
func TestNearestAmongMany(t *testing.T) {
	var rules []string
	for i := range 3000 {
		rules = append(rules, fmt.Sprintf("api user_exists id %d x", i))
	}
	c := load(t, withRules(rules, nil)).Client("acme")
	d := c.Decide(effectsOf(t, "api user_exists id a x"))
	if d.Action != policy.Deny || d.Near != rules[0] {
		t.Errorf("got %s, near %q, want near %q", d.Action, d.Near, rules[0])
	}
	if d := c.Decide(effectsOf(t, "api user_exists id "+strings.Repeat("a", 4096)+" x")); d.Action != policy.Deny {
		t.Errorf("got %s", d.Action)
	}
}
