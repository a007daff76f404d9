package cli_test

import (
	"fmt"
	"strings"
	"testing"
)

// TestHostileRecords checks that nothing of a forged record reaches the terminal but text, and not
// more than fits a line.
func TestHostileRecords(t *testing.T) {
	const evil = `\u001b]0;x\u0007\u202e`
	long := strings.Repeat("x", 100_000)
	var lines strings.Builder
	for i, fields := range []string{
		`"kind":"session","session":"s1","addr":"EVIL","decision":"EVIL","reason":"EVIL"`,
		`"kind":"login","session":"s1","client":"EVIL","user":"EVIL","upstream":"EVIL","decision":"EVIL","policy":"EVIL"`,
		`"kind":"command","session":"s1","client":"EVIL","verb":"EVIL","command":"EVIL","effects":[{"kind":"EVIL","name":"EVIL"}],"decision":"EVIL","role":"EVIL","rule":"EVIL","reason":"EVIL","id":"EVIL"`,
		`"kind":"command","session":"s2","client":"EVIL","verb":"api","command":"api status","command_bytes":10,"effects":[{"kind":"api","name":"status"}],"decision":"EVIL","rule":"EVIL"`,
		`"kind":"reply","session":"s1","of":3,"reply":"EVIL","reason":"EVIL","job":"EVIL","call":"EVIL"`,
		`"kind":"recording","session":"s1","file":"EVIL","reason":"EVIL"`,
		`"kind":"EVIL","session":"s1","version":"EVIL"`,
		`"kind":"end","session":"s1","reason":"EVIL"`,
	} {
		for j, text := range []string{evil, long} {
			fmt.Fprintf(&lines, `{"time":"2026-03-01T12:00:00.000000Z","seq":%d,%s}`+"\n", 2*i+j+1, strings.ReplaceAll(fields, "EVIL", text))
		}
	}
	audit := writeFile(t, "audit.jsonl", lines.String())
	for _, args := range []string{
		"show AUDIT --table", "replay s1 --audit AUDIT --no-wait", "try AUDIT --policy POLICY", "export AUDIT --format cef",
		"replay s1 --audit AUDIT --export cast",
	} {
		words := strings.Fields(strings.NewReplacer("AUDIT", audit, "POLICY", "../../policies.example.json").Replace(args))
		status, stdout, stderr := run(t, "", append([]string{"audit"}, words...)...)
		if status != 0 || strings.ContainsAny(stdout+stderr, "\x1b\x07\u202e") && !strings.HasSuffix(args, "cast") {
			t.Errorf("%s: status %d, %.2000q%s", args, status, stdout, stderr)
		}
		// The colours of an asciicast are escaped in its JSON.
		if plain := strings.NewReplacer(`\u001b[0m`, "", `\u001b[1m`, "", `\u001b[31m`, "").Replace(stdout); strings.Contains(plain, `\u001b`) && !strings.Contains(args, "cef") {
			t.Errorf("%s: %.2000q", args, plain)
		}
		for line := range strings.Lines(stdout) {
			if len(line) > 20_000 {
				t.Errorf("%s: a line of %d bytes, %.100q", args, len(line), line)
			}
		}
	}
}
