package realclients_test

import (
	"slices"
	"strings"
	"testing"

	"eslguard/internal/switchsim"
)

// channel is the call that the scripts ask about and send messages to.
const channel = "8fd3e5a0-1a2b-4c3d-9e8f-001122334455"

// A client is one of the packages, and the script that uses it.
type client struct {
	name, script string
	// lacks names the steps for which the client has no call.
	lacks []string
}

var clients = []client{
	{name: "modesl", script: "modesl.cjs", lacks: []string{"bgapi after it"}},
	{name: "drachtio-modesl", script: "modesl.cjs", lacks: []string{"bgapi after it"}},
	{name: "esl", script: "esl.cjs", lacks: []string{"bgapi after it"}},
	{name: "esl-lite", script: "esl-lite.cjs", lacks: []string{"api", "event", "denied api", "api after it", "api between"}},
}

// allowed is what each client returns for commands that a policy allows. Text that ends with * is a
// prefix.
var allowed = []step{
	{"login", true, "*"},
	{"api", true, "true"},
	{"event", true, "+OK event listener enabled json"},
	{"bgapi", true, "true"},
	{"events", true, "HEARTBEAT"},
	{"sendmsg", true, "+OK"},
}

// denied is what each client returns for denials, and for allowed commands before and after them.
var denied = []step{
	{"login", true, "*"},
	{"denied api", false, "-ERR *"},
	{"api after it", true, "true"},
	{"denied bgapi", false, "-ERR *"},
	{"bgapi after it", true, "true"},
	{"denied event", false, "-ERR *"},
	{"api between", true, "false"},
	{"denied sendmsg", false, "-ERR *"},
	{"event after it", true, "+OK event listener enabled json"},
}

// refused is what each client returns for a wrong password.
var refused = []step{{"login", false, "-ERR invalid"}}

// password is the correct password for the scripts.
const password = "ClueCon"

// startSwitch starts a simulator with one call.
func startSwitch(t *testing.T) *switchsim.Switch {
	t.Helper()
	sw, err := switchsim.Start(switchsim.Options{Password: password})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sw.Close)
	sw.AddChannel(channel, nil)
	return sw
}

// TestDirect runs the clients without a guard. The tables of the other test depend on what they
// return for the simulator itself.
func TestDirect(t *testing.T) {
	node := installed(t)
	for _, c := range clients {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			sw := startSwitch(t)
			compare(t, c, node.run(t, c, sw.Addr(), password, "allowed", sw.Heartbeat), allowed)
			compare(t, c, node.run(t, c, sw.Addr(), "wrong", "allowed", sw.Heartbeat), refused)
			executed(t, sw, "sleep")
		})
	}
}

// compare compares what a script reported with what is expected of a client.
func compare(t *testing.T, c client, got, want []step) {
	t.Helper()
	want = slices.DeleteFunc(slices.Clone(want), func(s step) bool { return slices.Contains(c.lacks, s.Step) })
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(got):
			t.Errorf("no step %q", want[i].Step)
		case i >= len(want):
			t.Errorf("unexpected: %+v", got[i])
		case got[i].Step != want[i].Step || got[i].OK != want[i].OK || !matches(got[i].Text, want[i].Text):
			t.Errorf("got %+v, want %+v", got[i], want[i])
		}
	}
}

// matches reports whether text is want, or begins with it if want ends with a star.
func matches(text, want string) bool {
	if head, open := strings.CutSuffix(want, "*"); open {
		return strings.HasPrefix(text, head) && len(text) >= len(head)
	}
	return text == want
}

// executed checks that the switch ran the application, and nothing that hangs up calls or plays
// files.
func executed(t *testing.T, sw *switchsim.Switch, app string) {
	t.Helper()
	ran := sw.Executed()
	if !slices.ContainsFunc(ran, func(e switchsim.Execution) bool { return e.Kind == "app" && e.Name == app }) {
		t.Errorf("the switch did not run %s, but %+v", app, ran)
	}
	for _, e := range ran {
		if e.Name == "hupall" || e.Name == "playback" || e.Name == "CHANNEL_CREATE" {
			t.Errorf("the switch ran %+v", e)
		}
	}
}
