package policy_test

import (
	"strings"
	"testing"
)

// TestWarnings tests that Warnings returns those of single rules and those of the whole policy,
// with their positions and in the order of the file. What causes a warning is tested in package
// lint.
func TestWarnings(t *testing.T) {
	p := load(t, `{
  "version": 1, "upstreams": {"pbx": {"address": "127.0.0.1:8021", "password": {"env": "X"}}},
  "roles": {
    "r": {"allow": ["api originate **",
      "api @exec"]}
  },
  "clients": {
    "acme": {"from": ["10.0.0.0/8"], "auth": {"password": [`+sum("x")+`]}, "mode": "observe", "roles": ["r"]}
  },
  "tests": [{"client": "acme", "send": "api lua x", "expect": "allow"}]
}`)
	var got []string
	for _, w := range p.Warnings() {
		_, place, _ := strings.Cut(w.String(), "policy.json:")
		got = append(got, place)
	}
	want := []string{
		`4:21: /roles/r/allow/0: "api originate **": it allows no command without a rule of the kind dial for what the command calls`,
		`5:7: /roles/r/allow/1: "api @exec": it allows basic too, which runs programs or scripts on the switch's host`,
		`8:5: /clients/acme: "acme" is in observe mode: what its rules deny is forwarded all the same`,
	}
	if len(got) != len(want) {
		t.Fatalf("got  %q\nwant %q", got, want)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], want[i]) {
			t.Errorf("got  %s\nwant %s", got[i], want[i])
		}
	}
}

// TestWarningOfUntestedClients tests that a test of a client, or of a role that it has, counts as a
// test of the client.
func TestWarningOfUntestedClients(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"", "", `no test checks what "b" may do`},
		{`"tests": [`, `"tests": [ { "client": "b", "send": "api status", "expect": "allow" },`, ""},
		{`"tests": [`, `"tests": [ { "role": "calls", "send": "api status", "expect": "allow" },`, ""},
		{`"tests": [`, `"tests": [ { "role": "monitor", "send": "api status", "expect": "allow" },`, `what "b" may`},
	} {
		ws := load(t, strings.Replace(good, tt.old, tt.new, 1)).Warnings()
		if tt.want == "" && len(ws) > 0 || tt.want != "" && (len(ws) != 1 || !strings.Contains(ws[0].String(), tt.want)) {
			t.Errorf("%s: got %v, want %q", tt.new, ws, tt.want)
		}
	}
	ws := load(t, manyClients(300)).Warnings()
	if len(ws) != 1 || !strings.Contains(ws[0].Text, `no test checks what "client-00000" and 299 more may do`) {
		t.Errorf("got %v", ws)
	}
}
