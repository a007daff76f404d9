package agree_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"eslguard/codec"
	"eslguard/command"
	"eslguard/internal/switchsim"
	"eslguard/policy"
)

const (
	onCall = "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11"
	secret = "0000000000000000000000000000000000000000000000000000000000000000"
)

// directory is the dial string of a directory, which mentions variables of the caller.
const directory = "{sip_invite_domain=${domain_name},leg_timeout=${call_timeout},presence_id=${dialed_user}@${dialed_domain}}${sofia_contact(*/${dialed_user}@${dialed_domain})}"

// clientOf returns the client "c" of a policy with the roles of a file, or the client with that
// name if the file has clients of its own.
func clientOf(t *testing.T, file, role string) (*policy.Policy, *policy.Client) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(data, &doc); err != nil {
		t.Fatal(err)
	}
	doc["upstreams"] = map[string]any{"pbx": map[string]any{"address": "127.0.0.1:8021", "password": map[string]any{"env": "X"}}}
	doc["clients"] = map[string]any{"c": map[string]any{
		"from": []string{"127.0.0.1/32"}, "auth": map[string]any{"password": []string{"sha256:" + secret}}, "roles": []string{role},
	}}
	delete(doc, "tests")
	return parsePolicy(t, doc)
}

func parsePolicy(t *testing.T, doc map[string]any) (*policy.Policy, *policy.Client) {
	t.Helper()
	data, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Parse("p.json", data)
	if err != nil {
		t.Fatal(err)
	}
	return p, p.Client("c")
}

// naturalPolicy has rules as people write them.
func naturalPolicy(t *testing.T, allow ...string) (*policy.Policy, *policy.Client) {
	t.Helper()
	return parsePolicy(t, map[string]any{
		"version":   1,
		"upstreams": map[string]any{"pbx": map[string]any{"address": "127.0.0.1:8021", "password": map[string]any{"env": "X"}}},
		"roles":     map[string]any{"r": map[string]any{"allow": allow}},
		"clients": map[string]any{"c": map[string]any{
			"from": []string{"127.0.0.1/32"}, "auth": map[string]any{"password": []string{"sha256:" + secret}}, "roles": []string{"r"},
		}},
	})
}

// throughGuard runs what a policy allows of one frame on the switch. It returns why nothing was
// run, or "".
func throughGuard(t *testing.T, p *policy.Policy, c *policy.Client, sim *switchsim.Switch, wire string) (passed bool, why string) {
	t.Helper()
	f, err := codec.NewClientReader(strings.NewReader(wire), codec.Limits{}).Next()
	var refusal *codec.Refusal
	if err != nil && errors.As(err, &refusal) {
		return false, refusal.Error()
	}
	if err != nil {
		t.Fatalf("%q: %v", wire, err)
	}
	cmd, err := command.Parse(p.Catalog(), nil, f)
	if err != nil {
		return false, err.Error()
	}
	if d := c.Decide(cmd.Effects); d.Action != policy.Allow {
		return false, d.Reason
	}
	var up []byte
	for i := range cmd.Upstream {
		if up, err = codec.Append(up, &cmd.Upstream[i]); err != nil {
			t.Fatal(err)
		}
	}
	sim.Run(up)
	return true, ""
}

// ready returns the switch with the channel onCall, after forgetting all executions.
func ready(sim *switchsim.Switch) *switchsim.Switch {
	sim.Clear()
	sim.AddChannel(onCall, nil)
	sim.Forget()
	return sim
}

// A deed reports whether an execution is something that the switch must not do.
type deed func(e switchsim.Execution) bool

func kind(kinds ...string) deed {
	return func(e switchsim.Execution) bool { return slices.Contains(kinds, e.Kind) }
}

// beyond is a file outside of a folder that is opened or written.
func beyond(folder string) deed {
	return func(e switchsim.Execution) bool {
		return (e.Kind == "open" || e.Kind == "write") && strings.HasPrefix(e.Args, "/") && !strings.HasPrefix(e.Args, folder)
	}
}

// ran is an API or application with that name.
func ran(name string) deed {
	return func(e switchsim.Execution) bool {
		return (e.Kind == "api" || e.Kind == "app") && strings.EqualFold(e.Name, name)
	}
}

// header is a header with that name in an INVITE.
func header(name string) deed {
	return func(e switchsim.Execution) bool {
		return e.Kind == "invite" && slices.ContainsFunc(switchsim.InviteLines(e.Args), func(line string) bool { return strings.HasPrefix(line, name+":") })
	}
}

// sqlContaining is a statement that contains that text.
func sqlContaining(text string) deed {
	return func(e switchsim.Execution) bool { return e.Kind == "sql" && strings.Contains(e.Args, text) }
}

func api(text string) string { return "api " + text + "\n\n" }

func runs(app, arg string) string {
	return "sendmsg " + onCall + "\ncall-command: execute\nexecute-app-name: " + app + "\nexecute-app-arg: " + arg + "\n\n"
}

