package cli_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/audit"
	"eslguard/codec"
	"eslguard/command"
	"eslguard/internal/cli"
	"eslguard/policy"
)

// TestAuditVerifyChecksMACs checks that verify finds a change with the identity, and that it says
// that nothing could be checked with another identity.
func TestAuditVerifyChecksMACs(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "audit")
	secret, public, err := audit.GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	l, err := audit.Open(dir, audit.Options{Recipient: public, Reserve: -1})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := l.Write(&audit.Record{Kind: audit.KindSession, Session: "s"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	other, _, err := audit.GenerateIdentity()
	if err != nil {
		t.Fatal(err)
	}
	segment := filepath.Join(dir, "audit-000000000001.jsonl")
	data, err := os.ReadFile(segment)
	if err != nil {
		t.Fatal(err)
	}
	mac := bytes.LastIndex(data, []byte(`"mac":"`)) + len(`"mac":"`)
	spoiled := bytes.Clone(data)
	copy(spoiled[mac:], "AAAA")
	for _, c := range []struct {
		name, key string
		data      []byte
		status    int
		want      string
	}{
		{"without a key", "", data, 0, "not checked: 5 records have one, see --key"},
		{"with it", secret, data, 0, "5 of 5 fit"},
		{"another's", other, data, 1, "the key is sealed to another identity"},
		{"changed, without a key", "", spoiled, 0, "not checked"},
		{"changed, with it", secret, spoiled, 1, "record 5: the MAC does not match"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := os.WriteFile(segment, c.data, 0o600); err != nil {
				t.Fatal(err)
			}
			args := []string{"audit", "verify", dir}
			if c.key != "" {
				args = append(args, "--key", writeFile(t, "identity", c.key+"\n"))
			}
			status, stdout, stderr := run(t, "", args...)
			if status != c.status || !strings.Contains(stdout, c.want) || strings.Contains(stdout+stderr, "AGE-SECRET") {
				t.Errorf("status %d:\n%s%s", status, stdout, stderr)
			}
		})
	}
}

// frames are the frames of one session. They have every verb, and the meaning of some depends on
// earlier ones.
var frames = []string{
	"api status", "api  status", "api uuid_kill 8fd3 NORMAL_CLEARING", "bgapi originate user/1000 &park\nJob-UUID: j1",
	"bgapi expand originate {a=b,c='d e'}user/1000 &system(id)", "api version;;hostname\nconsole_execute: true",
	"api version;;hostname", "event plain CHANNEL_CREATE CUSTOM sofia::register", "event json ALL", "filter Event-Name HEARTBEAT",
	"filter Event-Name /A.*B/", "log 7", "noevents", "nixevent ALL", "nolog", "linger", "getvar x",
	"sendmsg 8fd3\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /var/a b.wav",
	"sendmsg 8fd3\ncall-command: execute\nexecute-app-name: set\nContent-Type: text/plain\nContent-Length: 9\n\na=${b(c)}",
	"sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: h\nevent-string: check sync\nContent-Length: 4\n\nbody",
	"sendevent CUSTOM\nEvent-Subclass: a::b", "myevents 8fd3", "sendmsg\ncall-command: hangup\nhangup-cause: NORMAL_CLEARING",
	"getvar x", "sendmsg\ncall-command: execute\nexecute-app-name: socket\nexecute-app-arg: 10.0.0.1:8084", "divert_events on", "resume",
	"auth again", "connect", "api sched_api +5 none status", "api uuid_setvar 8fd3 x " + strings.Repeat("y", audit.MaxCommand), "exit",
}

