package cli_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/internal/cli"
	"eslguard/internal/cli/console"
)

// allowAll is a policy whose client c may cause everything that a wildcard can allow.
const allowAll = `{
  "version": 1,
  "upstreams": { "pbx": { "address": "127.0.0.1:8021", "password": { "env": "UNUSED" } } },
  "roles": { "all": { "allow": [
    "api **", "app **", "inject **", "channel **", "filter regex *", "log DEBUG10",
    "subscribe *", "subscribe CUSTOM **", "subscribe API|BACKGROUND_JOB|LOG"
  ] } },
  "clients": { "c": {
    "from": [ "127.0.0.1/32" ],
    "auth": { "password": [ "sha256:0000000000000000000000000000000000000000000000000000000000000000" ] },
    "roles": [ "all" ]
  } }
}`

// sharedEvents returns a policy like allowAll with shared events.
func sharedEvents(policy string) string {
	return strings.Replace(policy, `{ "env": "UNUSED" }`, `{ "env": "UNUSED" }, "events": "shared"`, 1)
}

// run runs eslguard in this process and returns its exit status and output.
func run(t *testing.T, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs strings.Builder
	p := cli.Program{
		Args: args,
		Console: console.Console{
			Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errs,
			LookupEnv: func(string) (string, bool) { return "", false },
		},
	}
	return p.Main(), out.String(), errs.String()
}

// writeFile writes a file in a folder of its own and returns its path.
func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A line has the fields of explain --json that are promised. A field that is absent stays nil.
type line struct {
	Frame    *int    `json:"frame"`
	Decision *string `json:"decision"`
	Reason   *string `json:"reason"`
	Rule     *string `json:"rule"`
	Effects  *[]struct {
		Kind   *string   `json:"kind"`
		Name   *string   `json:"name"`
		Args   *string   `json:"args"`
		Tokens *[]string `json:"tokens"`
		Path   *string   `json:"path"`
	} `json:"effects"`
}

// complete reports whether all promised fields are present and no array is null.
func (l *line) complete() bool {
	if l.Frame == nil || l.Decision == nil || l.Reason == nil || l.Rule == nil || l.Effects == nil {
		return false
	}
	for _, e := range *l.Effects {
		if e.Kind == nil || e.Name == nil || e.Args == nil || e.Tokens == nil || e.Path == nil {
			return false
		}
	}
	return true
}

// notAllowed are the recorded exchanges in which a frame is refused even to a client that may do
// everything, because FreeSWITCH could read it in another way than it looks. The value is the
// decision on the last frame and the beginning of its reason.
var notAllowed = map[string][2]string{
	"api-bare":               {"refuse", "unknown-verb"},
	"api-only-space":         {"refuse", "blank"},
	"api-two-spaces":         {"refuse", "blank"},
	"api-tab-before-command": {"refuse", "blank"},
	"api-leading-space":      {"refuse", "unknown-verb"},
	"api-mixed-newlines":     {"refuse", "mixed-line-ends"},
	"api-with-body":          {"refuse", "unfinished-frame"}, // one byte follows the body
	"bgapi-bare":             {"refuse", "unknown-verb"},
	"exit-longer-word":       {"refuse", "unknown-verb"},
	"unknown-command":        {"refuse", "unknown-verb"},
	"nul-byte":               {"refuse", "nul"},
	"header-without-colon":   {"refuse", "header-without-colon"},

	"sendevent-two-content-lengths":             {"refuse", "content-length"},
	"sendevent-content-length-trailing-letters": {"refuse", "content-length"},
	"sendevent-content-length-negative":         {"refuse", "content-length"},
	"sendevent-content-length-plus":             {"refuse", "content-length"},
	"sendevent-content-length-word":             {"refuse", "content-length"},
	"sendevent-content-length-too-large":        {"refuse", "body-too-large"},
}