// roleDeeds are frames that the rules of a role seem to allow, and what they make a switch do
// without the guard.
var roleDeeds = []struct {
	file, role, wire string
	does             deed
}{
	{"voice-agent", "voice-agent", runs("playback", "/var/lib/agent/x;id;#.shell_stream"), kind("shell")},
	{"voice-agent", "voice-agent", runs("playback", "/var/lib/agent/%2e%2e/secret.wav%00.file"), kind("open", "crash")},
	{"voice-agent", "voice-agent", runs("playback", "/var/lib/agent/x.file"), kind("crash")},
	{"voice-agent", "voice-agent", runs("playback", "/var/lib/agent/x.file_string"), kind("crash")},
	{"voice-agent", "voice-agent", runs("playback", "/var/lib/agent/"+strings.Repeat("A", 400)+"://x"), kind("crash")},
	{"voice-agent", "voice-agent", "bgapi uuid_broadcast " + onCall + " /var/lib/agent/x;id;#.shell_stream\n\n", kind("shell")},
	{"dialer", "dialer", "bgapi originate sofia/gateway/carrier/12125551234 '&playback(/var/lib/dialer/prompts/x;id;#.shell_stream)'\n\n", kind("shell")},
	{"dialer", "dialer", "bgapi originate {origination_caller_id_name=A%0D%0AX-Other%3Ay}sofia/gateway/carrier/12125551234 &park\n\n", header("X-Other")},
	{"crm", "crm", api("uuid_record " + onCall + " start /var/recordings/crm/%2e%2e/%2e%2e/x.wav%00.file"), kind("write", "crash")},
	{"crm", "crm", api("uuid_record " + onCall + " start /var/recordings/crm/x.http"), kind("crash")},
	{"fusionpbx", "fusionpbx", `api originate {domain_name=\'x,api_on_originate=create_uuid\sx\'}user/1000@pbx.example.org '&transfer(1001 XML d)'` + "\n\n", ran("create_uuid")},
	{"fusionpbx", "fusionpbx", `api originate {call_timeout=\'30,execute_on_answer=log:x\'}user/1000@pbx.example.org '&transfer(1001 XML d)'` + "\n\n", ran("log")},
	{"fusionpbx", "fusionpbx", api("conference 3000 play /usr/share/freeswitch/sounds/x;id;#.shell_stream"), kind("shell")},
	{"fusionpbx", "fusionpbx", api("uuid_record " + onCall + " start /var/lib/freeswitch/recordings/x.file_string"), kind("crash")},
}

// naturalDeeds are the same for rules as people write them.
var naturalDeeds = []struct {
	name  string
	allow []string
	wire  string
	does  deed
}{
	{"a nested list", []string{"app playback /tmp/sounds/*"}, runs("playback", "/tmp/sounds/x/a%21http:'//'127.0.0.1:1/x.wav%21b.file_string%00.file"), kind("fetch", "crash")},
	{"another folder", []string{"app playback /tmp/sounds/*"}, runs("playback", "/tmp/sounds/../../secret.wav"), beyond("/tmp/sounds/")},
	{"SQL by uuid_setvar", []string{"api uuid_setvar <uuid> **", "var channel presence_data_cols *"}, api("uuid_setvar " + onCall + " presence_data_cols a=(b)"), sqlContaining("(b)")},
	{"SQL by an event", []string{"inject CHANNEL_CALLSTATE **", "channel sendevent *"},
		"sendevent CHANNEL_CALLSTATE\nchannel-call-state-number: 4\nunique-id: " + onCall + "\npresence-data-cols: a=(b)\n\n", sqlContaining("(b)")},
	{"SQL by a schedule's event", []string{"inject DEL_SCHEDULE **"}, "sendevent DEL_SCHEDULE\ntask-id: 1 or 1=1\n\n", sqlContaining("or")},
	{"a header by a line feed", []string{"api originate **", "dial sofia/gateway/acme/*", "app park", "var originate sip_h_X-Customer *"},
		`api originate {sip_h_X-Customer=\'1\nX-Other:y\'}sofia/gateway/acme/1000 &park` + "\n\n", header("X-Other")},
	{"call records elsewhere", []string{"api uuid_setvar <uuid> **", "var channel accountcode *", "api uuid_kill *"},
		api("uuid_setvar "+onCall+" accountcode ../../../tmp/x") + api("uuid_kill "+onCall), func(e switchsim.Execution) bool {
			return e.Kind == "write" && e.Name == "cdr_csv" && strings.HasPrefix(e.Args, "/var/tmp/")
		}},
}

// TestRolesHoldAgainstValues checks that behind a shipped role, the switch does not do what it
// would do for values that act, and that a denial says why.
func TestRolesHoldAgainstValues(t *testing.T) {
	sim, err := switchsim.Start(switchsim.Options{DialString: directory})
	if err != nil {
		t.Fatal(err)
	}
	defer sim.Close()
	for _, tt := range roleDeeds {
		if ready(sim).Run([]byte(tt.wire)); !slices.ContainsFunc(sim.Executed(), tt.does) {
			t.Errorf("%s: without a guard the switch does no such thing for %q: %+v", tt.role, tt.wire, sim.Executed())
		}
		p, c := clientOf(t, filepath.Join("../../roles", tt.file+".json"), tt.role)
		checkDenied(t, p, c, ready(sim), tt.wire, tt.does)
	}
	for _, tt := range naturalDeeds {
		if ready(sim).Run([]byte(tt.wire)); !slices.ContainsFunc(sim.Executed(), tt.does) {
			t.Errorf("%s: without a guard the switch does no such thing for %q: %+v", tt.name, tt.wire, sim.Executed())
		}
		p, c := naturalPolicy(t, tt.allow...)
		checkDenied(t, p, c, ready(sim), tt.wire, tt.does)
	}
}

// checkDenied checks that the first frame of wire does not pass, and that nothing that does matches
// was executed.
func checkDenied(t *testing.T, p *policy.Policy, c *policy.Client, sim *switchsim.Switch, wire string, does deed) {
	t.Helper()
	first, _, _ := bytes.Cut([]byte(wire), []byte("\n\n"))
	passed, why := throughGuard(t, p, c, sim, string(first)+"\n\n")
	if passed {
		t.Errorf("%q passes", wire)
	}
	if why == "" || strings.ContainsAny(why, "\n\r\x00") {
		t.Errorf("%q: the reason is %q", wire, why)
	}
	if slices.ContainsFunc(sim.Executed(), does) {
		t.Errorf("%q: the switch executed %+v", wire, sim.Executed())
	}
}
