package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/audit/trail"
	"eslguard/catalog"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/internal/cli/console"
	"eslguard/internal/cli/recorded"
	"eslguard/policy"
)

// learnt are commands of all kinds. Some contain text that would be a pattern in a rule.
var learnt = []string{
	"api status", "api version", "bgapi show channels as json", "api show CALLS", "api expand version", "api sofia status profile internal",
	"api conference 3000 kick 17", "api callcenter_config agent set status a@b 'On Break'",
	"bgapi originate {origination_uuid=@U,origination_caller_id_name='Acme Inc',sip_auth_password=hunter2}sofia/gateway/acme/15551001 &park",
	"bgapi originate user/1001,user/1002|[leg_timeout=10]sofia/gateway/acme/15551001 9664 XML default",
	"bgapi originate user/1001 &bridge({a=b}user/1002)",
	"api uuid_setvar @U api_hangup_hook status", "api uuid_setvar @U sip_auth_password hunter2", "api uuid_broadcast @U playback::/a/b.wav both",
	"api uuid_transfer @U -both 1003 XML default", "api uuid_record @U start /rec/@U.wav",
	"api sched_api +60 none status", "api sched_api @60 none version", "api version;;show channels\nconsole_execute: true", "getvar a",
	"event plain CHANNEL_CREATE BACKGROUND_JOB CUSTOM sofia::register", "event json ALL", "myevents @U", "divert_events on",
	"filter Caller-ANI /^9/", "filter Unique-ID @U", "log debug", "exit",
	"sendmsg @U\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /a/%*|$?.wav",
	"sendmsg @U\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /a/b.wav\nloops: 3",
	"sendmsg @U\ncall-command: execute\nexecute-app-name: playback\ncontent-type: text/plain\nContent-Length: 9\n\n/body.wav",
	"sendmsg @U\ncall-command: execute\nexecute-app-name: set\nexecute-app-arg: a=b c",
	"sendmsg @U\ncall-command: hangup", "sendmsg @U\ncall-command: nomedia\nnomedia-uuid: @V",
	"sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: x.org\ncontent-type: a/b\nevent-string: check-sync;reboot=true",
	"sendevent CUSTOM\nEvent-Subclass: my::sub", "sendevent MESSAGE_WAITING\nMWI-Message-Account: sip:1000@x.org",
	"api uuid_exists *", "api uuid_kill **", "api uuid_exists /.*/", `api uuid_exists \x`, "api module_exists a|b", "api module_exists $x",
	"api uuid_hold <uuid>", "api uuid_dump @status", `api user_exists id a"b x`, "api user_exists 'a b' c d", "api global_getvar [redacted:k3v9]",
	"api global_getvar [redacted", "event plain CUSTOM *", "api regex a|/b/",
}

// opened are commands that no client sent. A draft that took text for a pattern would allow them.
var opened = []string{
	"api uuid_exists a", "api uuid_kill", "api uuid_kill a", "api uuid_hold @V", "api uuid_dump @V",
	"api user_exists id b x", "api global_getvar a", "event plain CUSTOM a::b", "api regex a b", "api conference 3000 kick 18",
	"sendmsg @U\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /a/c.wav",
	"sendmsg @U\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /body.wav\nloops: 3",
	"bgapi originate user/1003 &park", "api callcenter_config agent set status a@b Available",
}

func withUUIDs(text string) string {
	return strings.NewReplacer("@U", "5d1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a11", "@V", "6e1b9f3c-7d0a-4b5e-9d55-0f6a4f0c2a12").Replace(text)
}

func parsed(t *testing.T, text string) *command.Command {
	t.Helper()
	if !strings.Contains(text, "\n\n") {
		text += "\n\n"
	}
	f, err := codec.NewClientReader(strings.NewReader(withUUIDs(text)), codec.Limits{}).Next()
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	cmd, err := command.Parse(catalog.Builtin(), &command.State{}, f)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return cmd
}