// TestExplainRecorded explains what was sent in recorded sessions with a real FreeSWITCH, including
// malformed frames. The file is in Latin-1: one character a byte.
func TestExplainRecorded(t *testing.T) {
	policy := writeFile(t, "policy.json", allowAll)
	file, err := os.Open("testdata/exchanges.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	seen := 0
	for scanner := bufio.NewScanner(file); scanner.Scan(); seen++ {
		var exchange struct {
			Name string
			Send []string
		}
		if err := json.Unmarshal(scanner.Bytes(), &exchange); err != nil {
			t.Fatal(err)
		}
		t.Run(exchange.Name, func(t *testing.T) {
			explainRecorded(t, policy, exchange.Name, latin1(strings.Join(exchange.Send, "")))
		})
	}
	if seen != 103 {
		t.Errorf("%d exchanges, want 103", seen)
	}
}

func explainRecorded(t *testing.T, policy, name, sent string) {
	status, stdout, stderr := run(t, sent, "explain", "--policy", policy, "--client", "c", "--json")
	if status != cli.StatusOK || stderr != "" {
		t.Fatalf("status %d, stderr %q", status, stderr)
	}
	var lines []line
	for text := range strings.Lines(stdout) {
		var l line
		if err := json.Unmarshal([]byte(text), &l); err != nil || !l.complete() {
			t.Fatalf("error %v, or a promised field is missing: %s", err, text)
		}
		lines = append(lines, l)
	}
	if len(lines) == 0 {
		t.Fatal("nothing was explained")
	}
	last := lines[len(lines)-1]
	if want, odd := notAllowed[name]; odd {
		lines = lines[:len(lines)-1]
		if *last.Decision != want[0] || !strings.HasPrefix(*last.Reason, want[1]) {
			t.Errorf("the last frame: %s: %s, want %v", *last.Decision, *last.Reason, want)
		}
	}
	for _, l := range lines {
		if *l.Decision != "allow" {
			t.Errorf("frame %d: %s: %s, want allow", *l.Frame, *l.Decision, *l.Reason)
		}
	}
}

// latin1 returns s in Latin-1, one byte a character.
func latin1(s string) string {
	b := make([]byte, 0, len(s))
	for _, c := range s {
		b = append(b, byte(c))
	}
	return string(b)
}

// TestExplainHidesPasswords checks that a login is shown without its password, even if it is
// mistyped.
func TestExplainHidesPasswords(t *testing.T) {
	policy := writeFile(t, "policy.json", allowAll)
	const secret = "QwErTy123"
	for _, sent := range []string{
		"auth " + secret, "AUTH " + secret, "auth\t" + secret, "auth  " + secret, " auth " + secret, "auth" + secret,
		"userauth 1000@example.org:" + secret, "userauth 1000:" + secret + "@example.org", "userauth " + secret,
		"auth first\n\nauth " + secret, "auth first\n\nuserauth 1000@example.org:" + secret,
		"auth " + secret + "\nX: y", "auth " + secret + "\nContent-Length: 0", "auth " + secret + "\nno colon",
		"api status\nauth " + secret,
	} {
		for _, format := range []string{"--json=true", "--json=false"} {
			status, stdout, stderr := run(t, sent+"\n\n", "explain", "--policy", policy, "--client", "c", format)
			if status != cli.StatusOK || stdout == "" {
				t.Errorf("%q: status %d, stdout %q, stderr %q", sent, status, stdout, stderr)
			}
			if strings.Contains(stdout+stderr, secret) {
				t.Errorf("%q: the password is shown:\n%s%s", sent, stdout, stderr)
			}
		}
	}
}

// TestExplainObserve checks that a command that only observe mode forwards is shown neither as
// denied nor as allowed by a rule.
func TestExplainObserve(t *testing.T) {
	policy := writeFile(t, "policy.json", strings.Replace(allowAll, `"roles": [ "all" ]`, `"roles": [ "all" ], "mode": "observe"`, 1))
	const sent = "bgapi originate user/1000 &park\n\napi status\nX[0]: 1\n\n"
	_, stdout, _ := run(t, sent, "explain", "--policy", policy, "--client", "c", "--json")
	for _, want := range []string{
		`"decision":"allow","observed":true,"reason":"dial user/1000 is not allowed to c`,
		`"upstream":["bgapi originate user/1000`,
		`"kind":"app","name":"park","args":"","tokens":[],"path":"bgapi > api originate > app park","decision":"allow"`,
		`"decision":"refuse","reason":"header-name"`,
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %s in:\n%s", want, stdout)
		}
	}
	if _, stdout, _ := run(t, sent, "explain", "--policy", policy, "--client", "c"); !strings.Contains(stdout, "\n  OBSERVE   dial user/1000") {
		t.Errorf("no OBSERVE in:\n%s", stdout)
	}
	if _, help, _ := run(t, "", "explain", "--help"); !strings.Contains(help, "\n  observed  true if the rules deny it") {
		t.Errorf("--help does not say what observed is:\n%s", help)
	}
}

