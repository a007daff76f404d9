package demo

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"eslguard/policy"
)

func TestIDIn(t *testing.T) {
	for reply, want := range map[string]string{
		"": "", "+OK": "", "-ERR permission denied [k3v9]": "k3v9", "-ERR [a] denied [b]": "b", "-ERR [a] denied": "", "[": "", "]": "", "[]": "",
	} {
		if got := idIn(reply); got != want {
			t.Errorf("%q: %q, want %q", reply, got, want)
		}
	}
}

func TestRecordLine(t *testing.T) {
	for _, c := range []struct {
		r    record
		want string
	}{
		{record{}, ""},
		{record{"client": "c", "time": "now", "seq": 7.0, "decision": "deny"}, "time=now  client=c  decision=deny"},
		{record{"command": "api status", "rule": "api **", "reason": "allowed"}, "command=api status  rule=api **  reason=allowed"},
	} {
		if got := c.r.line(); got != c.want {
			t.Errorf("%v: %q, want %q", c.r, got, c.want)
		}
	}
}

func TestFindRecord(t *testing.T) {
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(file, []byte("not JSON\n{\"seq\":1}\n{\"seq\":2,\"kind\":\"login\"}\n{\"seq\":3,\"kind\":\"login\"}\n{\"seq\":4,\"ki"), 0o600); err != nil {
		t.Fatal(err)
	}
	for kind, want := range map[string]any{"login": 2.0, "command": nil} {
		r, err := findRecord(file, func(r record) bool { return r["kind"] == kind })
		if err != nil || r["seq"] != want {
			t.Errorf("%s: %v, %v, want record %v", kind, r, err, want)
		}
	}
	if _, err := findRecord(file+".none", func(record) bool { return true }); err == nil {
		t.Error("a file that does not exist must be an error")
	}
}

func TestFirstLine(t *testing.T) {
	for text, want := range map[string]string{"": "", "a": "a", "a\nb": "a", "\nb": ""} {
		if got := firstLine(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// TestPolicyCopy checks that the copy of the example policy is good, that each change does what the
// demo says of it, and that restore undoes all of them.
func TestPolicyCopy(t *testing.T) {
	example, err := os.ReadFile("../../../policies.example.json")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	secret := filepath.Join(dir, "secret")
	if err := os.WriteFile(secret, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &policyCopy{path: filepath.Join(dir, "policy.json")}
	if err := p.write(example, "127.0.0.1:1", secret); err != nil {
		t.Fatal(err)
	}
	first, err := policy.Load(p.path)
	if err != nil {
		t.Fatal(err)
	}
	for name, up := range first.Upstreams() {
		if up.Address != "127.0.0.1:1" || up.PasswordFile() != secret {
			t.Errorf("the upstream %s is not the stand-in: %+v", name, up)
		}
	}
	if err := p.breakIt(); err != nil {
		t.Fatal(err)
	}
	if _, err := policy.Load(p.path); err == nil || !strings.Contains(err.Error(), "statuss") {
		t.Errorf("the broken policy: %v", err)
	}
	if err := p.deny("wallboard", "api status **"); err != nil {
		t.Fatal(err)
	}
	denied, err := policy.Load(p.path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range denied.Summary().Clients {
		if c.Name == "wallboard" && !strings.Contains(strings.Join(c.Deny, "; "), "api status **") {
			t.Errorf("wallboard is denied only %q", c.Deny)
		}
	}
	if err := p.deny("nobody", "api status **"); err == nil {
		t.Error("a client that does not exist must be an error")
	}
	if err := p.restore(); err != nil {
		t.Fatal(err)
	}
	if again, err := policy.Load(p.path); err != nil || again.Revision() != first.Revision() {
		t.Errorf("after restore: %v", err)
	}
}

func TestPolicyCopyNeedsUpstreams(t *testing.T) {
	for _, example := range []any{"text", map[string]any{}, map[string]any{"upstreams": 7}} {
		text, err := json.Marshal(example)
		if err != nil {
			t.Fatal(err)
		}
		p := &policyCopy{path: filepath.Join(t.TempDir(), "policy.json")}
		if err := p.write(text, "127.0.0.1:1", "secret"); err == nil {
			t.Errorf("%s must be an error", text)
		}
	}
}