// TestLearnRoundTrip checks that the role drafted from an audit allows what the client did and
// nothing else.
func TestLearnRoundTrip(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "audit.jsonl")
	log, err := audit.Open(path, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range learnt {
		cmd := parsed(t, text)
		r := audit.Record{
			Kind: audit.KindCommand, Client: "acme", Verb: cmd.Verb.String(), Command: cmd.Text, Effects: cmd.Effects, Decision: audit.Observe,
		}
		if _, err := log.Write(&r); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	client := draftedClient(t, folder, path)
	for _, text := range learnt {
		effects := parsed(t, text).Effects
		if d := client.Decide(effects); d.Action != policy.Allow {
			t.Errorf("%q: %s", text, d.Reason)
		}
	}
	for _, text := range opened {
		if d := client.Decide(parsed(t, text).Effects); d.Action == policy.Allow {
			t.Errorf("%q is allowed by %q", text, d.Rule)
		}
	}
}

// draftedClient drafts a role from the audit at path with learn, and returns a client with that
// role.
func draftedClient(t *testing.T, folder, path string) *policy.Client {
	t.Helper()
	var out, said strings.Builder
	p := &Program{
		Args: []string{"learn", path},
		Console: console.Console{
			Stdin: strings.NewReader(""), Stdout: &out, Stderr: &said,
			LookupEnv: func(string) (string, bool) { return "", false },
		},
	}
	if status := p.Main(); status != console.StatusOK {
		t.Fatalf("status %d: %s", status, said.String())
	}
	var draft struct {
		Version int             `json:"version"`
		Roles   json.RawMessage `json:"roles"`
	}
	if err := json.Unmarshal([]byte(out.String()), &draft); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "policy.json")
	text := fmt.Sprintf(`{ "version": %d, "roles": %s,
		"upstreams": { "pbx": { "address": "127.0.0.1:8021", "password": { "env": "X" } } },
		"clients": { "acme": { "from": [ "127.0.0.1/32" ], "auth": { "password": [ "sha256:%064d" ] }, "roles": [ "acme" ] } } }`,
		draft.Version, draft.Roles, 1)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	pol, err := policy.Load(file)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	return pol.Client("acme")
}

// TestLearnMarked checks that a draft has a wildcard in the place of a secret that a policy marks,
// and nowhere else in that command.
func TestLearnMarked(t *testing.T) {
	folder := t.TempDir()
	file, path := filepath.Join(folder, "policy.json"), filepath.Join(folder, "audit.jsonl")
	const apis = `{ "version": 1, "apis": { "uuid_audio_fork": { "class": "media", "uuid": [0], "split": "space", "secret": [5] } } }`
	if err := os.WriteFile(file, []byte(apis), 0o600); err != nil {
		t.Fatal(err)
	}
	pol, err := policy.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(path, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := recorded.Frame(withUUIDs("api uuid_audio_fork ^^|@U|start|wss://a/|mono|8k|hunter2|'{\"a\":1}'|end"))
	if err != nil {
		t.Fatal(err)
	}
	cmd, err := command.Parse(pol.Catalog(), nil, f)
	if err != nil {
		t.Fatal(err)
	}
	r := audit.Record{
		Kind: audit.KindCommand, Client: "acme", Verb: "api", Command: cmd.Text, Effects: cmd.Effects, Decision: audit.Observe, Catalog: pol.Catalog(),
	}
	if _, err := log.Write(&r); err != nil {
		t.Fatal(err)
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	var out, said strings.Builder
	p := &Program{
		Args: []string{"learn", "--policy", file, path},
		Console: console.Console{
			Stdin: strings.NewReader(""), Stdout: &out, Stderr: &said,
			LookupEnv: func(string) (string, bool) { return "", false },
		},
	}
	want := `"rule": "api uuid_audio_fork <uuid> start wss://a/ mono 8k * {\"a\":1} end"`
	if status := p.Main(); status != console.StatusOK || !strings.Contains(out.String(), want) {
		t.Errorf("status %d, %s\n%s\nwant %s", status, said.String(), out.String(), want)
	}
}

// TestLearnCountsWhatIsCounted checks that learn ignores denials, and that it counts a record of
// several commands as that many.
func TestLearnCountsWhatIsCounted(t *testing.T) {
	all := &lessons{cat: catalog.Builtin(), clients: make(map[string]*lesson)}
	events := len(catalog.EventNames())
	r := trail.Record{
		Kind: "command", Session: "s", Client: "c", Verb: "event", Command: "event plain ALL", CommandBytes: 15, Decision: "deny",
		Effects:      []trail.Effect{{Kind: "subscribe", Name: audit.AllEvents, Path: "event"}},
		EffectsTotal: events, EffectsDenied: events,
	}
	more := r
	more.Times = 41
	list := []trail.Record{r, more}
	for i := range list {
		if err := all.add(&list[i]); err != nil || len(all.clients) > 0 {
			t.Fatalf("a denial was learnt: %v", err)
		}
	}
	for i := range list {
		list[i].Decision = "observe"
		if err := all.add(&list[i]); err != nil {
			t.Fatal(err)
		}
	}
	l := all.clients["c"]
	if l.commands != 42 || l.incomplete != 0 {
		t.Errorf("%d commands, %d of them incomplete; want 42 and 0", l.commands, l.incomplete)
	}
	rules := l.learner.Draft().Rules
	for _, rule := range rules {
		if rule.Count%42 != 0 {
			t.Errorf("%s was counted %d times, want a multiple of 42", rule.Text, rule.Count)
		}
	}
	if len(rules) == 0 {
		t.Error("no rule was drafted")
	}
}