// TestDemoFails checks that the demo's status is not 0 if a step does not go as it should.
func TestDemoFails(t *testing.T) {
	example, err := os.ReadFile("../../policies.example.json")
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(example, &doc); err != nil {
		t.Fatal(err)
	}
	delete(doc, "tests")
	monitor := doc["roles"].(map[string]any)["monitor"].(map[string]any)
	monitor["deny"] = []string{"api status **"}
	narrower, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		example []byte
		want    string
	}{
		{"an allowed command is denied", narrower, "NOT AS IT SHOULD BE"},
		{"the policy is empty", []byte("{}"), "the example policy has no upstreams"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out strings.Builder
			p := cli.Program{
				Args: []string{"demo", "--once"},
				Console: console.Console{
					Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
					LookupEnv: func(string) (string, bool) { return "", false },
				}, Example: c.example,
			}
			if status := p.Main(); status != cli.StatusProblem || !strings.Contains(out.String(), c.want) {
				t.Errorf("status %d, want %d, and %q in:\n%s", status, cli.StatusProblem, c.want, out.String())
			}
		})
	}
}

// TestHelpNamesEveryVariable checks that the help shows the variable of every flag.
func TestHelpNamesEveryVariable(t *testing.T) {
	for _, sub := range []string{"run", "check", "explain", "test", "password", "demo", "version"} {
		_, stdout, _ := run(t, "", sub, "--help")
		var flags []string
		for text := range strings.Lines(stdout) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(text), "--"); ok {
				flags = append(flags, text)
				name, _, _ = strings.Cut(name, " ")
				prefix := strings.ToUpper(sub) + "_"
				if sub == "run" {
					prefix = ""
				}
				want := "[$ESLGUARD_" + prefix + strings.ToUpper(strings.ReplaceAll(name, "-", "_")) + "]"
				if !strings.Contains(text, want) {
					t.Errorf("%s: no %s in %q", sub, want, text)
				}
			}
		}
		if len(flags) == 0 || !strings.Contains(stdout, "Examples:") {
			t.Errorf("%s: the help has flags %q and must have examples", sub, flags)
		}
	}
}

// TestExplainLegs checks that the leg of a dial is shown as a rule spells it, and is a field of its
// own in the JSON.
func TestExplainLegs(t *testing.T) {
	policy := writeFile(t, "policy.json", allowAll)
	const sent = "api originate user/1 &bridge(sofia/gateway/acme/2)\n\n"
	_, stdout, _ := run(t, sent, "explain", "--policy", policy, "--client", "c")
	for _, want := range []string{"dial a-leg user/1  (", "dial b-leg sofia/gateway/acme/2  ("} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	_, stdout, _ = run(t, sent, "explain", "--policy", policy, "--client", "c", "--json")
	for _, want := range []string{
		`{"kind":"dial","name":"user/1","args":"user/1","tokens":[],"path":"api originate","leg":"a-leg",`,
		`"name":"sofia/gateway/acme/2","args":"sofia/gateway/acme/2","tokens":[],"path":"api originate > app bridge","leg":"b-leg",`,
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %s in:\n%s", want, stdout)
		}
	}
}

