package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"eslguard/audit"
	"eslguard/internal/cli/console"
)

// oddText has characters that are more than text to a terminal: a C1 control, a change of
// direction, line ends.
const oddText = "a\u009b2Jb\u202ec\u2028d\u0085e"

// output runs the program and returns its standard output. All output must be nothing but text.
func output(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	var out, said strings.Builder
	p := &Program{
		Args: args,
		Console: console.Console{
			Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &said,
			LookupEnv: func(string) (string, bool) { return "", false },
		},
	}
	p.Main()
	if out.Len() == 0 {
		t.Fatalf("%q prints nothing: %s", args, said.String())
	}
	for _, text := range []string{out.String(), said.String()} {
		for _, c := range text {
			if !unicode.IsPrint(c) && c != '\n' {
				t.Errorf("%q prints %U in %q", args, c, text)
			}
		}
	}
	return out.String()
}

// TestJSONPrintsOnlyText checks that what a client wrote never reaches a terminal raw, and that
// JSON still has all of it.
func TestJSONPrintsOnlyText(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "audit.jsonl")
	log, err := audit.Open(path, audit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	cmd := parsed(t, "api user_exists id "+oddText)
	for _, name := range []string{"acme", "odd" + oddText} {
		if _, err := log.Write(&audit.Record{
			Kind: audit.KindCommand, Client: name, Verb: cmd.Verb.String(), Command: cmd.Text, Effects: cmd.Effects, Decision: audit.Observe,
		}); err != nil {
			t.Fatal(err)
		}
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "policy.json")
	text := fmt.Sprintf(`{ "version": 1, "upstreams": { "pbx": { "address": "127.0.0.1:8021", "password": { "env": "X" } } },
		"roles": { "none": { "allow": [ ] } }, "clients": { "acme": { "from": [ "127.0.0.1/32" ], "auth": { "password": [ "sha256:%064d" ] }, "roles": [ "none" ] } } }`, 1)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"learn":        {"learn", path},
		"export json":  {"audit", "export", path, "--format", "json", "--kind", "command"},
		"export ocsf":  {"audit", "export", path, "--format", "ocsf"},
		"explain json": {"explain", "--json", "--policy", file, "--client", "acme"},
	} {
		t.Run(name, func(t *testing.T) {
			out := output(t, cmd.Text+"\n\n", args...)
			decoder := json.NewDecoder(strings.NewReader(out))
			var all strings.Builder
			for decoder.More() {
				var v any
				if err := decoder.Decode(&v); err != nil {
					t.Fatalf("%v in %s", err, out)
				}
				fmt.Fprint(&all, v)
			}
			if !strings.Contains(all.String(), oddText) {
				t.Errorf("the text is not in %s", out)
			}
		})
	}
}