// TestTryAgreesWithWhatWasDecided checks that audit try reports no change under the policy that was
// in force.
func TestTryAgreesWithWhatWasDecided(t *testing.T) {
	path := writeFile(t, "policy.json", allowAll)
	pol, err := policy.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(t.TempDir(), "audit.jsonl")
	l, err := audit.Open(log, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	// The first session has no record of its beginning.
	for _, session := range []string{"cut", "whole"} {
		if session == "whole" {
			write(t, l, &audit.Record{Kind: audit.KindSession, Session: session})
		}
		n += recordSession(t, l, pol, session)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	status, stdout, stderr := run(t, "", "audit", "try", log, "--policy", path, "--json", "--exit-code")
	var r struct {
		Commands, Decided, Changed int
		Skipped                    map[string]int `json:"apart"`
		Changes                    []json.RawMessage
	}
	if err := json.Unmarshal([]byte(stdout), &r); err != nil {
		t.Fatalf("%v: %s%s", err, stdout, stderr)
	}
	apart := 0
	for _, k := range r.Skipped {
		apart += k
	}
	if status != cli.StatusOK || r.Commands != n || r.Changed != 0 || r.Decided+apart != n || r.Decided < n*3/4 {
		t.Errorf("of %d: status %d, %s", n, status, stdout)
	}
}

// TestTryFilterExpression checks that audit try lists the filters that would be refused if events
// were shared.
func TestTryFilterExpression(t *testing.T) {
	log := filepath.Join(t.TempDir(), "audit.jsonl")
	l, err := audit.Open(log, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, l, &audit.Record{Kind: audit.KindSession, Session: "s"})
	for _, line := range []string{
		"filter A /b/", "filter A /(?=a)b/", "filter A b", "filter A /(?=a)b/", "myevents 8fd3 plain", "filter A /(?=a)b/",
	} {
		verb, _, _ := strings.Cut(line, " ")
		write(t, l, &audit.Record{Kind: audit.KindCommand, Session: "s", Client: "c", Decision: audit.Allow, Verb: verb, Command: line})
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		policy string
		status int
		want   string
	}{
		{allowAll, cli.StatusOK, ": nothing would change\n"},
		{
			sharedEvents(allowAll), cli.StatusProblem, "       2  c                 filter                    allow -> refuse; " +
				"refused: filter-expression: RE2 cannot compile the regular expression: invalid or unsupported Perl syntax: `(?=` (",
		},
	} {
		status, stdout, stderr := run(t, "", "audit", "try", log, "--policy", writeFile(t, "policy.json", tt.policy), "--exit-code")
		if status != tt.status || !strings.Contains(stdout, "6 commands, 6 decided again") || !strings.Contains(stdout, tt.want) {
			t.Errorf("status %d:\n%s%s", status, stdout, stderr)
		}
	}
}

// write writes a record.
func write(t *testing.T, l *audit.Log, r *audit.Record) {
	t.Helper()
	if _, err := l.Write(r); err != nil {
		t.Fatal(err)
	}
}

// recordSession records all frames as the proxy would, and returns the number of commands.
func recordSession(t *testing.T, l *audit.Log, pol *policy.Policy, session string) int {
	t.Helper()
	var st command.State
	for _, text := range frames {
		if !strings.Contains(text, "\n\n") {
			text += "\n\n"
		}
		f, err := codec.NewClientReader(strings.NewReader(text), codec.Limits{}).Next()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		r := &audit.Record{Kind: audit.KindCommand, Session: session, Client: "c", Decision: audit.Refuse, Command: string(f.Line)}
		cmd, err := command.Parse(pol.Catalog(), &st, f)
		var refusal *codec.Refusal
		switch {
		case errors.As(err, &refusal):
			r.Reason = refusal.Error()
		case err != nil:
			t.Fatal(err)
		default:
			d := pol.Client("c").Decide(cmd.Effects)
			r.Verb, r.Command, r.Effects, r.Rule, r.Decision = cmd.Verb.String(), cmd.Text, cmd.Effects, d.Rule, audit.Deny
			if d.Action == policy.Allow {
				r.Decision = audit.Allow
				st.Apply(cmd)
			}
		}
		write(t, l, r)
	}
	return len(frames)
}

// TestEscapeOnTerminalsOnly checks that audit show leaves records as they are in a file or pipe,
// and quotes their text in a table.
func TestEscapeOnTerminalsOnly(t *testing.T) {
	line := `{"time":"2026-03-01T12:00:00.000000Z","seq":1,"kind":"command","command":"a` + "\u009b\u202e\U000e0001é" + `","decision":"deny"}`
	path := writeFile(t, "audit.jsonl", line+"\n")
	if _, stdout, _ := run(t, "", "audit", "show", path); stdout != line+"\n" {
		t.Errorf("without a terminal a record must stay as it is: %q", stdout)
	}
	if _, stdout, _ := run(t, "", "audit", "show", path, "--table"); !strings.Contains(stdout, `"a\u009b\u202e\U000e0001é"`) {
		t.Errorf("in a table it must be quoted: %q", stdout)
	}
	if status, _, stderr := run(t, "", "audit", "show", filepath.Join(t.TempDir(), "x")); status != cli.StatusProblem {
		t.Errorf("status %d: %s", status, fmt.Sprint(stderr))
	}
}