// TestExplainRequire checks that what a leg lacks is shown at that leg only.
func TestExplainRequire(t *testing.T) {
	text := strings.Replace(allowAll, `"all": {`, `"all": { "require": { "dial b-leg": "var originate a 1" },`, 1)
	text = strings.Replace(text, `"log DEBUG10",`, `"log DEBUG10", "dial user/*", "var originate a 1",`, 1)
	policy := writeFile(t, "policy.json", text)
	const sent = "api originate {a=1}user/1 &bridge(user/2)\n\n"
	_, stdout, _ := run(t, sent, "explain", "--policy", policy, "--client", "c")
	for _, want := range []string{
		"DENY      dial user/2 is not allowed to c unless var originate a 1 is set for it (api originate > app bridge); role all; rule var originate a 1\n",
		"dial b-leg user/2  (denied without var originate a 1, role all)\n", "dial a-leg user/1  (allowed by ",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in:\n%s", want, stdout)
		}
	}
	_, stdout, _ = run(t, sent, "explain", "--policy", policy, "--client", "c", "--json")
	if want := `"reason":"dial user/2 is not allowed to c unless var originate a 1 is set for it (api originate > app bridge)","unsuggested":"the role \"all\" requires \"var originate a 1\" for it, so the command has to set that","lacks":true`; !strings.Contains(stdout, want) {
		t.Errorf("no %s in:\n%s", want, stdout)
	}
	_, stdout, _ = run(t, "", "check", policy)
	if want := "\n  requires  dial b-leg: var originate a 1\n"; !strings.Contains(stdout, want) {
		t.Errorf("check has no %q in:\n%s", want, stdout)
	}
}

// TestExplainSharedEvents: with shared events eslguard itself answers what chooses events, until a
// myevents.
func TestExplainSharedEvents(t *testing.T) {
	own := writeFile(t, "policy.json", allowAll)
	shared := writeFile(t, "policy.json", sharedEvents(allowAll))
	const choices = "event plain HEARTBEAT\n\nnixevent HEARTBEAT\n\nfilter Event-Name HEARTBEAT\n\nnoevents\n\n"
	const myevents = "myevents 11111111-2222-3333-4444-555555555555 plain\n\n"
	for _, tt := range []struct {
		name, policy, frames string
		forwarded            int
	}{
		{"own events", own, choices, 4},
		{"shared events", shared, choices, 0},
		{"other commands", shared, "api status\n\nbgapi status\n\n", 2},
		{"after myevents", shared, myevents + choices, 5},
	} {
		status, stdout, stderr := run(t, tt.frames, "explain", "--policy", tt.policy, "--client", "c")
		forwarded, itself := strings.Count(stdout, "\n  forwarded "), strings.Count(stdout, "eslguard answers this itself")
		if status != cli.StatusOK || forwarded != tt.forwarded || forwarded+itself != strings.Count(tt.frames, "\n\n") {
			t.Errorf("%s: status %d, %d frames are forwarded, want %d:\n%s%s", tt.name, status, forwarded, tt.forwarded, stdout, stderr)
		}
	}
}

// TestExplainFilterExpression: with shared events a filter that RE2 cannot compile is refused,
// until a myevents.
func TestExplainFilterExpression(t *testing.T) {
	own := writeFile(t, "policy.json", allowAll)
	shared := writeFile(t, "policy.json", sharedEvents(allowAll))
	const filter = "filter Unique-ID /(?=a)b/\n\n"
	const refused = "  REFUSE    filter-expression"
	const answer = "-ERR refused, filter-expression, RE2 cannot compile the regular expression, invalid or unsupported Perl syntax, `(?=` (events are shared, "
	for _, tt := range []struct {
		name, policy, frames string
		refused              bool
	}{
		{"own events", own, filter, false},
		{"shared events", shared, filter, true},
		{"after myevents", shared, "myevents 11111111-2222-3333-4444-555555555555 plain\n\n" + filter, false},
	} {
		_, stdout, stderr := run(t, tt.frames, "explain", "--policy", tt.policy, "--client", "c")
		if strings.Contains(stdout, refused) != tt.refused || strings.Contains(stdout, answer) != tt.refused {
			t.Errorf("%s:\n%s%s", tt.name, stdout, stderr)
		}
	}
}
